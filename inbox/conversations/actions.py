"""The verbs of a conversation. Desk, API and sockets all call these, and nothing else changes a conversation.

Each takes the conversation's row lock, changes it, appends the message that says so, announces it on commit, and ends
in what the spine is told of it (telling.py).
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
from inbox.conversations import follows, mentions, telling
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
    writes first. What a merged contact's browser begins belongs to its person's root.

    Raises TextRefused.
    """
    text = clean_text(text)
    with transaction.atomic():
        now = timezone.now()
        conversation = Conversation.objects.create(
            workspace_id=contact.workspace_id,
            number=next_number(contact.workspace_id),
            # Whom a server or a teammate addressed is who shall see it; what a browser begins is its person's.
            contact=contact.person if visitor is not None else contact,
            visitor=visitor,
            team=team,
            last_message_at=now,
        )
        added = add(
            conversation, kind="reply", author_kind="teammate" if author else "contact",
            teammate=author, text=text, client_id=client_id,
        )  # fmt: skip
        realtime.announce(conversation, added.message)
        have_browsers_follow(conversation, contact)
        telling.started(conversation, text, author)
        if author is not None:
            follows.follow(conversation, [author.pk])
        else:
            telling.received(conversation, text, added.message.seq)
    return conversation, added.message


def have_browsers_follow(conversation: Conversation, contact: Contact) -> None:
    """Have the browser in which a conversation was begun follow it in all its tabs, and so those others that proved to
    be the same contact. Those of the person's other contacts hear nothing."""
    rebind = {"type": "rebind", "conversation": str(conversation.public_id)}
    groups = [realtime.contact_group(contact.pk)]
    if conversation.visitor_id is not None:
        groups.insert(0, realtime.visitor_group(conversation.visitor_id))
    realtime.publish_on_commit([realtime.Frame(group, rebind, "rebind") for group in groups])


def reply(
    conversation: Conversation, by: Teammate | Contact, text: str, *, client_id: uuid.UUID | None = None
) -> Message:
    """Say something that both sides see. Wakes a snoozed conversation and reopens a closed one.

    The same `client_id` again returns the message that is there. Raises TextRefused.
    """
    text = clean_text(text)
    teammate = by if isinstance(by, Teammate) else None
    with locked(conversation) as row:
        if client_id and (known := Message.objects.filter(conversation=row, client_id=client_id).first()):
            return known
        if row.status != Status.OPEN:
            _set_status(row, teammate, "woke" if row.status == Status.SNOOZED else "reopened")
        waited = row.waiting_since is not None
        added = add(
            row, kind="reply", author_kind="teammate" if teammate else "contact",
            teammate=teammate, text=text, client_id=client_id,
        )  # fmt: skip
        realtime.announce(row, added.message)
        if teammate is None:
            telling.received(row, text, added.message.seq)
            return added.message
        follows.follow(row, [teammate.pk])
        if waited:
            telling.picked_up(row)
    return added.message


def note(conversation: Conversation, by: Teammate, text: str, *, client_id: uuid.UUID | None = None) -> Message:
    """Say something that only the team sees, and tell those teammates whom it names.

    The same `client_id` again returns the note that is there. Raises TextRefused, Refused (`no_sight`).
    """
    text = clean_text(text)
    with locked(conversation) as row:
        require_sight(row, by)
        found = mentions.find(row, by, text)
        data = {"mentions": found.pills} if found.pills else {}
        added = add(row, kind="note", author_kind="teammate", teammate=by, text=text, data=data, client_id=client_id)
        if added.new:
            follows.follow(row, [by.pk])
            mentions.keep(row, added.message, by, found)
            realtime.announce(row, added.message)
    return added.message


def assign(conversation: Conversation, to: Teammate | None, *, by: Teammate | None) -> Conversation:
    """Give a conversation to a teammate, or to nobody. Raises Refused if that teammate may not see it."""
    with locked(conversation) as row:
        if to is not None and not Conversation.objects.visible_to(to).filter(pk=row.pk).exists():
            raise Refused(
                "assignee_cannot_see", f"@{to.handle} cannot see this conversation; move it to another team first."
            )
        if row.assignee_id == (to.pk if to else None):
            return row
        row.assignee = to
        row.save(update_fields=["assignee"])
        if to is not None:
            follows.follow(row, [to.pk])
        act(row, by, "assigned" if to else "unassigned", to=to.name if to else None)
        telling.assigned(row, by)
    return row


def move(conversation: Conversation, to: Team | None, *, by: Teammate | None) -> Conversation:
    """Put a conversation into a team, or into none. An assignee who may not see it there loses it, and so do guests.

    Raises Refused (`guest_may_not_move`).
    """
    from inbox.conversations import guests  # here: it is made of these verbs

    with locked(conversation) as row:
        if row.team_id == (to.pk if to else None):
            return row
        if by is not None and row.team is not None and row.team.is_private and not guests.may_give(row, by):
            raise Refused("guest_may_not_move", "You see this conversation for a time. Ask somebody of its team.")
        left = realtime.scope_groups(row)
        guests.end_all(row, by=by)
        row.team = to
        if row.assignee and to and to.is_private and not _sees(row.assignee, to):
            row.assignee = None
        row.save(update_fields=["team", "assignee"])
        act(row, by, "moved" if to else "left_team", to=to.name if to else None)
        gone = {"type": "gone", "conversation": str(row.public_id)}
        if left != realtime.scope_groups(row):
            realtime.publish_on_commit([
                *(realtime.Frame(group, gone, "perhaps_gone") for group in left),
                realtime.Frame(realtime.desk_group(row.pk), {}, "reauthorise"),
            ])  # fmt: skip
        mentions.tell_who_sees_now(row)
    return row


def prioritise(conversation: Conversation, priority: Priority, *, by: Teammate | None) -> Conversation:
    """Set how urgent a conversation is."""
    with locked(conversation) as row:
        if row.priority != priority:
            row.priority = priority
            row.save(update_fields=["priority"])
            act(row, by, "prioritised", to=Priority(priority).label)
    return row


def snooze(conversation: Conversation, until: datetime, *, by: Teammate | None) -> Conversation:
    """Put a conversation aside until an aware moment to come. Raises Refused if that moment has passed."""
    if until <= timezone.now():
        raise Refused("snooze_in_the_past", "Choose a time that is still to come.")
    with locked(conversation) as row:
        if row.status != Status.SNOOZED or row.snoozed_until != until:
            _set_status(row, by, "snoozed", until=until)
    return row


def close(conversation: Conversation, *, by: Teammate | None) -> Conversation:
    """End a conversation. It comes back by itself if anyone replies."""
    with locked(conversation) as row:
        if row.status != Status.CLOSED:
            _set_status(row, by, "closed")
            telling.closed(row, by)
    return row


def reopen(conversation: Conversation, *, by: Teammate | None) -> Conversation:
    """Bring a closed or snoozed conversation back to the open ones."""
    with locked(conversation) as row:
        if row.status != Status.OPEN:
            _set_status(row, by, "woke" if row.status == Status.SNOOZED else "reopened")
    return row


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
def locked(conversation: Conversation) -> Iterator[Conversation]:
    """Hold a conversation's row lock, in a transaction, and give it as it is now."""
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
    act(conversation, by, action, until=until.isoformat() if until else None)


def require_sight(conversation: Conversation, teammate: Teammate) -> None:
    """Raise Refused unless a teammate may see a locked conversation now: it may have been taken from them just so."""
    if not Conversation.objects.visible_to(teammate).filter(pk=conversation.pk).exists():
        raise Refused("no_sight", "You can no longer see this conversation.")


def act(conversation: Conversation, by: Teammate | None, action: str, **data: Any) -> None:
    """Append to a locked conversation what was done, and announce it. `data` are its particulars, None left out."""
    particulars = {key: value for key, value in data.items() if value is not None}
    author_kind = "teammate" if by else "system"
    added = add(conversation, kind="action", author_kind=author_kind, teammate=by, action=action, data=particulars)
    realtime.announce(conversation, added.message)


def add(conversation: Conversation, **message: Any) -> Appended:
    """Append a message (as `append` takes it) to a locked conversation, and bring that up to date."""
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


def next_number(workspace_id: int) -> int:
    """Return the number of a workspace's next conversation, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_conversationcounter AS c (workspace_id, last_number) VALUES (%s, 1) "
            "ON CONFLICT (workspace_id) DO UPDATE SET last_number = c.last_number + 1 RETURNING last_number",
            [workspace_id],
        )
        return int(cursor.fetchone()[0])
