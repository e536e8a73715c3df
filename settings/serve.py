"""What a container runs: `python -m settings.serve web | worker | beat | migrate | manage … | keys`.

    web       HTTP and sockets on PORT (8000), by WEB_CONCURRENCY (1) processes
    worker    background work, WORKER_CONCURRENCY (2) pieces at a time
    beat      says when it is time; one of it is enough
    migrate   brings the tables up to date, waiting for nobody's long query (settings/migrating.py)
    manage    Django's own commands
    keys      prints a new SECRET_KEY and FRONTDESK_KEYS for .env

Each but `keys` looks at the configuration first and ends, saying everything that is wrong with it."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

# Seconds that requests in flight get when the process is asked to end, after DRAIN_SECONDS for its sockets. Both
# together stay below stop_grace_period in docker-compose.yml.
REQUESTS_MAY_TAKE = 15
KEEP_ALIVE = 75


def web_options(environ: os._Environ[str] | dict[str, str]) -> dict[str, Any]:
    """Return what uvicorn is started with."""
    return {
        "host": environ.get("HOST") or "0.0.0.0",
        "port": int(environ.get("PORT") or 8000),
        "workers": int(environ.get("WEB_CONCURRENCY") or 1),
        # settings/proxied.py does this, for request ids too.
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
        "ws_max_size": 1048576,
        # Frames are small; compressing each costs more than it saves.
        "ws_per_message_deflate": False,
        "timeout_graceful_shutdown": int(environ.get("STOP_SECONDS") or REQUESTS_MAY_TAKE),
        "timeout_keep_alive": KEEP_ALIVE,
    }


def web(arguments: Sequence[str]) -> None:
    """Serve until a signal comes."""
    import uvicorn

    from settings.logging import config

    options = web_options(os.environ)
    if options["workers"] > 1:
        # Several processes add up what they count in files; a former run's must not be counted again.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="frontdesk-metrics-")
    log = config(os.environ.get("LOG_FORMAT") or "json", os.environ.get("LOG_LEVEL") or "INFO")
    uvicorn.run("settings.proxied:application", log_config=log, **options)


def worker(arguments: Sequence[str]) -> None:
    """Become a Celery worker."""
    if os.environ.get("WORKER_METRICS_PORT"):
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="frontdesk-metrics-")
    concurrency = os.environ.get("WORKER_CONCURRENCY") or "2"
    celery("worker", "-Q", "default,deliveries,imports", "--concurrency", concurrency,
           "--without-gossip", "--without-mingle", *arguments)  # fmt: skip


def beat(arguments: Sequence[str]) -> None:
    """Become Celery's beat. What it notes down is worth nothing to the next one, so it lies in a temporary folder."""
    schedule = os.path.join(tempfile.mkdtemp(prefix="frontdesk-beat-"), "schedule")  # noqa: PTH118
    celery("beat", "-s", schedule, "--pidfile=", *arguments)


def celery(*arguments: str) -> None:
    """Replace this process with a Celery command of ours."""
    os.execv(sys.executable, [sys.executable, "-m", "celery", "-q", "-A", "settings.celery", *arguments])  # noqa: S606


def migrate(arguments: Sequence[str]) -> None:
    """Bring the tables up to date; ends with status 1, saying why, if that cannot be done."""
    from settings.migrating import main

    sys.exit(main(list(arguments)))


def manage(arguments: Sequence[str]) -> None:
    """Run a command of Django's."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage", *arguments])


def keys(arguments: Sequence[str]) -> None:
    """Print new secrets as lines of an .env file."""
    print(f"SECRET_KEY={secrets.token_urlsafe(48)}")
    print(f"FRONTDESK_KEYS={base64.urlsafe_b64encode(os.urandom(32)).decode()}")
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "METRICS_TOKEN"):
        print(f"{name}={secrets.token_hex(24)}")


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "web": web, "worker": worker, "beat": beat, "migrate": migrate, "manage": manage, "keys": keys,
}  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says. Ends the process with a message when it cannot."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        sys.exit(str(__doc__).strip())
    if name != "keys":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.production")
        if os.environ["DJANGO_SETTINGS_MODULE"] == "settings.production":
            from settings.demands import refuse_if_wrong

            refuse_if_wrong(os.environ)
    COMMANDS[name](rest)


if __name__ == "__main__":
    main(sys.argv[1:])
