"""The choice that is the spine's own: what goes wrong in the product."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from notifications.models import Event
from notifications.personal.choices import Choice
from notifications.words import Severity


def whoever_wants(events: Sequence[Event], choosers: Mapping[int, Collection[int]]) -> Mapping[int, Collection[int]]:
    """Return all who turned it on, for what is an error or worse."""
    return {event.pk: choosers[event.workspace_id] for event in events if event.severity >= Severity.ERROR}


CHOICES = (
    Choice(
        key="alert",
        title="Alerts",
        says="Something fails: a sign-up, a server, the database, a scheduled task.",
        why="you asked for alerts",
        kinds=("*.failed", "*.signup_failed", "server.error", "user.*"),
        audience=whoever_wants,
        grouped={"inapp": 600, "push": 600, "slack": 600},
    ),
)
