"""How a sync with Intercom begins."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from pydantic import BaseModel, ConfigDict, ValidationError

from imports import control
from imports.errors import ImportRefused
from imports.models import Import, ImportStatus, Key, Source
from inbox.people.audit import Actor
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from integrations.models import Connection, Integration

UNDER_WAY = (ImportStatus.PLANNING, ImportStatus.RUNNING, ImportStatus.PAUSED, ImportStatus.UNDOING)


class Options(BaseModel):
    """What a sync brings beside contacts and companies. `full`: everything, not only what changed since the last."""

    model_config = ConfigDict(extra="forbid", strict=True)

    tags: bool = True
    conversations: bool = False
    full: bool = False


def begin(workspace: Workspace, by: Actor, options: dict[str, Any], *, dry_run: bool = False) -> Import:
    """Start a sync, or only a trial of one. `options` are those of Options.

    Raises Forbidden, ImportRefused (`not_connected`, `sync_under_way`, `unknown_option`).
    """
    if by.teammate is not None:
        require(by.teammate, Permission.IMPORT)
    try:
        chosen = Options.model_validate(options)
    except ValidationError:
        known = ", ".join(Options.model_fields)
        detail = f"The options of an import from Intercom are {known}, each true or false."
        raise ImportRefused("unknown_option", detail) from None
    with transaction.atomic():
        # Two clicks at once are one sync: whoever begins one holds the connection.
        mine = Connection.objects.filter(workspace=workspace, integration=Integration.INTERCOM)
        if mine.select_for_update().first() is None:
            raise ImportRefused("not_connected", "Intercom is not connected. Set its access token in Connections.")
        if Import.objects.filter(workspace=workspace, source=Source.INTERCOM, status__in=UNDER_WAY).exists():
            detail = "An import from Intercom is under way. Wait until it has ended, or cancel it."
            raise ImportRefused("sync_under_way", detail)
        import_ = Import.objects.create(
            workspace=workspace,
            by=by.teammate,
            source=Source.INTERCOM,
            name="Intercom",
            status=ImportStatus.READY,
            key=Key.EXTERNAL_ID,
            options=chosen.model_dump(),
        )
        control.start(import_, by, dry_run=dry_run)
    return import_


def last_sync(workspace: Workspace) -> Import | None:
    """Return the last sync that has begun, if any."""
    return Import.objects.filter(workspace=workspace, source=Source.INTERCOM).order_by("-id").first()
