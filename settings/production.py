"""Production. It refuses to start on what is missing or unsafe: settings/demands.py says all of it at once."""

import logging
import os
import warnings
from pathlib import Path
from urllib.parse import urlsplit

from settings.demands import refuse_if_wrong

refuse_if_wrong(os.environ)
# A line `NAME=` of an .env file means that nothing is said.
for name in [name for name, value in os.environ.items() if not value.strip()]:
    del os.environ[name]

from settings.base import *  # noqa: E402, F403
from settings.base import CSRF_TRUSTED_ORIGINS, FRONTDESK_KEYS, ROOT, SECRET_KEY, SECRET_KEY_FALLBACKS, env  # noqa: E402
from settings.errors import start  # noqa: E402
from settings.logging import config  # noqa: E402
from settings.scrub import know  # noqa: E402

DEBUG = False
PUBLIC_URL = env("PUBLIC_URL").strip().rstrip("/")  # which has no default here
SIGNUP = env("SIGNUP", default="first") or "first"
SLACK_ALLOW_PRIVATE = env.bool("SLACK_ALLOW_PRIVATE", default=False)

# The proxy's word on scheme and address is taken by settings/proxied.py, from FORWARDED_ALLOW_IPS alone. So there is
# no SECURE_PROXY_SSL_HEADER here: that would believe the header of anybody.
TRUST_FORWARDED = True
CSRF_TRUSTED_ORIGINS = list({*CSRF_TRUSTED_ORIGINS, PUBLIC_URL})
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# The load balancer's and the container's own questions come without TLS.
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# Asking browsers' makers to build a domain in is for its owner to decide; it can hardly be taken back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# __Host-: a browser takes them over TLS only, from this very host, and no neighbour under the domain can set them.
SESSION_COOKIE_NAME = "__Host-frontdesk_session"
CSRF_COOKIE_NAME = "__Host-frontdesk_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True

# Collected when the image is built (settings/image.sh), not into the data folder.
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(ROOT / "staticfiles")))

# A web process that is asked to end says so to the load balancer first, then sends its sockets away, then ends.
DRAIN_SECONDS = env.float("DRAIN_SECONDS", default=8.0)

LOGGING = config(env("LOG_FORMAT", default="json"), env("LOG_LEVEL", default="INFO"))
# What Python warns of is a line like any other.
logging.captureWarnings(True)
# WhiteNoise hands out files that it holds open; read at once, they are small.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=True)

know([SECRET_KEY, *SECRET_KEY_FALLBACKS, *FRONTDESK_KEYS, env("METRICS_TOKEN", default="")])
know(urlsplit(env(name)).password for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"))
start(
    env("SENTRY_DSN", default=""),
    environment=env("SENTRY_ENVIRONMENT", default="production"),
    release=env("FRONTDESK_RELEASE", default=""),
)
