"""The official OpenAPI files, with what the reference document says and they lack. Every deviation has its reason.

The files are not part of this project: SENDGRID_OPENAPI_DIR names their folder.
"""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("SENDGRID_OPENAPI_DIR") or Path(__file__).parents[2].parent / "shared" / "openapi")
ACCOUNTS, IPS = "tsg_account_provisioning_v3.json", "tsg_ip_provisioning_v3.json"
USER = "tsg_user_v3.json"
FILES = (ACCOUNTS, IPS, USER)
AVAILABLE = all((FOLDER / name).exists() for name in FILES)
needs_files = pytest.mark.skipif(
    not AVAILABLE, reason="the official OpenAPI files are not here: name their folder in SENDGRID_OPENAPI_DIR"
)
DEVIATIONS = {
    "four settable states": "The reference document: a PUT takes one of the states. The schema lists two.",
    "404 on every account path": "An unknown account answers 404 on GET and DELETE; the PUTs and POST ips do not say.",
    "429 everywhere": "Every v3 endpoint is rate limited; its body has a null field and no error_id.",
    "405 everywhere": "An undocumented method of a documented path. The sandbox answers it with the error shape.",
    "401 and 403 for the user's email": "The file documents no refusal at all; a call in nobody's name is a 403 here.",
    "the user's email may be empty": "A profile's address is optional, and the field is required.",
    "400 for SSO": "A malformed body or id is refused like on the other endpoints.",
}
ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {"message": {"type": "string"}, "field": {"type": ["string", "null"]}},
            },
        }
    },
}


def load(name: str) -> dict[str, Any]:
    """One official file with the deviations applied."""
    document: dict[str, Any] = copy.deepcopy(json.loads((FOLDER / name).read_text()))
    schemas = document["components"]["schemas"]
    if "State1" in schemas:
        schemas["State1"]["enum"] = ["activated", "deactivated", "suspended", "banned"]
    if name == USER:  # of this file only what the portal asks
        email = {"get": document["paths"]["/v3/user/email"]["get"]}
        document["paths"] = {"/v3/user/email": email}
        del _content(email["get"])["properties"]["email"]["format"]
    for path in document["paths"].values():
        for method, operation in path.items():
            if method == "parameters":
                continue
            for status in ("400", "404", "405", "429", *(("401", "403") if name == USER else ())):
                answer = {"description": status, "content": {"application/json": {"schema": ERRORS}}}
                operation["responses"].setdefault(status, answer)
    return document


def _content(operation: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema
