"""Reports of errors to Sentry, or to whatever speaks its protocol. Off unless SENTRY_DSN says where."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from settings.logging import trail_facts as _trail
from settings.scrub import scrub

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


TAGS = ("request_id", "workspace", "teammate", "task")


def start(dsn: str, *, environment: str, release: str) -> bool:
    """Report unhandled errors, and log lines of level ERROR, from now on. Returns False, doing nothing, without dsn."""
    if not dsn:
        return False
    import sentry_sdk  # here, because who reports nothing need not carry its memory
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release or None,
        send_default_pii=False,
        # The variables of our functions hold what customers wrote.
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_secrets,
        traces_sample_rate=None,
        auto_session_tracking=False,
        integrations=[LoggingIntegration(level=logging.INFO, event_level=logging.ERROR)],
    )
    return True


def without_secrets(event: Event, hint: Hint) -> Event | None:
    """Return the report as it may leave: scrubbed, without query, cookies and headers that carry secrets."""
    tags: dict[str, Any] = {**(event.get("tags") or {}), **_trail()}
    event["tags"] = {key: value for key, value in tags.items() if key in TAGS}
    request: dict[str, Any] = event.get("request") or {}
    for part in ("query_string", "cookies", "data", "env"):
        request.pop(part, None)
    return cast("Event", scrub(event))
