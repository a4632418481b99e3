"""The portal's own settings, on the databases the tests were given and on nothing of the person who runs them."""

import os
import tempfile
from pathlib import Path

MINE = [name for name in os.environ if name.startswith("SENDGRID_")]
for name in [*MINE, "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "PORTAL_DATA_DIR", "HTTPS"]:
    os.environ.pop(name, None)
# One folder a run: xdist's workers inherit it.
scratch = Path(os.environ.setdefault("PORTAL_TEST_DIR", tempfile.mkdtemp(prefix="portal-tests-")))
os.environ["PORTAL_DATA_DIR"] = str(scratch)
os.environ["SECRET_KEY"] = "tests only " * 6
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
if os.environ.get("TEST_REDIS_URL"):
    os.environ["REDIS_URL"] = os.environ["TEST_REDIS_URL"]

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads then meet each other as they do in real life.
    DATABASES["default"]["TEST"] = {"NAME": str(scratch / "test.sqlite3")}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Pages and submits ring into an in-memory broker that nobody serves: tests give the worker its turns themselves.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
