"""What a message to one teammate carries beside its event's words."""

from __future__ import annotations

from notifications.models import Delivery, Event, Posting
from notifications.personal.choices import choice_of
from notifications.personal.more import more_of
from notifications.transports import Personal
from notifications.words import Status

# A message that tells of more than these quotes the newest.
MOST_EVENTS = 20


def personal_of(delivery: Delivery, posting: Posting | None) -> Personal | None:
    """Return what a delivery tells its teammate, None where a route tells it.

    Of a message that several share, what was read meanwhile is left out.
    """
    choice = choice_of(delivery.rule_key)
    if delivery.teammate_id is None or choice is None:
        return None
    mate = delivery.teammate
    assert mate is not None
    return Personal(
        teammate=mate,
        choice=choice.key,
        why=choice.why,
        conversation=delivery.conversation,
        is_read=delivery.read_at is not None,
        more=more_of(_events(delivery, posting), mate),
    )


def _events(delivery: Delivery, posting: Posting | None) -> list[Event]:
    if posting is None or posting.event_count < 2:
        return [delivery.event]
    told = Delivery.objects.filter(posting=posting).exclude(status=Status.SETTLED).select_related("event")
    newest = list(told.filter(read_at__isnull=True).order_by("-event_id")[:MOST_EVENTS]) or [delivery]
    return [row.event for row in reversed(newest)]
