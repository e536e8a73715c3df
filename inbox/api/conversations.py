"""`/api/v1/conversations/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Handle, Instant
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.api.teammates import assignee_named, author_named, require_sight, team_named
from inbox.contacts import persons
from inbox.conversations import actions
from inbox.models import Contact, Conversation
from inbox.models.conversations import Priority, Status
from inbox.people.models import Workspace

TAG = "conversations"
NEWEST = Keyset("conversations", "last_message_at")
BY_ID = {"id": "The conversation's id."}
PRIORITIES = {str(priority.label): priority for priority in Priority}


class ConversationSerializer(serializers.Serializer[Conversation]):
    """A thread between a contact and the team."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField(help_text="Counts the workspace's conversations; what people call it by.")
    status = Choice("ConversationStatus", Status.values)
    contact = serializers.UUIDField(source="contact.person.public_id", help_text="The contact's id.")
    assignee = serializers.SerializerMethodField(help_text="The teammate's @handle.")
    team = serializers.SerializerMethodField(help_text="The team's handle.")
    priority = serializers.SerializerMethodField()
    last_seq = serializers.IntegerField(help_text="The seq of the newest message.")
    waiting_since = Instant(allow_null=True, help_text="Since when the customer has been without an answer.")
    first_reply_at = Instant(allow_null=True)
    snoozed_until = Instant(allow_null=True)
    created_at = Instant()
    closed_at = Instant(allow_null=True)

    def get_assignee(self, conversation: Conversation) -> str | None:
        """Return the @handle."""
        return f"@{conversation.assignee.handle}" if conversation.assignee else None

    def get_team(self, conversation: Conversation) -> str | None:
        """Return the handle."""
        return conversation.team.handle if conversation.team else None

    def get_priority(self, conversation: Conversation) -> str:
        """Return the word: low, normal, high or urgent."""
        return str(Priority(conversation.priority).label)


class ConversationStartSerializer(serializers.Serializer[Any]):
    """What starts a conversation."""

    contact = serializers.UUIDField(help_text="The contact's id.")
    text = serializers.CharField(trim_whitespace=False, allow_blank=True, help_text="1 to 20,000 characters.")
    author = Handle(
        40, required=False, allow_null=True, help_text="The @handle of who writes; the contact does if it is left out."
    )
    client_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Made by you: sent again, it answers the conversation that is there."
    )
    team = Handle(40, required=False, allow_null=True, help_text="A team's handle.")
    assignee = Handle(40, required=False, allow_null=True, help_text="A teammate's @handle.")


class ConversationInputSerializer(serializers.Serializer[Any]):
    """What may be changed of a conversation. Only what is sent changes."""

    status = Choice("ConversationStatus", Status.values, required=False)
    snoozed_until = Instant(required=False, allow_null=True, help_text="Goes with the status snoozed.")
    assignee = Handle(40, required=False, allow_null=True, help_text="A teammate's @handle; null: nobody.")
    team = Handle(40, required=False, allow_null=True, help_text="A team's handle; null: none.")
    priority = Choice("Priority", list(PRIORITIES), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a snooze without an end and an end without a snooze."""
        snoozes, end = attrs.get("status") == Status.SNOOZED, attrs.get("snoozed_until")
        if snoozes and end is None:
            raise Problem("snoozed_until_missing", "Send snoozed_until with the status snoozed.", field="snoozed_until")
        if end is not None and not snoozes:
            raise Problem(
                "snoozed_until_unexpected", "Send the status snoozed with snoozed_until.", field="snoozed_until"
            )
        return attrs


class ConversationQuery(PageQuery):
    """What the list of conversations may be asked."""

    contact = serializers.UUIDField(required=False, help_text="Those of the contact with this id.")
    status = Choice("ConversationStatus", Status.values, required=False)


def conversations_of(view: ApiView) -> QuerySet[Conversation]:
    """Return the conversations that a call may see, with what their answers show."""
    return Conversation.objects.visible_to(view.teammate).select_related("contact__root", "assignee", "team")


def _answer(conversation: Conversation, status: int = 200) -> Response:
    return Response(ConversationSerializer(conversation).data, status)


class ConversationList(ApiView):
    """All conversations, and new ones."""

    @describe(
        "list_conversations",
        "List conversations",
        tag=TAG,
        query=ConversationQuery,
        answers={200: page_of(ConversationSerializer)},
        shows=examples.page("conversations", examples.CONVERSATION, more=True),
    )
    def get(self, request: Request) -> Response:
        """Newest activity first."""
        query = self.asked(ConversationQuery)
        conversations = conversations_of(self)
        if "contact" in query:
            mine = Contact.objects.filter(workspace=self.workspace, public_id=query["contact"])
            known = mine.first()
            conversations = conversations.filter(contact__in=persons.contact_ids(known) if known else [])
        if "status" in query:
            conversations = conversations.filter(status=query["status"])
        return self.page(conversations, NEWEST, query, ConversationSerializer)

    @describe(
        "start_conversation",
        "Start a conversation",
        tag=TAG,
        request=ConversationStartSerializer,
        answers={200: ConversationSerializer, 201: ConversationSerializer},
        problems=(404,),
        example=examples.CONVERSATION_INPUT,
        shows=examples.CONVERSATION,
    )
    def post(self, request: Request) -> Response:
        """The first message is the contact's, or the author's where a teammate writes first. The client_id of a
        conversation that is there answers that one with 200."""
        conversation, new = _start(self, self.sent(ConversationStartSerializer))
        return _answer(conversation, 201 if new else 200)


class ConversationDetail(ApiView):
    """One conversation."""

    @describe(
        "get_conversation",
        "Get a conversation",
        tag=TAG,
        path=BY_ID,
        answers={200: ConversationSerializer},
        problems=(404,),
        shows=examples.CONVERSATION,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return its state; its messages have a list of their own."""
        return _answer(get_object_or_404(conversations_of(self), public_id=id))

    @describe(
        "change_conversation",
        "Change a conversation",
        tag=TAG,
        path=BY_ID,
        request=ConversationInputSerializer,
        answers={200: ConversationSerializer},
        problems=(404,),
        example=examples.CONVERSATION_CHANGE,
        shows=examples.CONVERSATION_CHANGED,
    )
    def patch(self, request: Request, id: uuid.UUID) -> Response:
        """Assign, move, prioritise, snooze, close, reopen: all of what is sent, or nothing. Each leaves an action in
        the thread. The team is changed before the assignee."""
        conversation = get_object_or_404(conversations_of(self), public_id=id)
        return _answer(_change(self, conversation, self.sent(ConversationInputSerializer)))


@transaction.atomic
def _start(view: ApiView, body: dict[str, Any]) -> tuple[Conversation, bool]:
    """Start a conversation, or find the one that its client_id started; the contact's lock makes twice at once one."""
    contacts = Contact.objects.select_for_update(no_key=True)
    contact = contacts.filter(workspace=view.workspace, public_id=body["contact"]).first()
    if contact is None:
        raise Problem("contact_not_found", "No contact has this id.", status=404, field="contact")
    client_id = body.get("client_id")
    if client_id:
        begun = conversations_of(view).filter(contact=contact, messages__client_id=client_id, messages__seq=1)
        if known := begun.first():
            return known, False
    author = author_named(view.teammate, body["author"]) if body.get("author") else None
    # Born in its team: had it been moved there, everybody would have heard of it first.
    team = _or_none(team_named, view.workspace, body.get("team"))
    conversation, _ = actions.start(contact, body["text"], author=author, client_id=client_id, team=team)
    if author is not None:
        require_sight(author, conversation)
    if body.get("assignee"):
        assignee = assignee_named(view.workspace, body["assignee"])
        conversation = actions.assign(conversation, assignee, by=view.teammate)
    return conversation, True


@transaction.atomic
def _change(view: ApiView, conversation: Conversation, body: dict[str, Any]) -> Conversation:
    """Call the verb of each thing that was sent."""
    by, workspace = view.teammate, view.workspace
    if "team" in body:
        conversation = actions.move(conversation, _or_none(team_named, workspace, body["team"]), by=by)
    if "assignee" in body:
        conversation = actions.assign(conversation, _or_none(assignee_named, workspace, body["assignee"]), by=by)
    if "priority" in body:
        conversation = actions.prioritise(conversation, PRIORITIES[body["priority"]], by=by)
    if body.get("status") == Status.OPEN:
        conversation = actions.reopen(conversation, by=by)
    elif body.get("status") == Status.CLOSED:
        conversation = actions.close(conversation, by=by)
    elif body.get("status") == Status.SNOOZED:
        conversation = actions.snooze(conversation, body["snoozed_until"], by=by)
    return conversation


def _or_none(find: Any, workspace: Workspace, handle: str | None) -> Any:
    return find(workspace, handle) if handle else None
