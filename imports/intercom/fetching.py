"""A sync's first half: what there is in Intercom, read page by page into batches.

Where it is stands in the import's row, and goes on with the batches in one transaction: whoever takes it up reads at
most one batch again. Nobody works a batch before all are there.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from imports.errors import CannotPlan, PlanLater
from imports.intercom.companies_phase import fetch_companies
from imports.intercom.contacts_phase import fetch_contacts
from imports.intercom.conversations_phase import fetch_conversations
from imports.intercom.gathering import Gathering
from imports.intercom.place import PHASES, Place
from imports.intercom.reading import Reading
from imports.intercom.syncs import since_of
from imports.intercom.verdicts import judge
from imports.models import Batch, BatchKind, Import
from imports.planned import LEASE, TASK, LeaseLost, begin_running_with, keep
from inbox.people.nudge import nudge
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.intercom.client import CursorGone, Intercom, IntercomRefused, Later
from integrations.models import Integration

MOST_RESTARTS = 3
# Intercom may be down for so many tries (some hours, as they get rarer) before the import ends.
MOST_FAILURES = 40
LONGEST_WAIT = 300.0
_KINDS = {
    "companies": BatchKind.ACCOUNTS,
    "contacts": BatchKind.CONTACTS,
    "conversations": BatchKind.CONVERSATIONS,
}
_READERS = {"companies": fetch_companies, "contacts": fetch_contacts, "conversations": fetch_conversations}


def fetch(import_: Import) -> None:
    """Read what there is to bring, and have it worked. The caller has leased the import.

    Raises CannotPlan (the import is to fail), PlanLater (it goes on by itself at its `due_at`), LeaseLost.
    """
    place = _place(import_)
    intercom = _intercom(import_)
    gathering = Gathering(import_, place)
    try:
        _begin(import_, place, intercom)
        reading = Reading(import_, intercom, place, gathering)
        while place.phase != "done":
            try:
                _READERS[place.phase](reading)
            except CursorGone as gone:
                _begin_anew(reading, gone)
    except IntercomRefused as refused:
        raise CannotPlan(refused.code, refused.detail) from refused
    except Later as later:
        _give_back(import_, place, gathering, later)
        raise PlanLater(later.said) from later
    finally:
        intercom.close()
    _finish(import_, place, gathering)


def _place(import_: Import) -> Place:
    place = Place.from_json(import_.progress)
    if place.phase == "done" and not Batch.objects.filter(parent=import_).exists():
        return Place()  # what was read for a trial is forgotten
    return place


def _intercom(import_: Import) -> Intercom:
    try:
        config = connection_of(import_.workspace, Integration.INTERCOM)
    except ConnectionUnreadable as unreadable:
        raise CannotPlan("connection_unreadable", str(unreadable)) from None
    if config is None:
        raise CannotPlan("not_connected", "Intercom is not connected any more. Set its access token in Connections.")
    return Intercom(config, before=_Pulse(import_))


class _Pulse:
    """Keeps the lease while Intercom is called: a few times in its length, not at each call."""

    def __init__(self, import_: Import) -> None:
        self._import, self._next = import_, 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._next:
            keep(self._import)
            self._next = time.monotonic() + LEASE.total_seconds() / 12


def _begin(import_: Import, place: Place, intercom: Intercom) -> None:
    """Find out whose Intercom this is, and what was brought from there before. A second time nothing happens."""
    found = intercom.me().get("app")
    app: dict[str, Any] = found if isinstance(found, dict) else {}
    code = str(app.get("id_code") or "intercom")
    if place.app and place.app != code:
        detail = "The access token is of another Intercom workspace than the one this import began with. Begin another."
        raise CannotPlan("other_workspace", detail)
    if place.app:
        return
    since = since_of(import_, code)
    place.app, place.started = code, int(time.time())
    place.since, place.since_conversations = since.contacts, since.conversations
    place.newest, place.newest_conversation = since.contacts or 0, since.conversations or 0
    import_.name = str(app.get("name") or code)[:255]
    Import.objects.filter(pk=import_.pk).update(name=import_.name)


def _begin_anew(reading: Reading, gone: CursorGone) -> None:
    """Read the phase's list from its start, as Intercom no longer knows where in it this was."""
    place, phase = reading.place, reading.place.phase
    place.restarts[phase] = place.restarts.get(phase, 0) + 1
    if place.restarts[phase] > MOST_RESTARTS:
        detail = f"Intercom lost its place in the list of {phase} {MOST_RESTARTS + 1} times. Start the import again."
        raise CannotPlan("cursor_lost", detail) from gone
    place.cursor, place.seen, place.fetched[phase] = None, [], 0
    if phase == "companies":
        place.companies, reading.keys = 0, {}
    elif phase == "contacts":
        place.rows = 0
    else:
        place.threads = 0
    reading.gathering.begin_anew(_KINDS[phase])


def _give_back(import_: Import, place: Place, gathering: Gathering, later: Later) -> None:
    """Keep what there is, say when to go on, and let anybody do that. Raises CannotPlan after too many failures."""
    seconds = later.seconds
    if not later.throttled:
        place.failures += 1
        if place.failures > MOST_FAILURES:
            raise CannotPlan("intercom_is_down", f"{later.said} Start the import again when Intercom is back.")
        seconds = min(LONGEST_WAIT, seconds * 1.5 ** (place.failures - 1)) * random.uniform(0.8, 1.2)  # noqa: S311
    gathering.store()
    mine = Import.objects.filter(pk=import_.pk, leased_until=import_.leased_until)
    if not mine.update(leased_until=None, due_at=timezone.now() + timedelta(seconds=seconds)):
        raise LeaseLost
    import_.leased_until = None
    if not seconds:
        nudge(TASK)


def _finish(import_: Import, place: Place, gathering: Gathering) -> None:
    assert place.phase == PHASES[-1]
    gathering.store()
    judge(import_)
    rows = Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS).values_list("rows", flat=True)
    import_.total = sum(rows)
    begin_running_with(import_)
