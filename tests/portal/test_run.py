"""`manage.py run`: what `make run` does after the set-up."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.portal.process import get, run_once, running, two_ports, wait_until_gone

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Place:
    settings: dict[str, str]
    log: Path
    port: int
    sandbox_port: int


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("run")
    port, sandbox_port = two_ports()
    settings = {"PORTAL_DATA_DIR": str(folder / "var"), "PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    return Place(settings, folder / "log", port, sandbox_port)


def test_first_start_fills_the_sandbox_and_ctrl_c_leaves_no_process(place: Place) -> None:
    with running(place.settings, place.log) as portal:
        accounts = json.loads(get(place.sandbox_port, "/_sandbox/accounts")[1])
        assert 50 <= len(accounts) <= 70
        said = place.log.read_text()
        assert f"http://127.0.0.1:{place.port}" in said
        assert "admin@portal.example" in said
        os.killpg(portal.pid, signal.SIGINT)
        assert portal.wait(15) == 0
        assert wait_until_gone(portal.pid) == []
    assert "Traceback" not in place.log.read_text()


def test_second_start_takes_less_than_five_seconds_and_keeps_the_data(place: Place) -> None:
    with running(place.settings, place.log):
        before = get(place.sandbox_port, "/_sandbox/accounts")[1]
    started = time.monotonic()
    with running(place.settings, place.log):
        took = time.monotonic() - started
        assert get(place.sandbox_port, "/_sandbox/accounts")[1] == before
        assert get(place.port, "/healthz")[0] < 500
        assert "Reading accounts" not in place.log.read_text()
    # Idle it is under 5 s; the test shares two cores with its neighbours.
    assert took < (10 if "PYTEST_XDIST_WORKER" in os.environ else 5)


def test_a_second_portal_on_the_same_folder_is_refused(place: Place) -> None:
    with running(place.settings, place.log):
        other, other_sandbox = two_ports()
        refused = run_once(place.settings | {"PORT": str(other), "SANDBOX_PORT": str(other_sandbox)})
    assert refused.returncode != 0
    assert one_line(refused.stderr).startswith("CommandError: A portal is running on")


def test_a_killed_supervisor_takes_its_children_along(place: Place) -> None:
    with running(place.settings, place.log) as portal:
        portal.kill()
        portal.wait(10)
        assert wait_until_gone(portal.pid) == []


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_one_clear_line(name: str, tmp_path: Path) -> None:
    port, sandbox_port = two_ports()
    settings = {"PORTAL_DATA_DIR": str(tmp_path), "PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(settings[name])))
        other.listen()
        refused = run_once(settings)
    assert refused.returncode != 0
    assert f"Port {settings[name]} is taken" in one_line(refused.stderr)


def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = run_once({"PORTAL_DATA_DIR": str(tmp_path / "file" / "var")})
    assert refused.returncode != 0
    assert "PORTAL_DATA_DIR is not a folder the portal can write to" in one_line(refused.stderr)


def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path: Path) -> None:
    port, sandbox_port = two_ports()
    refused = run_once(
        {
            "PORTAL_DATA_DIR": str(tmp_path),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        }
    )
    assert refused.returncode != 0
    assert "DATABASE_URL" in one_line(refused.stderr)


def test_a_real_key_demands_an_admin_and_makes_no_demo_users(tmp_path: Path) -> None:
    port, _ = two_ports()
    refused = run_once(
        {
            "PORTAL_DATA_DIR": str(tmp_path),
            "PORT": str(port),
            "SENDGRID_API_KEY": "SG.none",
            "SENDGRID_BASE_URL": "http://127.0.0.1:1",
            "SECRET_KEY": "for a test " * 6,
            "ALLOWED_HOSTS": "127.0.0.1",
        }
    )
    assert refused.returncode != 0
    assert "manage.py create_admin" in one_line(refused.stderr)
    assert not (tmp_path / "demo_password").exists()
    assert not (tmp_path / "sandbox").exists()


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]
