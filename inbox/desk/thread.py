"""A window of a thread, by seq: one of 50,000 messages opens as fast as one of ten."""

from __future__ import annotations

from inbox.models import Conversation, Message
from inbox.people.models import Teammate

WINDOW = 50


def window(conversation: Conversation, *, before: int | None = None, after: int | None = None) -> list[Message]:
    """Return up to WINDOW messages, oldest first: the newest, the last below `before`, or the first beyond `after`."""
    found = Message.objects.filter(conversation=conversation).select_related("teammate__user", "contact__root")
    if after is not None:
        return list(found.filter(seq__gt=after).order_by("seq")[:WINDOW])
    if before is not None:
        found = found.filter(seq__lt=before)
    return list(reversed(found.order_by("-seq")[:WINDOW]))


def read_up_to(conversation: Conversation, teammate: Teammate) -> int:
    """Return the seq that `teammate` has read up to: where the new-message line goes."""
    return teammate.read_markers.filter(conversation=conversation).values_list("seq", flat=True).first() or 0
