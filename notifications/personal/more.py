"""What a message to one teammate says beyond its event's words: the place it happened in, in its own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox.people.models import Teammate
from notifications.models import Event


@dataclass(frozen=True)
class Quote:
    """One message of a conversation. `is_news`: it is what the teammate is told of; the others are its context."""

    author: str
    text: str
    at: datetime
    is_note: bool = False
    is_news: bool = False


@dataclass(frozen=True)
class More:
    """`title` takes the place of the event's own ("" leaves it). `subject` stays the same for all letters of one
    `thread` (a name of our own, "conversation-0192…"), so that a mail client keeps them together. `quotes` are in
    order of time. `thread` "" means that it belongs to none. `may_answer`: an answer to the letter is heard."""

    title: str = ""
    subject: str = ""
    thread: str = ""
    quotes: tuple[Quote, ...] = ()
    may_answer: bool = False


# Events of one kind, oldest first, of one conversation, that are told to this teammate in one message.
Sayer = Callable[[Sequence[Event], Teammate], More]
_SAYERS: dict[str, Sayer] = {}


def say_more(kind: str, sayer: Sayer) -> None:
    """Have `sayer` say more of a kind of event, wherever one teammate is told of it."""
    _SAYERS[kind] = sayer


def more_of(events: Sequence[Event], teammate: Teammate) -> More:
    """Return what there is to say of these events beyond their own words; nothing where no sayer knows their kind."""
    sayer = _SAYERS.get(events[0].kind) if events and not events[0].is_erased else None
    return sayer(events, teammate) if sayer is not None else More()
