"""The contract between the spine and what carries its messages."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from inbox.people.models import Teammate, Workspace
from notifications.personal.more import More
from notifications.wording import Wording
from notifications.words import Cause

LONGEST_WAIT = 86_400.0


class TransportError(Exception):
    """A message did not go out. `permanent`: trying again is pointless. `retry_after`: seconds that were asked for.
    `cause`: there was nobody to send to, so this is no failure."""

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        cause: Cause | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent or cause is not None
        # What is asked for may be anything: a day is the longest that it is heeded.
        self.retry_after = None if retry_after is None else min(max(retry_after, 0.0), LONGEST_WAIT)
        self.cause = cause


@dataclass(frozen=True)
class Personal:
    """That a message goes to one teammate by their own preference: `choice` is its key ("mention") and `why` completes
    "you are told because …", `conversation` the public id of where it happened, `is_read` that they have read it there,
    `more` what there is to say beside the event's words."""

    teammate: Teammate
    choice: str
    why: str = ""
    conversation: uuid.UUID | None = None
    is_read: bool = False
    more: More = field(default_factory=More)


@dataclass(frozen=True)
class Automated:
    """That an automation, called `name`, tells it to one person, in its own words: `html` is the body of a letter, safe
    as it is. They are a teammate or a contact (a public id); `email` is where they get mail, "" for nowhere. It is
    written by `sender`, or by the team. `is_counted`: whether who looks at it is noted."""

    name: str
    subject: str
    text: str
    html: str
    teammate: Teammate | None = None
    contact: uuid.UUID | None = None
    email: str = ""
    sender: Teammate | None = None
    sender_name: str = ""
    is_transactional: bool = False
    is_counted: bool = False


@dataclass(frozen=True)
class Message:
    """What is to be said to one address. `key` stays the same over all attempts, so that a medium which can tell
    refuses a second one. `external` is what the medium answered when it was first sent."""

    key: uuid.UUID
    workspace: Workspace
    address: str
    wording: Wording
    silent: bool = False
    event: uuid.UUID | None = None
    kind: str = ""
    external: dict[str, Any] = field(default_factory=dict)
    # For programs: the event's topic, time, contact, account and own data, as JSON values.
    data: dict[str, Any] = field(default_factory=dict)
    # None where a route tells it.
    personal: Personal | None = None
    # None where no automation does.
    automated: Automated | None = None


@dataclass(frozen=True)
class Sent:
    """What became of a message: how the medium names it, so that it can be changed and taken back.

    `again`: a part of those behind the address did not take it for now; `update` is to be called in so
    many seconds (0: in a while).
    """

    external: dict[str, Any] = field(default_factory=dict)
    again: float | None = None


class Transport(ABC):
    """One medium. `draw` says what is sent, without sending; `send` sends what was drawn.

    `gap` is the least number of seconds between two messages to one address. `update` and `retract` are there where
    the medium allows them (`can_update`, `can_retract`), and have `method_gap` seconds between two calls in a whole
    workspace. `unique`: a second `send` with the same key changes nothing. `clears`: what one teammate was told
    is taken back once they have read it elsewhere. All calls are made outside transactions,
    and end within 30 seconds.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "bell"
    gap: ClassVar[float] = 0.0
    method_gap: ClassVar[float] = 0.0
    can_update: ClassVar[bool] = False
    can_retract: ClassVar[bool] = False
    unique: ClassVar[bool] = False
    # Whether what was told to a teammate is taken back once they have read it anywhere.
    clears: ClassVar[bool] = False
    # Seconds after which telling is pointless; None: never.
    expires: ClassVar[float | None] = None
    # Whether a workspace's routes may name it: one that tells contacts is for automations alone.
    for_routes: ClassVar[bool] = True
    address_hint: ClassVar[str] = ""

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return an address as it is kept. Raises ValueError, in words, for one that cannot be."""
        return address.strip()

    def missing(self, workspace: Workspace) -> str:
        """Return what a workspace lacks for telling its teammates over it, in words; "" for nothing."""
        return ""

    @abstractmethod
    def draw(self, message: Message) -> dict[str, Any]:
        """Return the payload as JSON: exactly what `send` sends. Needs no credentials, holds no secret, never fails."""

    @abstractmethod
    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Send a payload. Raises TransportError; with `cause` NOT_CONNECTED or NOBODY where nobody can get it."""

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Change a message that was sent into `payload`; never called without `can_update`. Raises TransportError."""
        raise NotImplementedError

    def retract(self, message: Message) -> None:
        """Take a message back; one that is gone already is no error. Never called without `can_retract`. Raises
        TransportError."""
        raise NotImplementedError
