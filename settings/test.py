"""Tests: real servers (tests/plugin.py starts them), quick password hashes, no manifest to collect first."""

from settings.base import *  # noqa: F403
from settings.base import CACHES, CHANNEL_LAYERS, STATIC_ROOT, STORAGES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# xdist gives each process a database of its own; Redis is shared, so its keys tell the processes apart too.
_PROCESS = env("PYTEST_XDIST_WORKER", default="main")
CACHES["default"]["KEY_PREFIX"] += f":{_PROCESS}"
CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] += f":{_PROCESS}"
# Tests that make errors on purpose do not watch what is told of them; tests/notifications/ops does.
OPS_ALERTS = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
