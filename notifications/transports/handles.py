"""Teammates as addresses: "@ada"."""

from __future__ import annotations

from inbox.people.models import Teammate, Workspace
from notifications.transports.base import Message, TransportError
from notifications.words import Cause


def clean_handle(workspace: Workspace, address: str) -> str:
    """Return "@handle". Raises ValueError for somebody who does not work here."""
    mate = mate_of(workspace, address)
    if mate is None:
        raise ValueError("Nobody here has that handle.")
    return f"@{mate.handle}"


def mate_of(workspace: Workspace, address: str) -> Teammate | None:
    """Return who has a handle ("@Ada", "ada") and works here."""
    handle = address.strip().removeprefix("@").lower()
    return Teammate.objects.active().filter(workspace=workspace, handle=handle).select_related("user").first()


def receiver(message: Message) -> Teammate:
    """Return whom to tell. Raises TransportError, cause NOBODY, for who does not work here any more."""
    told = message.personal or message.automated
    # Whatever their handle is by now.
    known = told.teammate if told is not None else None
    mate = known or mate_of(message.workspace, message.address)
    if mate is None or not mate.is_active:
        raise TransportError("They do not work here any more.", cause=Cause.NOBODY)
    return mate
