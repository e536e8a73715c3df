"""What a workspace has set for an integration: setting it, removing it, and reading it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal, overload

from cryptography.fernet import InvalidToken
from django.db import transaction
from pydantic import ValidationError

from inbox.people.audit import Actor, record
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from integrations.configs import (
    CONFIGS,
    Config,
    ConnectionRefused,
    HelpScoutConfig,
    IntercomConfig,
    SlackConfig,
    StripeConfig,
    checked,
)
from integrations.models import Connection, Integration

__all__ = [
    "CONFIGS",
    "Config",
    "ConnectionRefused",
    "ConnectionUnreadable",
    "HelpScoutConfig",
    "IntercomConfig",
    "SlackConfig",
    "StripeConfig",
    "change_connection",
    "connection_of",
    "remove_connection",
    "set_connection",
]


class ConnectionUnreadable(Exception):
    """What is stored cannot be read: it was encrypted under a key that is no longer in FRONTDESK_KEYS."""


@transaction.atomic
def set_connection(workspace: Workspace, integration: str, values: Mapping[str, str], *, by: Actor) -> None:
    """Set, or replace, what a workspace uses for an integration.

    Raises ConnectionRefused for keys that are unknown, missing or wrong, and Forbidden.
    """
    _may(workspace, by)
    config = checked(integration, values)
    clear = config.clear()
    # One statement, which does not read what was there: that may be unreadable, and two may set it at once.
    Connection.objects.bulk_create(
        [Connection(workspace=workspace, integration=integration, config=json.dumps(clear))],
        update_conflicts=True,
        unique_fields=["workspace", "integration"],
        update_fields=["config", "updated_at"],
    )
    record("connection.set", workspace=workspace, by=by, subject=config.integration.label, keys=list(clear))


@transaction.atomic
def change_connection(workspace: Workspace, integration: str, given: Mapping[str, str], *, by: Actor) -> None:
    """Set the keys that are `given`, and keep the others; where one way to connect is begun, another's keys go.

    Raises as set_connection does.
    """
    config = CONFIGS[integration]
    given = {key: value for key, value in given.items() if value.strip()}
    rows = Connection.objects.select_for_update(no_key=True).filter(workspace=workspace, integration=integration)
    try:
        row = rows.first()
        stored = row.values if row is not None else {}
    except InvalidToken:  # under a key that is gone: all of it is to be given anew
        stored = {}
    begun = [way for way in config.ways if any(key in given for key in way)]
    other = {key for way in config.ways if begun and way not in begun for key in way}
    kept = {key: value for key, value in stored.items() if key not in other}
    set_connection(workspace, integration, {**kept, **given}, by=by)


@transaction.atomic
def remove_connection(workspace: Workspace, integration: str, *, by: Actor) -> bool:
    """Forget what a workspace has set for an integration; return whether there was anything. Raises Forbidden."""
    _may(workspace, by)
    gone, _ = workspace.connections.filter(integration=integration).delete()  # type: ignore[attr-defined]
    if gone:
        record("connection.removed", workspace=workspace, by=by, subject=Integration(integration).label)
    return bool(gone)


def _may(workspace: Workspace, by: Actor) -> None:
    if by.teammate is not None:
        assert by.teammate.workspace_id == workspace.pk
        require(by.teammate, Permission.MANAGE_KEYS)


@overload
def connection_of(workspace: Workspace, integration: Literal[Integration.HELPSCOUT]) -> HelpScoutConfig | None: ...
@overload
def connection_of(workspace: Workspace, integration: Literal[Integration.STRIPE]) -> StripeConfig | None: ...
@overload
def connection_of(workspace: Workspace, integration: Literal[Integration.SLACK]) -> SlackConfig | None: ...
@overload
def connection_of(workspace: Workspace, integration: Literal[Integration.INTERCOM]) -> IntercomConfig | None: ...
@overload
def connection_of(workspace: Workspace, integration: str) -> Config | None: ...


def connection_of(workspace: Workspace, integration: str) -> Config | None:
    """Return what a workspace has set for an integration, None for nothing. Raises ConnectionUnreadable."""
    try:
        stored = Connection.objects.filter(workspace=workspace, integration=integration).first()
        return CONFIGS[integration].model_validate(stored.values) if stored is not None else None
    except (InvalidToken, ValidationError):
        raise ConnectionUnreadable(
            f"What {workspace.slug} has set for {integration} cannot be read by any of FRONTDESK_KEYS. Set it anew."
        ) from None
