"""What is counted, for Prometheus. Several web processes behind one port add up over PROMETHEUS_MULTIPROC_DIR.

A label's values are few and known beforehand: a route's name and never an address, a class of status and never a text.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads

REQUESTS = Histogram(
    "frontdesk_request_seconds",
    "Time until an answer began, by method, route and class of status",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SOCKETS = Gauge("frontdesk_sockets", "Sockets that are open now", ["kind"], multiprocess_mode="livesum")
FRAMES = Counter("frontdesk_frames", "Frames that came in and went out over sockets", ["kind", "direction"])
MESSAGES = Counter("frontdesk_messages_stored", "Messages that were stored", ["kind", "author"])
POOL = Gauge(
    "frontdesk_database_pool",
    "Database connections in_use and idle, and callers waiting for one",
    ["state"],
    multiprocess_mode="livesum",
)
DELIVERIES = Counter("frontdesk_deliveries", "Deliveries by how they ended", ["transport", "status"])


def count_delivery(transport: str, status: str) -> None:
    """Count a delivery's outcome: `sent`, `failed`, `suppressed` …"""
    DELIVERIES.labels(transport, status).inc()


LagFunction = Callable[[], float]
_lags: dict[str, LagFunction] = {}


def lag(name: str, function: LagFunction) -> None:
    """Show, under `name`, the age in seconds of the oldest row that a drain should have worked by now.

    `function` asks the database when somebody looks, and returns 0 when nothing is due. An app calls this once, in
    its AppConfig.ready."""
    _lags[name] = function


def lags() -> dict[str, LagFunction]:
    """Return the registered lags by name."""
    return dict(_lags)
