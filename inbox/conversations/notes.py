"""Changing a note that was written: whom it names follows its text."""

from __future__ import annotations

from django.utils import timezone

from inbox.conversations import mentions
from inbox.conversations.actions import Refused, act, locked, require_sight
from inbox.conversations.text import clean_text, preview
from inbox.models import Conversation, Message
from inbox.people.models import Teammate


def edit(conversation: Conversation, seq: int, by: Teammate, text: str) -> Message:
    """Give a note of one's own another text. Who is named only now is told; who is named no more is told no more.

    Raises TextRefused, Refused (`not_a_note`, `not_yours`, `no_sight`).
    """
    text = clean_text(text)
    with locked(conversation) as row:
        require_sight(row, by)
        message = _note(row, seq, by)
        if message.text == text:
            return message
        found = mentions.find(row, by, text)
        message.text = text
        message.data = {"mentions": found.pills, "edited_at": timezone.now().isoformat()}
        message.save(update_fields=["text", "data"])
        _follow_in_list(row, message)
        act(row, by, "edited", seq=seq)
        mentions.keep(row, message, by, found, seq=row.last_seq)
    return message


def _note(conversation: Conversation, seq: int, by: Teammate) -> Message:
    notes = Message.objects.select_related("teammate__user", "contact__root").filter(
        conversation=conversation, kind="note"
    )
    message = notes.filter(seq=seq).first()
    if message is None:
        raise Refused("not_a_note", "Only notes can be edited: what the customer has read stays as it is.")
    if message.teammate_id != by.pk or not by.may_write:
        raise Refused("not_yours", "Only its author edits a note. Write another one.")
    return message


def _follow_in_list(conversation: Conversation, message: Message) -> None:
    """Have the list show the new text where the note is what was said last."""
    said = Message.objects.filter(conversation=conversation, kind__in=("reply", "note"))
    if said.order_by("-seq").values_list("pk", flat=True).first() == message.pk:
        conversation.last_text = preview(message.text)
        conversation.save(update_fields=["last_text"])
