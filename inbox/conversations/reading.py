"""How far each side has read. "Unread by me" and "the customer is waiting" are two facts: this is only the first."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max

from inbox import realtime
from inbox.desk import noticed
from inbox.models import Conversation, Message
from inbox.people.models import Teammate
from notifications.models import Delivery
from notifications.personal import reading


def read_by_teammate(conversation: Conversation, teammate: Teammate, seq: int) -> None:
    """Note that `teammate` has read up to `seq`; a marker never goes back. The visitor's ticks follow, and so do the
    teammate's other tabs."""
    seq = min(seq, conversation.last_seq)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_readmarker AS m (workspace_id, teammate_id, conversation_id, seq) "
            "VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (conversation_id, teammate_id) DO UPDATE SET seq = excluded.seq WHERE m.seq < excluded.seq",
            [conversation.workspace_id, teammate.pk, conversation.pk, seq],
        )
        moved_on = bool(cursor.rowcount)
        if moved_on:
            _tell_ticks(conversation, teammate, seq)
        # What they were told of it is no news any more, wherever it stands. After the conversation's row: whoever edits
        # a note holds that one and then wants what was told.
        if reading.read_place(teammate.pk, conversation.public_id, seq):
            noticed.tell(teammate.pk)


def _tell_ticks(conversation: Conversation, teammate: Teammate, seq: int) -> None:
    seen = {"type": "seen", "conversation": str(conversation.public_id), "seq": seq}
    realtime.publish_on_commit([realtime.Frame(realtime.teammate_group(teammate.pk), seen)])
    public_seq = _public_seq_at(conversation, seq)
    moved = Conversation.objects.filter(pk=conversation.pk, teammate_read_seq__lt=public_seq)
    if moved.update(teammate_read_seq=public_seq):
        read = {"type": "read", "by": "teammate", "seq": public_seq}
        realtime.publish_on_commit([realtime.Frame(realtime.visitor_side_group(conversation.pk), read)])


def read_told(teammate: Teammate, told: Delivery) -> None:
    """Note that `teammate` has read what a delivery told them of: the conversation up to there, where they may see it
    still, and whatever else its message tells."""
    shared = {"posting": told.posting_id} if told.posting_id else {"pk": told.pk}
    seq = Delivery.objects.filter(**shared).aggregate(newest=Max("seq"))["newest"]
    visible = Conversation.objects.visible_to(teammate)
    here = visible.filter(public_id=told.conversation).first() if told.conversation else None
    if here is not None and seq:
        read_by_teammate(here, teammate, seq)
    if reading.read_told(told):
        noticed.tell(teammate.pk)


def read_by_contact(conversation: Conversation, public_seq: int) -> bool:
    """Note that the visitor has read up to `public_seq`. Return whether that was news; the desk's ticks follow then."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Bounded by the row itself: the socket's own copy does not know of replies that came over other ways.
        cursor.execute(
            "UPDATE inbox_conversation SET contact_read_seq = least(%s, last_public_seq) "
            "WHERE id = %s AND contact_read_seq < least(%s, last_public_seq) RETURNING contact_read_seq",
            [public_seq, conversation.pk, public_seq],
        )
        moved = cursor.fetchone()
        if moved is None:
            return False
        public_seq = int(moved[0])
        read = {"type": "read", "by": "contact", "seq": public_seq}
        realtime.publish_on_commit(
            [
                realtime.Frame(realtime.visitor_side_group(conversation.pk), read),
                realtime.Frame(
                    realtime.desk_group(conversation.pk), {**read, "conversation": str(conversation.public_id)}
                ),
            ]
        )
    return True


def _public_seq_at(conversation: Conversation, seq: int) -> int:
    """Return the `public_seq` of the last reply at or before `seq`; 0 if there is none."""
    newest = Message.objects.filter(conversation=conversation, seq__lte=seq, public_seq__isnull=False).order_by("-seq")
    return newest.values_list("public_seq", flat=True).first() or 0
