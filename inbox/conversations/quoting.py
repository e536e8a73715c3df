"""What a letter (or a push) about a conversation says beyond its event's words: the messages it is about, the three
before them, and a title in words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from inbox.events import ConversationAssigned, ConversationStarted, MentionCreated, MessageReceived
from inbox.models import Conversation, Message
from inbox.models.messages import MessageKind
from inbox.people.models import Teammate
from notifications.models import Event
from notifications.personal.more import More, Quote, say_more

CONTEXT = 3
# A letter holds so many news at most, the latest; the conversation itself has all of them.
MOST_NEWS = 20
LONGEST_QUOTE = 2000
_SAID = (MessageKind.REPLY, MessageKind.NOTE)


def register() -> None:
    """Have the spine ask here, wherever one teammate is told of something in a conversation."""
    for kind in (MentionCreated, MessageReceived, ConversationAssigned, ConversationStarted):
        say_more(kind.kind, sayer)


def sayer(events: Sequence[Event], teammate: Teammate) -> More:
    """Return what there is to say of events of one kind in one conversation, oldest first, to a teammate who may see
    it. A conversation that is gone, or another workspace's, has nothing to say. Two queries."""
    conversation = (
        Conversation.objects.filter(workspace_id=teammate.workspace_id, public_id=_conversation_id(events))
        .select_related("contact__root")
        .first()
    )
    if conversation is None:
        return More()
    contact = conversation.contact.person.display_name
    news = _news(events)
    quotes = tuple(_quote(message, message.seq in news) for message in _messages(conversation, news, events))
    return More(
        title=_title(events, contact),
        subject=f"{contact} (#{conversation.number})",
        thread=f"conversation-{conversation.public_id}",
        quotes=quotes,
        may_answer=teammate.may_write,
    )


def _conversation_id(events: Sequence[Event]) -> uuid.UUID:
    return uuid.UUID(str(events[0].data["conversation"]))


def _news(events: Sequence[Event]) -> set[int]:
    """Return the `seq` of each message that the events are about. Being given a conversation is about none."""
    if events[0].kind == ConversationStarted.kind:
        return {1}
    if events[0].kind == ConversationAssigned.kind:
        return set()
    found = sorted({int(event.data["seq"]) for event in events if event.data.get("seq")})
    return set(found[-MOST_NEWS:])


def _messages(conversation: Conversation, news: set[int], events: Sequence[Event]) -> list[Message]:
    """Return the news, and the last messages before the first of them, in order. One query."""
    said: QuerySet[Message] = (
        Message.objects.filter(conversation=conversation, kind__in=_SAID)
        .exclude(text="")
        .select_related("teammate__user", "contact__root")
        .order_by("-seq")
    )
    if not news:
        return list(said.filter(created_at__lte=_when(events))[:CONTEXT])[::-1]
    before = said.filter(seq__lt=min(news)).values("seq")[:CONTEXT]
    return list(said.filter(Q(seq__in=news) | Q(seq__in=before)))[::-1]


def _when(events: Sequence[Event]) -> datetime:
    return events[-1].occurred_at


def _quote(message: Message, is_news: bool) -> Quote:
    text = message.text if len(message.text) <= LONGEST_QUOTE else f"{message.text[:LONGEST_QUOTE]}…"
    return Quote(message.author_name, text, message.created_at, message.kind == MessageKind.NOTE, is_news)


def _title(events: Sequence[Event], contact: str) -> str:
    first = events[0]
    titles = {
        MentionCreated.kind: f"{first.data.get('by') or first.actor_name or 'Somebody'} mentioned you in a note",
        MessageReceived.kind: f"{contact} wrote",
        ConversationAssigned.kind: f"{first.actor_name or 'Frontdesk'} gave you a conversation",
        ConversationStarted.kind: f"{contact} started a conversation",
    }
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    return titles.get(first.kind, first.title) + more
