"""What the desk says of who sees a conversation, and who follows it."""

from __future__ import annotations

from typing import Any

from inbox.conversations import follows, guests
from inbox.conversations.sight import who_sees
from inbox.models import Conversation, Mention, Message
from inbox.people.models import Teammate

# For how long access may be given: (hours, in words). The first is what is offered.
LASTS = [(24, "for a day"), (1, "for an hour"), (72, "for three days"), (168, "for a week"), (720, "for 30 days")]


def access_context(conversation: Conversation, teammate: Teammate) -> dict[str, Any]:
    """Return who sees a private team's conversation besides it, and who was named and does not; {} for any other."""
    team = conversation.team
    if team is None or not team.is_private:
        return {}
    unseen = Mention.objects.filter(conversation=conversation, told_at__isnull=True, withdrawn_at__isnull=True)
    here = unseen.filter(teammate__left_at__isnull=True, teammate__user__is_active=True)
    blind = here.exclude(teammate__in=who_sees(conversation).values("pk"))
    return {
        "guests": list(conversation.guests.running().select_related("teammate__user").order_by("ends_at", "pk")),
        "blind": [
            (row.handle, row.teammate)
            for row in blind.select_related("teammate__user").order_by("teammate", "-pk").distinct("teammate")
        ],
        "may_give": guests.may_give(conversation, teammate),
        "lasts": LASTS,
    }


def follow_context(conversation: Conversation, teammate: Teammate) -> dict[str, Any]:
    """Return whether `teammate` follows a conversation, as the switch shows it."""
    return {"conversation": conversation, "is_followed": follows.follows(conversation, teammate)}


def cannot_see(message: Message) -> dict[str, str]:
    """Return the header that names, by handle, whom a note names who cannot see its conversation; none if it names
    nobody like that."""
    named = message.kind == "note" and message.data.get("mentions")
    unseen = Mention.objects.filter(message=message, told_at__isnull=True, withdrawn_at__isnull=True)
    handles = list(unseen.order_by("pk").values_list("handle", flat=True)) if named else []
    return {"X-Cannot-See": " ".join(handles)} if handles else {}
