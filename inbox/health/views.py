"""Is it alive, is it ready, and how is it doing? For load balancers and the people who run them."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from inbox.health.drain import ending
from inbox.health.scrape import exposition
from inbox.health.worker import last_heartbeat_age


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as this process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis, migrations and a worker are all there, else 503; say which are not.

    A process that is about to end says so before all else, so that it is given nothing more to do."""
    if ending():
        return _readiness({"process": "ending"})
    checks = {"database": _database, "redis": _redis, "migrations": _migrations, "worker": _worker}
    return _readiness({name: _outcome(check) for name, check in checks.items()})


def _readiness(found: dict[str, str]) -> JsonResponse:
    ready = all(outcome == "ok" for outcome in found.values())
    answer = JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # asked every second: no line each time
    return answer


def metrics(request: HttpRequest) -> HttpResponse:
    """Return what Prometheus reads: to this machine itself, and to whoever has METRICS_TOKEN."""
    if not (_from_here(request) or _has_token(request)):
        words = "Metrics are open on the machine itself, or with Authorization: Bearer METRICS_TOKEN."
        return HttpResponse(words, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _from_here(request: HttpRequest) -> bool:
    """Whether the caller itself is on this machine, and not a proxy on it that speaks for somebody else."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), wanted.encode())


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever went wrong is the answer; its text may hold an address, its type does not
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not missing else f"{len(missing)} to apply"


def _worker() -> str:
    age = last_heartbeat_age()
    if age is None:
        return "none answers"
    return "ok"
