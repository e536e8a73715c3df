"""Bells: made, silenced, removed; and which socket serves which."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bell import live
from bell.models import Device, State
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission, require
from inbox.people.secrets import new_token, token_hash
from inbox.people.zones import zone_of

MOST = 50


class DeviceRefused(ValueError):
    """This cannot be done to a bell. `field` is what to change; the text says how."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


def clean_name(name: str) -> str:
    """Return a bell's name as it is kept. Raises DeviceRefused."""
    kept = " ".join(name.split())
    if not kept or len(kept) > 60 or not kept.isprintable():
        raise DeviceRefused("name", "Give it a name of at most 60 signs: where it stands, say.")
    return kept


@transaction.atomic
def add_device(workspace: Workspace, name: str, *, by: Actor) -> tuple[Device, str]:
    """Make a bell; return it and its token in clear, which nobody can read again.

    Raises Forbidden for who may not handle keys, and DeviceRefused for a name that is taken or none.
    """
    _require(by, Permission.MANAGE_KEYS)
    if workspace.bells.count() >= MOST:
        raise DeviceRefused("name", f"A workspace has at most {MOST} bells. Remove one that is not used.")
    token = new_token("bell")
    try:
        with transaction.atomic():
            device = Device.objects.create(
                workspace=workspace, name=clean_name(name), hash=token_hash(token), hint=token[-4:]
            )
    except IntegrityError:
        raise DeviceRefused("name", "Another bell has that name. Choose another one.") from None
    record("bell.added", workspace=workspace, by=by, subject=device.name, hint=f"…{device.hint}")
    live.tell_pages_on_commit(workspace.pk)
    return device, token


@transaction.atomic
def remove_device(device: Device, *, by: Actor) -> None:
    """Remove a bell: its token opens nothing any more, and its socket ends at once. Raises Forbidden."""
    _require(by, Permission.MANAGE_KEYS)
    live.look_again_on_commit(device.pk)
    record("bell.removed", workspace=device.workspace, by=by, subject=device.name, hint=f"…{device.hint}")
    live.tell_pages_on_commit(device.workspace_id)
    device.delete()


def set_muted(device: Device, muted: bool, *, by: Actor) -> None:
    """Silence a bell, or let it ring again. Raises Forbidden for who only reads."""
    _require(by, Permission.WRITE)
    with transaction.atomic():
        # What it did not hear while it was muted is not rung later, neither now nor as a roll.
        Device.objects.filter(pk=device.pk).update(muted=muted, caught_up_at=timezone.now())
        device.rings.filter(state=State.WAITING).update(state=State.MISSED)
        live.tell_pages_on_commit(device.workspace_id)


def set_quiet(device: Device, begin: str, end: str, *, by: Actor) -> None:
    """Set the hours in which a bell never rings ("22:00", "07:00", by the workspace's clock); two empty texts: none.

    Raises Forbidden for who may not change the workspace, and DeviceRefused.
    """
    _require(by, Permission.MANAGE_WORKSPACE)
    quiet = {"from": _hour(begin), "to": _hour(end)} if begin or end else {}
    if quiet and quiet["from"] == quiet["to"]:
        raise DeviceRefused("quiet", "Quiet hours begin and end at different times.")
    with transaction.atomic():
        Device.objects.filter(pk=device.pk).update(quiet=quiet)
        record("bell.changed", workspace=device.workspace, by=by, subject=device.name, quiet=quiet)
        live.tell_pages_on_commit(device.workspace_id)


def _hour(text: str) -> str:
    """Return an hour as a clock writes it: 07:05 for 7:5. Raises DeviceRefused."""
    try:
        return f"{datetime.strptime(text, '%H:%M'):%H:%M}"
    except ValueError:
        raise DeviceRefused("quiet", "Give both hours as 22:00, or neither.") from None


def _require(by: Actor, permission: Permission) -> None:
    if by.teammate is not None:
        require(by.teammate, permission)


def device_of(token: str) -> Device | None:
    """Return the bell that a token belongs to."""
    return Device.objects.select_related("workspace").filter(hash=token_hash(token)).first() if token else None


def connected(device: int, channel: str, version: str) -> bool:
    """Note which socket serves a bell from now on; return whether the bell is still there.

    An earlier socket of the same bell is told to look again, and ends.
    """
    with transaction.atomic():
        found = Device.objects.filter(pk=device).update(
            channel=channel, last_seen_at=timezone.now(), version=version[:40]
        )
        live.look_again_on_commit(device)
        _tell_pages(device)
    return bool(found)


def heard(device: int, channel: str) -> bool:
    """Note that a bell was heard over its socket; return whether that socket still serves it."""
    return bool(Device.objects.filter(pk=device, channel=channel).update(last_seen_at=timezone.now()))


def serves(device: int, channel: str) -> str:
    """Say what a socket is to its bell: "serving", "replaced" by a newer one, or "removed"."""
    found = Device.objects.filter(pk=device).values_list("channel", flat=True).first()
    if found is None:
        return "removed"
    return "serving" if found == channel else "replaced"


def disconnected(device: int, channel: str) -> None:
    """Note that a bell's socket has ended, unless another one serves it already."""
    with transaction.atomic():
        if Device.objects.filter(pk=device, channel=channel).update(channel="", last_seen_at=timezone.now()):
            _tell_pages(device)


def _tell_pages(device: int) -> None:
    for workspace in Device.objects.filter(pk=device).values_list("workspace_id", flat=True):
        live.tell_pages_on_commit(workspace)


def bells_of(workspace: Workspace, now: datetime) -> QuerySet[Device]:
    """Return a workspace's bells by name, each with `rings_today`: what it struck since midnight of the workspace."""
    midnight = now.astimezone(zone_of(workspace.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    struck = Q(rings__state=State.STRUCK, rings__acknowledged_at__gte=midnight)
    rows = Device.objects.filter(workspace=workspace).annotate(rings_today=Count("rings", filter=struck))
    return rows.select_related("workspace").order_by("name", "id")


def find(teammate: Teammate, public_id: uuid.UUID) -> QuerySet[Device]:
    """Return the bell of a teammate's workspace that has this id, as a query of one row or none."""
    return Device.objects.select_related("workspace").filter(workspace=teammate.workspace_id, public_id=public_id)
