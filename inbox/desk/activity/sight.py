"""Which events, and which deliveries, a teammate may see: asked by the desk's pages and the API alike."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from inbox.models import Conversation
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications.models import Delivery, Event
from notifications.words import Topic


def visible_events(teammate: Teammate) -> QuerySet[Event]:
    """Return the events of the teammate's workspace that they may see, in no order.

    Not those of a conversation that they may not see, nor, without the right to read it, what people with power did.
    """
    events = Event.objects.filter(workspace_id=teammate.workspace_id)
    if not teammate.may(Permission.SEE_AUDIT):
        events = events.exclude(topic=Topic.AUDIT)
    if teammate.sees_all_teams:
        return events
    seen = Conversation.objects.visible_to(teammate).filter(public_id=OuterRef("conversation"))
    # What happened in a private team and names no conversation is nobody's but those who see all teams.
    return events.filter(Q(conversation__isnull=True, is_private=False) | Exists(seen))


def visible_deliveries(teammate: Teammate) -> QuerySet[Delivery]:
    """Return the deliveries of the events that the teammate may see, in no order."""
    deliveries = Delivery.objects.filter(workspace_id=teammate.workspace_id)
    return deliveries.filter(Exists(visible_events(teammate).filter(pk=OuterRef("event_id"))))
