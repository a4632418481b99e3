"""Generated requests from the official files against a running sandbox: no 5xx, no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from provisioning.sandbox.server import SandboxServer
from tests.contract import overlay

pytestmark = [pytest.mark.contract, overlay.needs_files]
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        with running.store.transaction() as db:
            from provisioning.sandbox import customers

            customers.add(db, 5, seed=1)
        yield running


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", overlay.FILES)
def test_sandbox_answers_as_documented(name: str, server: SandboxServer) -> None:
    schema = schemathesis.openapi.from_dict(overlay.load(name))
    known = server.store.accounts()[0].id
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy())
        def attempt(case: schemathesis.Case) -> None:
            if "accountID" in (case.path_parameters or {}) and case.method != "DELETE":
                case.path_parameters["accountID"] = known
            case.call_and_validate(
                base_url=server.url,
                headers={"Authorization": "Bearer SG.sandbox"},
                checks=CHECKS,
                allow_redirects=False,
            )

        attempt()
        tried += 1
    assert tried
