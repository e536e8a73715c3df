"""A visitor's side of a conversation: send, resume, history. Synchronous; the consumer calls it from a thread."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from inbox import realtime
from inbox.conversations import actions, telling
from inbox.conversations.append import Appended, append
from inbox.conversations.text import clean_text
from inbox.models import Contact, Conversation, Message, Visitor
from inbox.models.conversations import Status
from inbox.widget import claims
from inbox.widget.session import contact_for, current_conversation

RESUME_LIMIT = 200
HISTORY_LIMIT = 50


@dataclass(slots=True)
class Sent:
    """What became of a send: the stored message as a frame, and the frames that others are still to get."""

    payload: dict[str, Any]
    conversation: Conversation
    frames: list[realtime.Frame]


def send(visitor: Visitor, conversation: Conversation | None, text: str, client_id: uuid.UUID) -> Sent:
    """Store a visitor's message once and return it. An open conversation takes one statement, and one more that tells
    the spine; else the verbs are asked. What the text says of who they are is written down as their claim.

    Raises TextRefused.
    """
    text = clean_text(text)
    if not (said := claims.said_in(text)):
        return _send(visitor, conversation, text, client_id)
    with transaction.atomic():
        _hold(visitor)  # before the conversation, as whoever merges this contact does
        sent = _send(visitor, conversation, text, client_id)
        author = Visitor.objects.select_related("contact").get(pk=visitor.pk).contact
        if author is not None:
            claims.take(author, said)
    return sent


def _send(visitor: Visitor, conversation: Conversation | None, text: str, client_id: uuid.UUID) -> Sent:
    if conversation is not None:
        sent = _send_to_open(conversation, text, client_id)
        if sent is not None:
            return sent
    with transaction.atomic():
        locked = _hold(visitor)
        conversation = current_conversation(locked)
        if conversation is None:
            conversation, message = actions.start(contact_for(locked), text, visitor=locked, client_id=client_id)
        else:
            message = actions.reply(conversation, locked.contact or conversation.contact, text, client_id=client_id)
    fresh = reload(conversation)
    return Sent(realtime.message_payload(message, realtime.name_for_visitor(fresh, message)), fresh, [])


def _hold(visitor: Visitor) -> Visitor:
    """Lock a browser and then its contact, and return it as it is now: two devices of one person that begin at once
    begin one conversation."""
    locked = Visitor.objects.select_for_update(no_key=True, of=("self",)).get(pk=visitor.pk)
    if locked.contact_id:
        rows = Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("root")
        locked.contact = rows.get(pk=locked.contact_id)
    return locked


def _send_to_open(conversation: Conversation, text: str, client_id: uuid.UUID) -> Sent | None:
    added = append(
        conversation.pk,
        kind="reply",
        author_kind="contact",
        text=text,
        client_id=client_id,
        statuses=[Status.OPEN],
        tell=lambda added: telling.received(conversation, text, added.message.seq, is_private=added.team_is_private),
    )
    if added is None:
        return None
    message = added.message
    if not added.new:
        return Sent(
            realtime.message_payload(message, realtime.name_for_visitor(conversation, message)), conversation, []
        )
    if _still_fits(added, conversation):
        added.apply_to(conversation)
    else:
        conversation = reload(conversation)
    message.contact, message.conversation, message.teammate = conversation.contact, conversation, None
    conversation.last_teammate = None
    frames = realtime.frames_of(conversation, message)
    return Sent(frames[0].payload, conversation, frames)


def _still_fits(added: Appended, conversation: Conversation) -> bool:
    """Whether the instance that this socket holds still says rightly whose the conversation is and who may see it."""
    moved = added.moved or {}
    return (moved["assignee_id"], moved["team_id"], added.team_is_private) == (
        conversation.assignee_id,
        conversation.team_id,
        bool(conversation.team and conversation.team.is_private),
    )


def reload(conversation: Conversation) -> Conversation:
    """Return the conversation as the database now holds it, with what its frames show."""
    return Conversation.objects.for_list().select_related("visitor__contact").get(pk=conversation.pk)


def after(conversation: Conversation, seq: int) -> tuple[list[dict[str, Any]], int, bool]:
    """Return the `message` frames beyond `seq`, the seq they reach, and whether there are more."""
    window = list(_replies(conversation).filter(public_seq__gt=seq).order_by("public_seq")[: RESUME_LIMIT + 1])
    more = len(window) > RESUME_LIMIT
    window = window[:RESUME_LIMIT]
    reached = window[-1].public_seq if window else seq
    return _frames(conversation, window), reached or seq, more


def before(conversation: Conversation, seq: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the last `message` frames below `seq`, oldest first, and whether there are earlier ones."""
    window = list(_replies(conversation).filter(public_seq__lt=seq).order_by("-public_seq")[: HISTORY_LIMIT + 1])
    more = len(window) > HISTORY_LIMIT
    return _frames(conversation, window[:HISTORY_LIMIT][::-1]), more


def _frames(conversation: Conversation, messages: list[Message]) -> list[dict[str, Any]]:
    return [realtime.message_payload(one, realtime.name_for_visitor(conversation, one)) for one in messages]


def _replies(conversation: Conversation) -> Any:
    return Message.objects.filter(conversation=conversation, kind="reply", public_seq__isnull=False).select_related(
        "teammate__user"
    )
