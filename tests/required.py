"""Where CI_REQUIRE_SERVICES is set, a test skipped for a missing service is a failure.

A reason that starts with "only" states that the test does not belong to this configuration; it may be skipped.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

REQUIRED = os.environ.get("CI_REQUIRE_SERVICES", "") not in {"", "0"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _judged((yield))


def _judged(report: Any) -> Any:
    if not REQUIRED or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return report
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if not reason.removeprefix("Skipped: ").lower().startswith("only"):
        report.outcome = "failed"
        report.longrepr = f"CI_REQUIRE_SERVICES is set, and this was skipped: {reason}"
    return report
