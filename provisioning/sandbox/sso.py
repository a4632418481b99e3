"""One-time codes: good for 60 seconds and one use, stored hashed. The landing page says what became of one."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from html import escape

from provisioning.sandbox.accounts import Db, find
from provisioning.sandbox.refusal import forbidden
from provisioning.sandbox.switches import Switches

GOOD_FOR = 60  # seconds

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style nonce="{nonce}">
:root {{ color-scheme: light dark; --line: #d0d7de; --soft: #59636e }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem }}
main {{ border: 1px solid var(--line); border-radius: 10px; padding: 2rem }}
h1 {{ font-size: 1.4rem; margin: 0 0 1rem }} dt {{ color: var(--soft); font-size: .85rem }} dd {{ margin: 0 0 .75rem }}
p.mark {{ color: var(--soft); margin-top: 0 }}</style></head>
<body><main><p class="mark">SendGrid (sandbox)</p><h1>{title}</h1>{body}</main></body></html>"""


def mint(db: Db, account_id: str, origin: str, switches: Switches) -> str:
    """The Location: the sandbox's own landing page with a fresh code. A banned account may not sign in."""
    account = find(db, account_id)
    if account["state"] == "banned" and switches.ban_blocks_sso:
        raise forbidden()
    code = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO codes (hash, account_id, expires_at) VALUES (?, ?, ?)",
        [_hash(code), account_id, time.time() + GOOD_FOR],
    )
    return f"{origin}/sso?code={code}"


def land(db: Db, code: str, nonce: str) -> tuple[int, str]:
    """Status and page for a browser that arrives with a code; a good code is used up."""
    row = db.execute("SELECT * FROM codes WHERE hash = ?", [_hash(code)]).fetchone()
    if row is None:
        return 403, _page("You are not signed in", "<p>This sign-in code is not known.</p>", nonce)
    if row["used_at"]:
        return 403, _page("You are not signed in", "<p>This sign-in code was used already.</p>", nonce)
    if row["expires_at"] < time.time():
        return 403, _page("You are not signed in", "<p>This sign-in code has expired.</p>", nonce)
    db.execute("UPDATE codes SET used_at = ? WHERE hash = ?", [time.time(), row["hash"]])
    account = find(db, row["account_id"])
    profile = json.loads(account["profile"])
    who = f"{profile.get('first_name', '')} {profile.get('last_name', '')}".strip() or "Admin"
    facts = [
        ("Signed in as", f"{who} (Admin Teammate)"),
        ("Company", profile.get("company_name") or "not given"),
        ("Account ID", account["id"]),
        ("State", account["state"]),
    ]
    body = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return 200, _page("You are signed in", f"<dl>{body}</dl>", nonce)


def _page(title: str, body: str, nonce: str) -> str:
    return PAGE.format(title=escape(title), body=body, nonce=nonce)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
