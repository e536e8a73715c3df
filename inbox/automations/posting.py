"""A message of the team's own in a contact's chat: not an answer of anybody, so whoever waits goes on waiting."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inbox import realtime
from inbox.conversations import actions
from inbox.conversations.text import clean_text
from inbox.models import Contact, Conversation, Message
from inbox.models.conversations import Status
from inbox.people.models import Teammate
from inbox.widget.session import REOPENS_WITHIN


def post(contact: Contact, text: str, *, team: str, sender: Teammate | None, client_id: uuid.UUID) -> Message:
    """Say something in a contact's current conversation, or begin one: by `sender`, or where that is None by the team,
    under the name `team`. Live on both sides. Nothing is tracked of it, so it sets nothing off.

    The conversation stays as it is, open or closed, and a new one begins closed: it comes to the desk once the contact
    answers. The same `client_id` again returns the message that is there. Raises TextRefused, Contact.DoesNotExist.
    """
    text = clean_text(text)
    with transaction.atomic():
        # Of two that have something to say, the second finds the conversation that the first began.
        held = Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.pk)
        known = _theirs(held).filter(messages__client_id=client_id).first() or _current(held)
        if known is None:
            conversation = _begin(held)
            return _say(conversation, text, team, sender, client_id, contact=held)
        with actions.locked(known) as conversation:
            found = Message.objects.filter(conversation=conversation, client_id=client_id).first()
            return found or _say(conversation, text, team, sender, client_id)


def _say(
    conversation: Conversation,
    text: str,
    team: str,
    sender: Teammate | None,
    client_id: uuid.UUID,
    *,
    contact: Contact | None = None,
) -> Message:
    added = actions.add(
        conversation, kind="reply", author_kind="teammate", teammate=sender, text=text, client_id=client_id,
        data={"automated": True, **({} if sender else {"team": team})}, answers=False,
    )  # fmt: skip
    realtime.announce(conversation, added.message)
    if contact is not None:
        actions.have_browsers_follow(conversation, contact)
    return added.message


def _begin(contact: Contact) -> Conversation:
    now = timezone.now()
    return Conversation.objects.create(
        workspace_id=contact.workspace_id,
        number=actions.next_number(contact.workspace_id),
        contact=contact,
        status=Status.CLOSED,
        closed_at=now,
        last_message_at=now,
    )


def _current(contact: Contact) -> Conversation | None:
    """Return the conversation in which this contact would go on writing."""
    recent = Q(closed_at__isnull=True) | Q(closed_at__gt=timezone.now() - REOPENS_WITHIN)
    return _theirs(contact).filter(recent).order_by("-last_message_at", "-id").first()


def _theirs(contact: Contact) -> QuerySet[Conversation]:
    """Those that this contact's own browsers show, and none of another contact of the same person: a merge opens
    nothing."""
    mine = Q(contact=contact) & (Q(visitor__isnull=True) | Q(visitor__contact=contact))
    return Conversation.objects.filter(mine, workspace=contact.workspace_id)
