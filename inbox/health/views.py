"""Is it alive, and is it ready? For load balancers and the people who run them."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from inbox.health.worker import last_heartbeat_age


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as this process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis, migrations and a worker are all there, else 503; say which are not."""
    checks = {"database": _database, "redis": _redis, "migrations": _migrations, "worker": _worker}
    found = {name: _outcome(check) for name, check in checks.items()}
    ready = all(outcome == "ok" for outcome in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)


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
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
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
