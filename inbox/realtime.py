"""Who hears of what, at once.

A frame is built once, as JSON, and goes to a group; it knows nothing of who reads it. The socket is a hint and the
database is the truth: a frame that gets lost is noticed by its `seq` and read again from the database.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.template.loader import get_template

from inbox.conversations.text import text_to_html
from inbox.fragments import message_html, row_html
from inbox.layer import the_layer
from inbox.models import Conversation, Message
from inbox.people.models import Teammate

log = logging.getLogger(__name__)


class Frame(NamedTuple):
    """One JSON frame for every socket of a group. `kind` names the consumer's handler; `more` is for it alone."""

    group: str
    payload: dict[str, Any]
    kind: str = "frame"
    more: dict[str, Any] = {}


def workspace_group(workspace_id: int) -> str:
    """Every desk socket of the workspace: conversations that are in no private team."""
    return f"open-{workspace_id}"


def team_group(team_id: int) -> str:
    """Desk sockets of those who see a private team."""
    return f"team-{team_id}"


def teammate_group(teammate_id: int) -> str:
    """All desk sockets of one teammate."""
    return f"mate-{teammate_id}"


def desk_group(conversation_id: int) -> str:
    """Desk sockets that have this conversation open."""
    return f"desk-{conversation_id}"


def visitor_side_group(conversation_id: int) -> str:
    """Widget sockets of those whose conversation this is."""
    return f"chat-{conversation_id}"


def visitor_group(visitor_id: int) -> str:
    """All widget sockets (tabs) of one browser."""
    return f"visitor-{visitor_id}"


def contact_group(contact_id: int) -> str:
    """Widget sockets of all browsers that proved to be this contact."""
    return f"contact-{contact_id}"


def guests_group(conversation_id: int) -> str:
    """Desk sockets of those who see this one conversation of a private team as guests."""
    return f"guests-{conversation_id}"


def scope_groups(conversation: Conversation) -> list[str]:
    """The desk sockets that may see this conversation: `visible_to`, told as groups. No socket is in two of them."""
    team = conversation.team
    if team is not None and team.is_private:
        return [team_group(team.pk), guests_group(conversation.pk)]
    return [workspace_group(conversation.workspace_id)]


def message_payload(message: Message, author_name: str) -> dict[str, Any]:
    """Return a reply as the widget's `message` frame (docs/protocol.md)."""
    return {
        "type": "message",
        "seq": message.public_seq,
        "client_id": str(message.client_id),
        "author": {"kind": message.author_kind, "name": author_name},
        "text": message.text,
        "html": text_to_html(message.text),
        "at": message.created_at.isoformat(),
    }


def desk_frames(conversation: Conversation, message: Message) -> list[Frame]:
    """Return what the desk hears of a new message: its row for all who see it, its text for those who have it open.

    Both travel together, in one publication: each socket passes on what its page shows.
    """
    public_id = str(conversation.public_id)
    by = str(message.teammate.public_id) if message.teammate is not None else None
    opened = {
        "type": "message",
        "conversation": public_id,
        "seq": message.seq,
        "client_id": str(message.client_id),
        "kind": message.kind,
        "by": by,
        "html": message_html(message),
    }
    more = {"conversation": conversation.pk, "opened": json.dumps(opened, ensure_ascii=False)}
    frames = [row._replace(kind="said", more=more) for row in row_frames(conversation, message)]
    if message.kind == "action":
        header = get_template("desk/_state.html").render({"conversation": conversation})
        state = {"type": "state", "conversation": public_id, "html": header}
        frames.append(Frame(desk_group(conversation.pk), state))
    return frames


def row_frames(conversation: Conversation, message: Message | None = None) -> list[Frame]:
    """Return a conversation's row of the list, with the facts by which a desk knows to which views it belongs."""
    author = message.teammate if message is not None else None
    row = {
        "type": "conversation",
        "id": str(conversation.public_id),
        "status": conversation.status,
        "assignee": str(conversation.assignee.public_id) if conversation.assignee else None,
        "team": conversation.team.handle if conversation.team else None,
        "last_seq": conversation.last_seq,
        "kind": message.kind if message is not None else "action",
        "by": str(author.public_id) if author is not None else None,
        "author_kind": message.author_kind if message is not None else None,
        "html": row_html(conversation),
    }
    return [Frame(group, row) for group in scope_groups(conversation)]


def visitor_frames(conversation: Conversation, message: Message) -> list[Frame]:
    """Return what the visitor's side hears of a message: nothing at all unless it has a `public_seq`."""
    if message.public_seq is None or message.kind != "reply":
        return []
    return [
        Frame(visitor_side_group(conversation.pk), message_payload(message, name_for_visitor(conversation, message)))
    ]


def name_for_visitor(conversation: Conversation, message: Message) -> str:
    """Return how the visitor's side names a message's author. Themselves they are named by what their own profile says,
    and never by what the desk has merged it with."""
    if message.author_kind != "contact":
        return message.author_name
    visitor = conversation.visitor
    own = visitor.contact if visitor is not None else None
    return (own or conversation.contact).name_in_widget


def _event(frame: Frame) -> dict[str, Any]:
    return {"type": frame.kind, "text": json.dumps(frame.payload, ensure_ascii=False), **frame.more}


def publish(frames: Sequence[Frame], *, sender: str = "") -> None:
    """Send frames to their groups, leaving out the socket whose channel is `sender`. Never raises, and waits for no
    Redis where sockets are served: what is stored will be read again."""
    the_layer().publish([(frame.group, {**_event(frame), "sender": sender}) for frame in frames])


def publish_on_commit(frames: Iterable[Frame]) -> None:
    """Publish frames once the current transaction has committed; never when it rolls back."""
    kept = list(frames)
    if kept:
        transaction.on_commit(lambda: publish(kept), robust=True)


def frames_of(conversation: Conversation, message: Message) -> list[Frame]:
    """Return all that is to be told of a stored message. What cannot be drawn is logged and left out: the message is
    stored all the same, and whoever looks reads it from the database."""
    frames = visitor_frames(conversation, message)
    try:
        frames += desk_frames(conversation, message)
    except Exception:
        log.exception("could not draw message %s of conversation %s", message.seq, conversation.pk)
    return frames


def announce(conversation: Conversation, *messages: Message) -> None:
    """Tell both sides, once the current transaction has committed, of messages that were added to `conversation`."""
    for message in messages:
        transaction.on_commit(
            lambda message=message: publish(frames_of(conversation, message)),  # type: ignore[misc]
            robust=True,
        )


def redraw_on_commit(conversations: Sequence[int]) -> None:
    """Have it seen, once the current transaction has committed, that whose these conversations (keys) are has changed:
    the desk draws row and contact pane again, the widgets' sockets read again what they hold."""
    if conversations:
        transaction.on_commit(lambda: publish(_redrawn(conversations)), robust=True)


def _redrawn(conversations: Sequence[int]) -> list[Frame]:
    frames = []
    for conversation in Conversation.objects.for_list().filter(pk__in=conversations):
        name = conversation.contact.person.display_name
        pane = {"type": "contact", "conversation": str(conversation.public_id), "name": name}
        frames += row_frames(conversation)
        frames.append(Frame(desk_group(conversation.pk), pane))
        frames.append(Frame(visitor_side_group(conversation.pk), {}, "reread"))
    return frames


def author_of(teammate: Teammate) -> dict[str, str]:
    """Return a teammate as the `author` of a frame."""
    return {"kind": "teammate", "name": teammate.name}
