"""The verbs of a conversation. Desk, API and sockets all call these, and nothing else changes a conversation.

Each takes the conversation's row lock, changes it, appends the message that says so, and announces it on commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from inbox import realtime
from inbox.conversations.append import Appended, append
from inbox.conversations.text import clean_text
from inbox.models import Contact, Conversation, Message, Visitor
from inbox.models.conversations import Priority, Status
from inbox.people.models import Team, Teammate


class Refused(ValueError):
    """The change makes no sense for this conversation. `code` is stable, the message says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def start(
    contact: Contact,
    text: str,
    *,
    visitor: Visitor | None = None,
    author: Teammate | None = None,
    team: Team | None = None,
    client_id: uuid.UUID | None = None,
) -> tuple[Conversation, Message]:
    """Open a conversation (in `team`, if given) with its first reply: the contact's, or `author`'s where a teammate
    writes first.

    Raises TextRefused.
    """
    text = clean_text(text)
    with transaction.atomic():
        now = timezone.now()
        conversation = Conversation.objects.create(
            workspace_id=contact.workspace_id,
            number=_next_number(contact.workspace_id),
            contact=contact,
            visitor=visitor,
            team=team,
            last_message_at=now,
        )
        added = _add(
            conversation, kind="reply", author_kind="teammate" if author else "contact",
            teammate=author, text=text, client_id=client_id,
        )  # fmt: skip
        realtime.announce(conversation, added.message)
        rebind = {"type": "rebind", "conversation": str(conversation.public_id)}
        if visitor is not None:
            realtime.publish_on_commit([realtime.Frame(realtime.visitor_group(visitor.pk), rebind, "rebind")])
        realtime.publish_on_commit([realtime.Frame(realtime.contact_group(contact.pk), rebind, "rebind")])
    return conversation, added.message


def reply(
    conversation: Conversation, by: Teammate | Contact, text: str, *, client_id: uuid.UUID | None = None
) -> Message:
    """Say something that both sides see. Wakes a snoozed conversation and reopens a closed one.

    The same `client_id` again returns the message that is there. Raises TextRefused.
    """
    text = clean_text(text)
    teammate = by if isinstance(by, Teammate) else None
    with _locked(conversation) as locked:
        if client_id and (known := Message.objects.filter(conversation=locked, client_id=client_id).first()):
            return known
        if locked.status != Status.OPEN:
            _set_status(locked, teammate, "woke" if locked.status == Status.SNOOZED else "reopened")
        added = _add(
            locked, kind="reply", author_kind="teammate" if teammate else "contact",
            teammate=teammate, text=text, client_id=client_id,
        )  # fmt: skip
        realtime.announce(locked, added.message)
    return added.message


def note(conversation: Conversation, by: Teammate, text: str, *, client_id: uuid.UUID | None = None) -> Message:
    """Say something that only the team sees. The same `client_id` again returns the note that is there.

    Raises TextRefused.
    """
    text = clean_text(text)
    with _locked(conversation) as locked:
        added = _add(locked, kind="note", author_kind="teammate", teammate=by, text=text, client_id=client_id)
        if added.new:
            realtime.announce(locked, added.message)
    return added.message


def assign(conversation: Conversation, to: Teammate | None, *, by: Teammate | None) -> Conversation:
    """Give a conversation to a teammate, or to nobody. Raises Refused if that teammate may not see it."""
    with _locked(conversation) as locked:
        if to is not None and not Conversation.objects.visible_to(to).filter(pk=locked.pk).exists():
            raise Refused(
                "assignee_cannot_see", f"@{to.handle} cannot see this conversation; move it to another team first."
            )
        if locked.assignee_id == (to.pk if to else None):
            return locked
        locked.assignee = to
        locked.save(update_fields=["assignee"])
        _act(locked, by, "assigned" if to else "unassigned", to=to.name if to else None)
    return locked


def move(conversation: Conversation, to: Team | None, *, by: Teammate | None) -> Conversation:
    """Put a conversation into a team, or into none. An assignee who may not see it there loses it."""
    with _locked(conversation) as locked:
        if locked.team_id == (to.pk if to else None):
            return locked
        left = realtime.scope_group(locked)
        locked.team = to
        if locked.assignee and to and to.is_private and not _sees(locked.assignee, to):
            locked.assignee = None
        locked.save(update_fields=["team", "assignee"])
        _act(locked, by, "moved" if to else "left_team", to=to.name if to else None)
        gone = {"type": "gone", "conversation": str(locked.public_id)}
        if left != realtime.scope_group(locked):
            realtime.publish_on_commit([
                realtime.Frame(left, gone, "perhaps_gone"),
                realtime.Frame(realtime.desk_group(locked.pk), {}, "reauthorise"),
            ])  # fmt: skip
    return locked


def prioritise(conversation: Conversation, priority: Priority, *, by: Teammate | None) -> Conversation:
    """Set how urgent a conversation is."""
    with _locked(conversation) as locked:
        if locked.priority != priority:
            locked.priority = priority
            locked.save(update_fields=["priority"])
            _act(locked, by, "prioritised", to=Priority(priority).label)
    return locked


def snooze(conversation: Conversation, until: datetime, *, by: Teammate | None) -> Conversation:
    """Put a conversation aside until an aware moment to come. Raises Refused if that moment has passed."""
    if until <= timezone.now():
        raise Refused("snooze_in_the_past", "Choose a time that is still to come.")
    with _locked(conversation) as locked:
        if locked.status != Status.SNOOZED or locked.snoozed_until != until:
            _set_status(locked, by, "snoozed", until=until)
    return locked


def close(conversation: Conversation, *, by: Teammate | None) -> Conversation:
    """End a conversation. It comes back by itself if anyone replies."""
    with _locked(conversation) as locked:
        if locked.status != Status.CLOSED:
            _set_status(locked, by, "closed")
    return locked


def reopen(conversation: Conversation, *, by: Teammate | None) -> Conversation:
    """Bring a closed or snoozed conversation back to the open ones."""
    with _locked(conversation) as locked:
        if locked.status != Status.OPEN:
            _set_status(locked, by, "woke" if locked.status == Status.SNOOZED else "reopened")
    return locked


def wake_due(limit: int = 100) -> int:
    """Open up to `limit` conversations whose snooze has ended, and return how many. It may run twice, anywhere."""
    with transaction.atomic():
        due = list(
            Conversation.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .for_list()
            .filter(status=Status.SNOOZED, snoozed_until__lte=timezone.now())
            .order_by("snoozed_until")[:limit]
        )
        for conversation in due:
            _set_status(conversation, None, "woke")
    return len(due)


@contextmanager
def _locked(conversation: Conversation) -> Iterator[Conversation]:
    with transaction.atomic():
        yield (Conversation.objects.select_for_update(no_key=True, of=("self",)).for_list().get(pk=conversation.pk))


def _set_status(conversation: Conversation, by: Teammate | None, action: str, until: datetime | None = None) -> None:
    """Change a locked conversation's status with the times that belong to it, and say so in the thread."""
    status = {"snoozed": Status.SNOOZED, "closed": Status.CLOSED}.get(action, Status.OPEN)
    conversation.status = status
    conversation.snoozed_until = until
    conversation.closed_at = timezone.now() if status == Status.CLOSED else None
    fields = ["status", "snoozed_until", "closed_at"]
    if status == Status.CLOSED:
        conversation.waiting_since = None
        fields.append("waiting_since")
    conversation.save(update_fields=fields)
    _act(conversation, by, action, until=until.isoformat() if until else None)


def _act(conversation: Conversation, by: Teammate | None, action: str, **data: Any) -> None:
    particulars = {key: value for key, value in data.items() if value is not None}
    author_kind = "teammate" if by else "system"
    added = _add(conversation, kind="action", author_kind=author_kind, teammate=by, action=action, data=particulars)
    realtime.announce(conversation, added.message)


def _add(conversation: Conversation, **message: Any) -> Appended:
    added = append(conversation.pk, **message)
    assert added is not None  # any status will do, and the conversation exists
    added.apply_to(conversation)
    added.message.teammate = message.get("teammate")
    if added.message.author_kind == "contact":
        added.message.contact = conversation.contact
    if conversation.last_teammate_id == added.message.teammate_id:
        conversation.last_teammate = added.message.teammate
    return added


def _sees(teammate: Teammate, team: Team) -> bool:
    return teammate.sees_all_teams or team.memberships.filter(teammate=teammate).exists()


def _next_number(workspace_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_conversationcounter AS c (workspace_id, last_number) VALUES (%s, 1) "
            "ON CONFLICT (workspace_id) DO UPDATE SET last_number = c.last_number + 1 RETURNING last_number",
            [workspace_id],
        )
        return int(cursor.fetchone()[0])
