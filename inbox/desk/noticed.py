"""What the desk itself tells a teammate: their notices, and that there is a new one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from inbox.models import Conversation, Mention
from inbox.people.models import Teammate
from inbox.realtime import Frame, publish_on_commit, teammate_group
from notifications.models import Delivery, Notice
from notifications.personal.reading import read_place

MOST_COUNTED = 100


def visible_notices(teammate: Teammate) -> QuerySet[Notice]:
    """Return a teammate's notices, in no order, less those of conversations that they may not see any more."""
    seen = Conversation.objects.visible_to(teammate).filter(public_id=OuterRef("conversation"))
    return Notice.objects.filter(workspace_id=teammate.workspace_id, teammate=teammate).filter(
        Q(conversation__isnull=True) | Exists(seen)
    )


def unread_count(teammate: Teammate) -> int:
    """Return how many of their notices a teammate has not read, 100 for more than 99."""
    return visible_notices(teammate).filter(read_at__isnull=True).order_by()[:MOST_COUNTED].count()


def mentions_read(teammate: Teammate, notice: Notice | None = None) -> None:
    """Note that a teammate has read the mention that a notice tells of (without one: all of theirs), though not the
    conversation: the customer's ticks stay as they are."""
    mine = Mention.objects.filter(workspace_id=teammate.workspace_id, teammate=teammate, read_at__isnull=True)
    if notice is not None:
        if notice.conversation is None:
            return
        told = Delivery.objects.filter(public_id=notice.delivery).values("seq")
        mine = mine.filter(conversation__public_id=notice.conversation, seq__in=told)
    mine.update(read_at=timezone.now())


def read_elsewhere(teammate: Teammate, conversation: Conversation, seq: int) -> None:
    """Note that a teammate has read what they were told of a conversation up to `seq`, in a letter say, though not the
    conversation itself."""
    mine = Mention.objects.filter(workspace_id=teammate.workspace_id, teammate=teammate, read_at__isnull=True)
    mine.filter(conversation=conversation, seq__lte=seq).update(read_at=timezone.now())
    read_place(teammate.pk, conversation.public_id, seq)
    tell(teammate.pk)


def tell(teammate: int) -> None:
    """Have the desks of a teammate (by key) look at their notices again, once this is committed."""
    publish_on_commit([Frame(teammate_group(teammate), {"type": "notices"})])
