"""What the verbs of a conversation tell the spine. Each runs in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from inbox.events import (
    ConversationAssigned,
    ConversationClosed,
    ConversationStarted,
    ConversationWaiting,
    MentionCreated,
    MessageReceived,
    who_of,
    who_of_account,
)
from inbox.models import Conversation, Mention, Message
from inbox.people.models import Teammate, Workspace
from notifications.events import track
from notifications.kind import Kind
from notifications.settling import reword, settle_subject

PREVIEW = 200


def started(conversation: Conversation, text: str, by: Teammate | None) -> None:
    """Tell that a conversation began, with `by` writing first or, where that is None, the contact."""
    who = "teammate" if by else "contact"
    _tell(conversation, ConversationStarted(**_of(conversation), by=who, preview=text[:PREVIEW]), by)


def received(conversation: Conversation, text: str, seq: int, *, is_private: bool | None = None) -> None:
    """Tell that the contact wrote. One INSERT: this is on the way of every message."""
    event = MessageReceived(**_of(conversation), seq=seq, preview=text[:PREVIEW])
    _tell(conversation, event, None, is_private=is_private)


def assigned(conversation: Conversation, by: Teammate | None) -> None:
    """Tell who has a conversation now."""
    to = conversation.assignee
    names = {"assignee": f"@{to.handle}", "assignee_name": to.name} if to else {}
    _tell(conversation, ConversationAssigned(**_of(conversation), **names, seq=conversation.last_seq), by)


def closed(conversation: Conversation, by: Teammate | None) -> None:
    """Tell that a conversation was closed."""
    _tell(conversation, ConversationClosed(**_of(conversation)), by)


def waits(conversation: Conversation, first: Message | None, minutes: int) -> None:
    """Tell that a contact has waited for so many minutes; `first` is the message that nobody has answered."""
    seq = first.seq if first is not None else conversation.last_seq
    preview = first.text[:PREVIEW] if first is not None else ""
    event = ConversationWaiting(**_of(conversation), seq=seq, minutes=minutes, preview=preview)
    _tell(conversation, event, None, key=f"conversation.waiting:{conversation.public_id}:{seq}")


def picked_up(conversation: Conversation) -> None:
    """Take back what was told of a conversation that waited: somebody has answered it."""
    subject = f"conversation:{conversation.public_id}"
    settle_subject(_workspace(conversation.workspace_id), subject, [ConversationStarted.kind, ConversationWaiting.kind])


def mentioned(conversation: Conversation, message: Message, mention: Mention, by: Teammate | None) -> None:
    """Tell that a note names a teammate: once for the note, or for the edit that named them."""
    mate = mention.teammate
    event = MentionCreated(
        **_of(conversation),
        mentioned=f"@{mate.handle}",
        teammate=mate.public_id,
        by=by.name if by is not None else "",
        seq=message.seq,
        edited_seq=mention.seq if mention.seq != message.seq else None,
        preview=message.text[:PREVIEW],
    )
    _tell(conversation, event, by, key=f"mention.created:{message.pk}:{mate.pk}:{mention.seq}")


def reworded(conversation: Conversation, message: Message, mentions: Sequence[Mention]) -> None:
    """Have what is told of a note say its new words: what was taken out of it stands nowhere any more."""
    subjects = [_subject(conversation, message.seq, row) for row in mentions]
    reword(_workspace(conversation.workspace_id), subjects, message.text[:PREVIEW])


def withdrawn(conversation: Conversation, seq: int, mention: Mention) -> None:
    """Take back what a teammate was told of a note that names them no more."""
    subject = _subject(conversation, seq, mention)
    settle_subject(_workspace(conversation.workspace_id), subject, [MentionCreated.kind])


def _subject(conversation: Conversation, seq: int, mention: Mention) -> str:
    return f"mention:{conversation.public_id}:{seq}:{mention.teammate.public_id}"


def _of(conversation: Conversation) -> dict[str, Any]:
    return {"conversation": conversation.public_id, "number": conversation.number}


@lru_cache(maxsize=1000)
def _workspace(pk: int) -> Workspace:
    # Only its key is asked for, and not every verb has read the workspace: no query for what is known.
    return Workspace(pk=pk)


def _tell(
    conversation: Conversation,
    event: Kind,
    by: Teammate | None,
    *,
    is_private: bool | None = None,
    key: str | None = None,
) -> None:
    contact = conversation.contact.person
    if is_private is None:
        is_private = bool(conversation.team and conversation.team.is_private)
    track(
        event,
        workspace=_workspace(conversation.workspace_id),
        contact=who_of(contact),
        account=who_of_account(contact.account),
        conversation=conversation.public_id,
        is_private=is_private,
        actor=by,
        idempotency_key=key,
    )
