"""All settings, from the environment only. `.env.example` lists every one of them.

Without any, the portal runs on one machine: SQLite, no Redis and the sandbox SendGrid.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from portal import env
from portal.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("PORTAL_DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env.flag("DEBUG", False)

# --- SendGrid ---------------------------------------------------------------------------------------
SENDGRID_API_KEY = env.text("SENDGRID_API_KEY")
SENDGRID_SANDBOX = not SENDGRID_API_KEY
SANDBOX_PORT = env.whole_number("SANDBOX_PORT", 8025, at_most=65535)
if SENDGRID_SANDBOX:
    SENDGRID_API_KEY = "SG.sandbox"
    SENDGRID_BASE_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
    SENDGRID_SSO_HOSTS = ["127.0.0.1"]
else:
    SENDGRID_BASE_URL = env.sendgrid_url("SENDGRID_BASE_URL", "https://api.sendgrid.com")
    SENDGRID_SSO_HOSTS = env.host_names("SENDGRID_SSO_HOSTS", ["app.sendgrid.com"])
SENDGRID_SETTABLE_STATES = env.words(
    "SENDGRID_SETTABLE_STATES",
    ["activated", "deactivated", "suspended", "banned"],
    allowed=["activated", "deactivated", "suspended", "banned"],
)
SENDGRID_CALLS_PER_MINUTE = env.whole_number("SENDGRID_CALLS_PER_MINUTE", 600)
SENDGRID_SCAN_MAX_CALLS = env.whole_number("SENDGRID_SCAN_MAX_CALLS", 600)
SENDGRID_BREAKER_FAILURES = env.whole_number("SENDGRID_BREAKER_FAILURES", 10)
SENDGRID_CONNECT_TIMEOUT = env.whole_number("SENDGRID_CONNECT_TIMEOUT", 4)
SENDGRID_READ_TIMEOUT = env.whole_number("SENDGRID_READ_TIMEOUT", 20)
SENDGRID_SSO_TIMEOUT = env.whole_number("SENDGRID_SSO_TIMEOUT", 10)

# --- Operations and mirror --------------------------------------------------------------------------
OPERATION_LEASE_SECONDS = env.whole_number("OPERATION_LEASE_SECONDS", 120)
OPERATION_RETRY_ATTEMPTS = env.whole_number("OPERATION_RETRY_ATTEMPTS", 1000)
OPERATION_RETRY_HOURS = env.whole_number("OPERATION_RETRY_HOURS", 24)
OPERATION_SETTLE_SECONDS = env.whole_number("OPERATION_SETTLE_SECONDS", 300)
OPERATION_LOOK_SECONDS = env.whole_number("OPERATION_LOOK_SECONDS", 2)
SWEEP_SECONDS = env.whole_number("SWEEP_SECONDS", 5)
DELETE_REGRET_HOURS = env.whole_number("DELETE_REGRET_HOURS", 24, at_least=0)
MIRROR_FRESH_MINUTES = env.whole_number("MIRROR_FRESH_MINUTES", 10)
LAUNCH_LINK_HOURS = env.whole_number("LAUNCH_LINK_HOURS", 72)
CALL_LOG_DAYS = env.whole_number("CALL_LOG_DAYS", 30)


# --- Django -----------------------------------------------------------------------------------------
def _secret_key() -> str:
    """From SECRET_KEY; with the sandbox a random one is kept beside the demo data instead."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    if not SENDGRID_SANDBOX:
        raise env.wrong(
            "SECRET_KEY",
            "is missing; it signs sessions and links",
            secrets.token_urlsafe(12) + "… (50 or more)",
        )
    kept = VAR_DIR / "secret_key"
    try:
        if not kept.exists():
            VAR_DIR.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        return kept.read_text().strip()
    except FileExistsError:
        return kept.read_text().strip()
    except OSError as error:
        raise env.wrong(
            "PORTAL_DATA_DIR",
            f"is not a folder the portal can write to ({error.strerror})",
            "/var/lib/portal",
        ) from None


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
if not SENDGRID_SANDBOX and not env.text("ALLOWED_HOSTS"):
    raise env.wrong("ALLOWED_HOSTS", "is missing; it names the hosts the portal answers to", "portal.example.com")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Behind TLS in production; the demo is plain http on loopback, where secure cookies would never come back.
HTTPS = env.flag("HTTPS", not SENDGRID_SANDBOX)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "portal",
    "provisioning",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "provisioning.access.SignedInMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "provisioning.views.page.shell",
            ],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer waits its turn at BEGIN instead of failing when a read turns into a write.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Queue ------------------------------------------------------------------------------------------
REDIS_URL = env.redis("REDIS_URL")
EMBEDDED_WORKER = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A frozen Redis must not hold a page: publishing gives up quickly, and the sweep rings again.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "visibility_timeout": 3600,
    }
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# A message is only a ring (decision 0006): lost or doubled, the rows and the sweep put it right.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "people"
# Tasks at once in one installation's workers: one slot serves people only, the others serve both queues.
WORKER_SLOTS = env.whole_number("WORKER_SLOTS", 4, at_least=2)
CELERY_TASK_ROUTES = {
    "provisioning.tasks.run_batch_operation": {"queue": "background"},
    "provisioning.tasks.verify_creates": {"queue": "background"},
    "provisioning.tasks.look_for_a_person": {"queue": "people"},
    "provisioning.tasks.import_accounts": {"queue": "background"},
    "provisioning.tasks.forget_old_calls": {"queue": "background"},
    "provisioning.tasks.refresh_account": {"queue": "background"},
    "provisioning.tasks.refresh_catalogue": {"queue": "background"},
    "provisioning.tasks.refresh_stale": {"queue": "background"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "provisioning.tasks.sweep",
        "schedule": SWEEP_SECONDS,
    },
    "refresh-stale": {"task": "provisioning.tasks.refresh_stale", "schedule": 15},
    "refresh-catalogue": {"task": "provisioning.tasks.refresh_catalogue", "schedule": 24 * 3600},
    "forget-old-calls": {"task": "provisioning.tasks.forget_old_calls", "schedule": 24 * 3600},
    "import-accounts": {"task": "provisioning.tasks.import_accounts", "schedule": 6 * 3600},
}
CACHES = {
    "default": (
        {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # Without Redis the pages go on: what the cache knows can be known again.
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_TIMEOUT": 1, "SOCKET_CONNECT_TIMEOUT": 1},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "provisioning.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "provisioning.access.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- Security ---------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "portal_session"
CSRF_COOKIE_NAME = "portal_csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
if env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The browser checks `form-action` against redirects too: the Open SendGrid button must be let through.
SSO_FORM_TARGETS = [SENDGRID_BASE_URL] if SENDGRID_SANDBOX else [f"https://{host}" for host in SENDGRID_SSO_HOSTS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *SSO_FORM_TARGETS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Language, time, static -------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING_CONFIG = None
LOGGING = logging_config(json=not DEBUG and not SENDGRID_SANDBOX, secrets=(SENDGRID_API_KEY, SECRET_KEY))
