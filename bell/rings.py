"""A ring's life: asked for, sent, struck; or missed, as a ring is for now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bell import live
from bell.models import Device, Ring, State
from bell.patterns import ROLL
from inbox.desk.activity.sight import visible_events
from inbox.people.models import Teammate, Workspace
from notifications.models import Event

# After this long nobody wants to hear it any more.
FOR_NOW = timedelta(minutes=2)
# A bell that has answered none of so many heartbeats has nobody at the other end of its socket.
SILENT_BEATS = 2.6
# More rings than MOST within BURST become one roll.
MOST, BURST = 5, timedelta(seconds=5)
KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 2000
_OPEN = (State.WAITING, State.SENT)


@dataclass(frozen=True)
class Strike:
    """What goes to a bell: which ring, and how it is struck for which reason."""

    id: uuid.UUID
    pattern: list[int]
    reason: str


def ring(
    workspace: Workspace,
    devices: Iterable[Device],
    pattern: list[int],
    reason: str,
    *,
    delivery: uuid.UUID | None = None,
    event: Event | None = None,
    by: Teammate | None = None,
) -> list[Ring]:
    """Ring bells, and return a row for each. Those that are away miss it; with none at all, one row says so.

    The same `delivery` again rings nothing twice.
    """
    now = timezone.now()
    rung: list[Device | None] = [*devices] or [None]
    rows = [
        Ring(
            workspace=workspace, device=device, delivery=delivery, event=event, rung_by=by, pattern=pattern,
            reason=reason[:300], state=State.WAITING if device is not None and is_online(device, now) else State.MISSED,
        )
        for device in rung
    ]  # fmt: skip
    with transaction.atomic():
        if delivery is None:
            made = Ring.objects.bulk_create(rows)
        else:
            Ring.objects.bulk_create(rows, ignore_conflicts=True)
            made = list(Ring.objects.filter(delivery=delivery).order_by("id"))
        live.wake_on_commit([row.device_id for row in made if row.device_id is not None and row.state == State.WAITING])
        live.tell_pages_on_commit(workspace.pk)
    return made


def is_online(device: Device, now: datetime) -> bool:
    """Say whether somebody is at the other end of the bell's socket, as far as is known."""
    silent = timedelta(seconds=settings.HEARTBEAT_SECONDS * SILENT_BEATS)
    return bool(device.channel) and device.last_seen_at is not None and now - device.last_seen_at < silent


def lost(device: int) -> list[Strike]:
    """Return what was sent to a bell a moment ago and never acknowledged: it may have been lost on the way."""
    now = timezone.now()
    held = Device.objects.select_related("workspace").filter(pk=device).first()
    rows = Ring.objects.filter(device=device, state=State.SENT, created_at__gt=now - FOR_NOW).order_by("id")
    return [Strike(row.public_id, row.pattern, row.reason) for row in rows if held is not None and _may(held, row, now)]


def _may(device: Device, ring: Ring, now: datetime) -> bool:
    """Say whether a bell may be struck now. Who rings by hand means it: quiet hours do not count."""
    return not device.muted and (ring.rung_by_id is not None or not device.is_quiet(now))


def _held(device: int) -> Device | None:
    """Return a bell, locked against whoever else takes its rings or silences it."""
    rows = Device.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")
    return rows.filter(pk=device).first()


@transaction.atomic
def take(device: int) -> Strike | None:
    """Return what a bell is to strike next and note that it was sent; None: nothing.

    Of a burst, all that wait become one roll. What began to wait before the bell's quiet hours did is not rung in them.
    """
    held, now = _held(device), timezone.now()
    if held is None:
        return None
    fresh = Ring.objects.filter(device=device, state=State.WAITING, created_at__gt=now - FOR_NOW)
    found = list(fresh.select_for_update(no_key=True).order_by("id"))
    waiting = [row for row in found if _may(held, row, now)]
    if len(waiting) < len(found):
        Ring.objects.filter(pk__in={row.pk for row in found} - {row.pk for row in waiting}).update(state=State.MISSED)
        # What is not to ring is no reason to roll later.
        Device.objects.filter(pk=device).update(caught_up_at=now)
        live.tell_pages_on_commit(held.workspace_id)
    if not waiting:
        return None
    head, rest = waiting[0], waiting[1:]
    head.state, head.sent_at = State.SENT, now
    if rest and len(waiting) + _lately(device, now) > MOST:
        head.pattern, head.reason = ROLL, f"{len(waiting)} in a row, the first: {head.reason}"[:300]
        Ring.objects.filter(pk__in=[row.pk for row in rest]).update(state=State.FOLDED, into=head, sent_at=now)
    head.save(update_fields=["state", "sent_at", "pattern", "reason"])
    live.tell_pages_on_commit(head.workspace_id)
    return Strike(head.public_id, head.pattern, head.reason)


def _lately(device: int, now: datetime) -> int:
    """Return how many rings were sent a moment ago: a burst begins with those that were struck one by one."""
    return Ring.objects.filter(device=device, sent_at__gt=now - BURST, state__in=[State.SENT, State.STRUCK]).count()


@transaction.atomic
def acknowledge(device: int, public_id: uuid.UUID) -> bool:
    """Note that a ring was struck, and all that were folded into it. Return whether this call did it."""
    now = timezone.now()
    found = Ring.objects.filter(device=device, public_id=public_id, acknowledged_at__isnull=True)
    row = found.select_for_update(no_key=True).first()
    if row is None:
        return False
    row.state, row.acknowledged_at = State.STRUCK, now
    row.save(update_fields=["state", "acknowledged_at"])
    row.folded.update(acknowledged_at=now, state=State.FOLDED)
    live.tell_pages_on_commit(row.workspace_id)
    return True


def drop_late(device: int | None = None) -> int:
    """Give up the rings of one bell, or of all, that were not acknowledged in time. Return how many."""
    now = timezone.now()
    late = Ring.objects.filter(state__in=_OPEN, created_at__lte=now - FOR_NOW)
    if device is not None:
        late = late.filter(device=device)
    with transaction.atomic():
        rows = list(late.select_for_update(skip_locked=True, no_key=True).order_by("id")[:1000])
        pks = [row.pk for row in rows]
        Ring.objects.filter(pk__in=pks).update(state=State.MISSED)
        Ring.objects.filter(into__in=pks, state=State.FOLDED).update(state=State.MISSED)
        for workspace in {row.workspace_id for row in rows}:
            live.tell_pages_on_commit(workspace)
    return len(rows)


@transaction.atomic
def roll_for_missed(device: Device) -> Ring | None:
    """Have a bell that is back roll once, if it missed anything; not in its quiet hours, nor while it is muted."""
    held, now = _held(device.pk), timezone.now()
    if held is None:
        return None
    drop_late(held.pk)
    missed = Ring.objects.filter(device=held, state=State.MISSED, created_at__gt=held.caught_up_at).count()
    Device.objects.filter(pk=held.pk).update(caught_up_at=now)
    if not missed or held.muted or held.is_quiet(now):
        return None
    said = "1 ring was missed" if missed == 1 else f"{missed} rings were missed"
    return ring(held.workspace, [held], ROLL, f"{said} while this bell was away")[0]


def visible_to(teammate: Teammate) -> QuerySet[Ring]:
    """Return the rings of a teammate's workspace, in no order; not those for an event that they may not see."""
    seen = visible_events(teammate).filter(pk=OuterRef("event_id"))
    return Ring.objects.filter(Q(event__isnull=True) | Exists(seen), workspace_id=teammate.workspace_id)


def latest(teammate: Teammate, count: int) -> QuerySet[Ring]:
    """Return the newest rings that a teammate may hear of, with their bells, without those that a roll stands for."""
    rows = visible_to(teammate).exclude(state=State.FOLDED)
    return rows.select_related("device", "event").order_by("-id")[:count]


def forget_old() -> int:
    """Delete rings that are older than KEPT, some thousand at a time. Return how many."""
    # The oldest are looked at, not all: this runs every few seconds, and mostly there is nothing to forget.
    oldest = Ring.objects.order_by("id").values("pk")[:FORGOTTEN_AT_ONCE]
    return Ring.objects.filter(pk__in=oldest, created_at__lt=timezone.now() - KEPT).delete()[0]
