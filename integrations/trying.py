"""Whether a connection works, asked of the other side at once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from inbox.people.models import Workspace
from integrations.connections import Config, ConnectionUnreadable, connection_of
from integrations.models import Integration


class TrialFailed(Exception):
    """The connection does not work. The text says why, and what to do."""


def trials() -> dict[Integration, Callable[[Config], str]]:
    """Return for each integration that can be tried how: a function that says what works, or raises TrialFailed."""
    from integrations.intercom.checking import try_out as intercom  # here: it needs the error above

    return {Integration.INTERCOM: intercom}


def try_connection(workspace: Workspace, integration: Integration) -> str:
    """Ask the other side with what a workspace has set, and return what works, in words. Raises TrialFailed."""
    try:
        config = connection_of(workspace, integration)
    except ConnectionUnreadable as unreadable:
        raise TrialFailed(str(unreadable)) from None
    if config is None:
        raise TrialFailed(f"{integration.label} is not connected. Give its keys first.")
    if not connection.in_atomic_block:
        connection.close()  # who waits for the other side keeps nobody from the database
    return trials()[integration](config)
