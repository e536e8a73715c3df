"""`/api/v1/conversations/{id}/messages/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.conversations import BY_ID, conversations_of
from inbox.api.fields import Choice, Handle, Instant
from inbox.api.paging import Keyset, PageQuery
from inbox.api.schema import describe, page_of
from inbox.api.teammates import author_named, require_sight
from inbox.conversations import actions
from inbox.conversations.text import text_to_html
from inbox.models import Conversation, Message
from inbox.models.messages import AuthorKind, MessageKind

TAG = "messages"
ASCENDING = Keyset("messages", "seq", newest_first=False)


class AuthorSerializer(serializers.Serializer[Message]):
    """Who wrote a message."""

    kind = Choice("AuthorKind", AuthorKind.values, source="author_kind")
    id = serializers.SerializerMethodField(help_text="The contact's or the teammate's id; null for the system.")
    name = serializers.CharField(source="author_name")

    def get_id(self, message: Message) -> str | None:
        """Return the public id."""
        author = message.teammate or (message.contact and message.contact.person)
        return str(author.public_id) if author else None


class MessageSerializer(serializers.Serializer[Message]):
    """A reply, a private note, or an action."""

    seq = serializers.IntegerField(help_text="Its number in the conversation, without holes.")
    client_id = serializers.UUIDField()
    kind = Choice("MessageKind", MessageKind.values)
    author = AuthorSerializer(source="*")
    text = serializers.CharField()
    html = serializers.SerializerMethodField(help_text="The text as safe HTML, its links made clickable.")
    action = serializers.SerializerMethodField(help_text="What was done, for an action; otherwise null.")
    data = serializers.DictField(help_text="The action's particulars.")  # type: ignore[assignment]
    at = Instant(source="created_at")

    def get_html(self, message: Message) -> str:
        """Return the HTML."""
        return text_to_html(message.text)

    def get_action(self, message: Message) -> str | None:
        """Return what was done."""
        return message.action or None


class MessageInputSerializer(serializers.Serializer[Any]):
    """What is to be said."""

    kind = Choice("SaidKind", [MessageKind.REPLY.value, MessageKind.NOTE.value])
    text = serializers.CharField(trim_whitespace=False, allow_blank=True, help_text="1 to 20,000 characters.")
    author = Handle(40, help_text="The @handle of the teammate who says it.")
    client_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Made by you: sent again, it answers the message that is there."
    )


class MessageQuery(PageQuery):
    """What the list of messages may be asked."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="Only messages with a higher seq."
    )


def _answer(message: Message, status: int) -> Response:
    return Response(MessageSerializer(message).data, status)


class MessageList(ApiView):
    """What was said in a conversation, and what is to be said."""

    @describe(
        "list_messages",
        "List messages",
        tag=TAG,
        path=BY_ID,
        query=MessageQuery,
        answers={200: page_of(MessageSerializer)},
        problems=(404,),
        shows=examples.page("messages", *examples.MESSAGES),
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Oldest first, notes and actions among them."""
        query = self.asked(MessageQuery)
        conversation = get_object_or_404(conversations_of(self), public_id=id)
        messages = Message.objects.filter(conversation=conversation).select_related("teammate__user", "contact__root")
        if "after" in query:
            messages = messages.filter(seq__gt=query["after"])
        return self.page(messages, ASCENDING, query, MessageSerializer)

    @describe(
        "say",
        "Reply, or leave a note",
        tag=TAG,
        path=BY_ID,
        request=MessageInputSerializer,
        answers={200: MessageSerializer, 201: MessageSerializer},
        problems=(404,),
        example=examples.MESSAGE_INPUT,
        shows=examples.MESSAGE,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """A reply is seen by both sides and wakes or reopens the conversation; a note by the team alone. The same
        client_id again answers the message that is stored, with 200."""
        body = self.sent(MessageInputSerializer)
        conversation = get_object_or_404(conversations_of(self), public_id=id)
        author = author_named(self.teammate, body["author"])
        require_sight(author, conversation)
        with transaction.atomic():
            if known := _said_before(conversation, body.get("client_id")):
                return _answer(known, 200)
            say = actions.note if body["kind"] == MessageKind.NOTE else actions.reply
            return _answer(say(conversation, author, body["text"], client_id=body.get("client_id")), 201)


def _said_before(conversation: Conversation, client_id: uuid.UUID | None) -> Message | None:
    """Return the message with this client_id. Holds the conversation, so that of two at once the second finds it."""
    if client_id is None:
        return None
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    return Message.objects.filter(conversation=conversation, client_id=client_id).first()
