"""What every environment shares. Values come from environment variables: docs/configuration.md lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from settings.beat import SCHEDULE
from settings.mail import mail_server
from settings.storage import media_storage

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
DATA = Path(env("FRONTDESK_DATA", default=str(ROOT / ".data")))

SECRET_KEY: str = env("SECRET_KEY")
# Former ones: what was signed under them still holds, and who was erased under them stays erased (docs/privacy.md).
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
FRONTDESK_KEYS: list[str] = env.list("FRONTDESK_KEYS")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # First, so that its templates stand before those of the libraries.
    "inbox.people",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "channels",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "notifications",
    "inbox",
    "bell",
    "imports",
    "integrations",
]

MIDDLEWARE = [
    "inbox.health.middleware.count_requests",
    # First, so that every line that is logged below it knows its request.
    "inbox.people.trail.request_trail",
    # Outside all that may fail: it sees the answer that stands, and changes nothing.
    "notifications.ops.middleware.ops_alerts",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside all that may fail, so that the pages that say so carry it too.
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "inbox.people.middleware.SsoStaysInside",
    "inbox.people.middleware.LastSeen",
    "django_htmx.middleware.HtmxMiddleware",
    "inbox.people.unavailable.Unavailable",
]

ROOT_URLCONF = "settings.urls"
ASGI_APPLICATION = "settings.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["inbox.people.templatetags.people"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", engine="inbox.people.postgresql")}
# A server that has gone without a word is noticed within seconds, on any network.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    **DATABASES["default"].get("OPTIONS", {}),
}
# Threads that wait for a connection longer than this fail with a clear error instead of hanging. The pool gives up a
# reconnection soon and begins a new one when it is asked: else it would wait minutes after a long absence.
DATABASE_POOL = {
    "min_size": 2,
    "max_size": env.int("DATABASE_POOL_SIZE", default=16),
    "timeout": 5,
    "reconnect_timeout": 2,
}
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = DATABASE_POOL
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env("REDIS_URL")


def _database_name() -> str:
    return urlsplit(env("DATABASE_URL")).path.lstrip("/") or "frontdesk"


# Pub/sub crosses Redis's database numbers, so every key, queue and channel carries the database's name.
REDIS_PREFIX: str = env("REDIS_PREFIX", default=_database_name())

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "inbox.people.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0},
    }
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "inbox.layer.RedisLayer",
        "CONFIG": {"url": REDIS_URL, "prefix": f"{REDIS_PREFIX}:ws"},
    }
}

# Where browsers find us: links in messages begin with it.
PUBLIC_URL: str = env("PUBLIC_URL", default="").strip().rstrip("/")
# What stands in for it where there is no request to ask, as on a laptop.
LOCAL_URL: str = f"http://127.0.0.1:{env('PORT', default='8000')}"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{REDIS_PREFIX}:celery:",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"imports.tasks.*": {"queue": "imports"}}
# However long Redis is away, at the start or later: worker and beat wait for it.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = SCHEDULE

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Who may make a workspace: "open" anyone, "first" anyone while there is none at all, "closed" nobody.
SIGNUP: str = env("SIGNUP", default="open")
ACCOUNT_ADAPTER = "inbox.people.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "inbox.people.entrance.SignupForm"}
# An address is proved by a mailed code before its login opens anything; nobody learns which addresses have a login.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# None: as the person says at the sign-in.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# By address of the sender (an office shares one) and by login.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}

MFA_ADAPTER = "inbox.people.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Frontdesk"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "inbox.people.entrance.AuthenticateForm",
    "reauthenticate": "inbox.people.entrance.ReauthenticateForm",
    "add_webauthn": "inbox.people.entrance.AddWebAuthnForm",
}

SOCIALACCOUNT_ADAPTER = "inbox.people.social.SocialAccountAdapter"
# A workspace's identity provider proves no address, so there is none to verify, and nobody is found by one.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
# Identity providers inside a private network, and without TLS, are for whoever runs Frontdesk to allow.
SSO_ALLOW_PRIVATE = env.bool("SSO_ALLOW_PRIVATE", default=False)
SSO_ALLOW_HTTP = env.bool("SSO_ALLOW_HTTP", default=False)

# In the database alone: a cache that was away for a while would bring ended sessions back to life.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "frontdesk_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "frontdesk_csrf"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATICFILES_FINDERS = ["inbox.people.staticfiles.OwnAppsFinder"]
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA / "static")))
# Files that people give us; served by views that check who asks, never by the web server.
MEDIA = Path(env("MEDIA_ROOT", default=str(DATA / "media")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": media_storage(env.ENVIRON, MEDIA),
    "staticfiles": {"BACKEND": "inbox.people.staticfiles.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 300

# Mail is stored as a row in the caller's transaction, and a worker sends it over MAIL_BACKEND: a mail server that is
# slow or away costs no request, and no letter is lost or sent for something that was rolled back.
MAIL_SERVER = mail_server(env("EMAIL_URL", default="console:"))
MAIL_BACKEND = env("EMAIL_BACKEND", default=MAIL_SERVER.backend)
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.starttls, MAIL_SERVER.tls
EMAIL_BACKEND = "inbox.people.mail.QueuedBackend"
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", default=str(DATA / "mail"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Frontdesk <frontdesk@localhost>")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["inbox.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["inbox.api.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "token": env("API_RATE", default="1200/min"),
        "widget_session": env("WIDGET_SESSION_RATE", default="1200/min"),
        # What pages track: of one address (an office), and of one browser.
        "widget_events_address": env("WIDGET_EVENTS_RATE", default="60/min"),
        "widget_events_visitor": env("WIDGET_VISITOR_EVENTS_RATE", default="60/min"),
        # Tests of a message that one teammate sends to themself.
        "message_test": "10/min",
    },
    # The server has put a trusted proxy's word into REMOTE_ADDR (settings/proxied.py); no header is believed again.
    "NUM_PROXIES": 0,
    "EXCEPTION_HANDLER": "inbox.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Frontdesk API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["inbox.api.openapi.finish"],
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# How many frames a visitor may send on average a second, and at once.
WIDGET_FRAMES_PER_SECOND = env.int("WIDGET_FRAMES_PER_SECOND", default=10)
WIDGET_FRAMES_BURST = env.int("WIDGET_FRAMES_BURST", default=40)
HEARTBEAT_SECONDS = env.float("HEARTBEAT_SECONDS", default=25.0)

# How long a web process that is asked to end says so before it sends its sockets away and ends (inbox/health/drain.py).
DRAIN_SECONDS = env.float("DRAIN_SECONDS", default=0.0)
# Who may read /metrics from other machines; nobody, where it is empty.
METRICS_TOKEN: str = env("METRICS_TOKEN", default="")
# Where a worker shows what it counts, if it does not share web's folder for that; 0: nowhere.
WORKER_METRICS_PORT = env.int("WORKER_METRICS_PORT", default=0)
RELEASE: str = env("FRONTDESK_RELEASE", default="")

# Only production has proxies whose X-Request-ID is taken, and one line for each request.
TRUST_FORWARDED = False
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)

# Whose workspace hears of this installation's own errors (docs/alerts.md): a slug; empty: the first one's.
OPS_WORKSPACE: str = env("OPS_WORKSPACE", default="")
OPS_ALERTS = env.bool("OPS_ALERTS", default=True)
OPS_SCRUB = "settings.scrub.scrub"

# Where messages go (docs/transports.md). Slack's API, and whether its incoming webhooks may lie on this machine.
SLACK_API_URL: str = env("SLACK_API_URL", default="https://slack.com/api/")
SLACK_ALLOW_PRIVATE = env.bool("SLACK_ALLOW_PRIVATE", default=True)
# Stripe's API.
STRIPE_API_URL: str = env("STRIPE_API_URL", default="https://api.stripe.com")
# For how long Stripe's events are kept, but for those from which accounts are made (docs/stripe.md).
STRIPE_EVENTS_DAYS: int = max(env.int("STRIPE_EVENTS_DAYS", default=400), 45)
# Intercom's API; "": Intercom's own, of the region that a connection names.
INTERCOM_API_URL: str = env("INTERCOM_API_URL", default="")
# Outgoing webhooks into a private network are for whoever runs Frontdesk to allow.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
# Browsers name the push service to call: known ones only, unless whoever runs Frontdesk allows any.
PUSH_ALLOW_ANY_HOST = env.bool("PUSH_ALLOW_ANY_HOST", default=False)
# ANYMAIL_POSTMARK_SERVER_TOKEN and the like: what the mail provider that EMAIL_BACKEND names wants to know.
ANYMAIL: dict[str, Any] = {
    "REQUESTS_TIMEOUT": (5, 10),
    **{
        name.removeprefix("ANYMAIL_"): value
        for name, value in env.ENVIRON.items()
        if name.startswith("ANYMAIL_") and value.strip()
    },
}
# Answers to letters go to reply+…@ this domain, whose mail the provider hands to us (docs/mail.md); "": none are taken.
INBOUND_EMAIL_DOMAIN: str = env("INBOUND_EMAIL_DOMAIN", default="").strip().lower()
# How long a worker may take over a delivery before another one tries. A call to the outside begins in the first quarter
# of it, and ends after 30 seconds.
DELIVERY_LEASE_SECONDS: int = env.int("DELIVERY_LEASE_SECONDS", default=60)

# Whoever has settings has the Celery application, so that any process can nudge a worker.
from settings import celery  # noqa: E402, F401
from settings.logging import LOGGING  # noqa: E402, F401
