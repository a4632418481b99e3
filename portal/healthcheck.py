"""`python -m portal.healthcheck`: ends with 0 when this container's web process answers /healthz with 200.

The slim image has no curl. It asks as ALLOWED_HOSTS and the proxy in front expect.
"""

from __future__ import annotations

import sys
from http.client import HTTPConnection, HTTPException

from portal import env


def main() -> int:
    bind = env.text("WEB_BIND") or f"127.0.0.1:{env.whole_number('PORT', 8000, at_most=65535)}"
    host = env.words("ALLOWED_HOSTS", ["127.0.0.1"])[0].lstrip(".").replace("*", "127.0.0.1")
    connection = HTTPConnection("127.0.0.1", int(bind.rsplit(":", 1)[1]), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
