"""A reading that is interrupted, by Intercom, by the line or by people, goes on to the same end or says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from imports.errors import CannotPlan, PlanLater
from imports.intercom import gathering, reading
from imports.models import Import, ImportStatus
from imports.planned import LeaseLost
from inbox.people.models import Workspace
from integrations.models import Connection
from tests.imports.intercom.people import (
    accounts_of,
    by_id,
    contact,
    fill,
    leased,
    plain,
    read,
    rows_of,
    start,
    tagged,
)
from tests.stand_ins.intercom import Fault, Intercom, errors, too_fast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reading_that_stopped_at_any_page_goes_on_to_the_same_rows(
    there: Intercom, workspace: Workspace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(gathering, "ROWS", 200)
    fill(there, 1000, companies=130)
    whole = read(start(workspace))
    wanted, made = plain(rows_of(whole)), sorted(row.external_id for row in accounts_of(whole))
    calls = sum(there.calls.values())
    for stop in range(calls):
        Import.objects.all().delete()
        import_ = start(workspace)

        def die() -> None:
            # As a worker that is killed: nothing more is written, and its lease ends.
            Import.objects.filter(pk=import_.pk).update(leased_until=timezone.now())  # noqa: B023

        there.calls.clear()
        _at_call(there, stop, die)
        with pytest.raises(LeaseLost):
            read(import_)
        _at_call(there, None, None)
        assert import_.status == ImportStatus.PLANNING
        import_ = read(import_)
        assert plain(rows_of(import_)) == wanted, stop
        assert sorted(row.external_id for row in accounts_of(import_)) == made
        assert [row.number for row in rows_of(import_)] == list(range(1, 1001))
        # What was stored is not read again: at most some pages of one batch, and who this is.
        assert sum(there.calls.values()) <= calls + 6


def _at_call(there: Intercom, number: int | None, do: Any) -> None:
    """Have something happen at the call of this number, of any route."""
    if number is None:
        there.always.clear()
        return
    left = [number]

    def count() -> None:
        left[0] -= 1
        if left[0] == -1:
            do()

    for route in ("GET me", "GET tags", "GET contacts", "POST companies/list"):
        there.always[route] = Fault(then=count)


@pytest.mark.parametrize("phase", ["POST companies/list", "GET contacts", "GET tags"])
def test_faults_on_the_way_change_nothing_of_what_is_read(there: Intercom, workspace: Workspace, phase: str) -> None:
    fill(there, 1000)
    wanted = plain(rows_of(read(start(workspace))))
    Import.objects.all().delete()
    there.faults[phase] = [None, Fault(500), Fault(drop=True), None, Fault(cut=True), too_fast(1), None]
    assert plain(rows_of(read(start(workspace)))) == wanted


def test_a_long_wait_is_a_time_in_the_row_and_what_was_read_is_kept(there: Intercom, workspace: Workspace) -> None:
    fill(there, 1000)
    wanted = plain(rows_of(read(start(workspace))))
    Import.objects.all().delete()
    there.window, there.window_seconds = 5, 30
    import_ = leased(start(workspace))
    with pytest.raises(PlanLater):
        read(import_)
    import_.refresh_from_db()
    assert import_.leased_until is None and import_.attempts == 0
    assert 20 < (import_.due_at - timezone.now()).total_seconds() <= 30
    assert len(rows_of(import_)) == 150 and import_.status == ImportStatus.PLANNING
    there.window = None
    there.calls.clear()
    assert plain(rows_of(read(import_))) == wanted
    assert there.calls["GET contacts"] == 6 and "POST companies/list" not in there.calls
    assert not there.trespasses


def test_a_wait_within_a_page_keeps_what_of_it_is_done(there: Intercom, workspace: Workspace) -> None:
    there.tags = {f"t{number}": f"Tag {number}" for number in range(12)}
    there.contacts = by_id(*(tagged(contact(number), *there.tags) for number in range(30)))
    there.window, there.window_seconds = 10, 30
    import_ = start(workspace)
    for _ in range(6):
        there.resets_at = 0  # the window is over
        try:
            read(import_)
            break
        except PlanLater:
            import_.refresh_from_db()
    assert import_.status == ImportStatus.RUNNING
    assert [row.source_id for row in rows_of(import_)] == sorted(there.contacts)
    assert all(len((row.attributes or {})["tags"]) == 12 for row in rows_of(import_))
    assert there.calls["GET contacts/*/tags"] == 30


def test_a_reading_that_takes_long_lets_others_have_a_turn(
    there: Intercom, workspace: Workspace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reading, "SLICE", -1)
    fill(there, 300)
    import_ = start(workspace)
    turns = 0
    while import_.status == ImportStatus.PLANNING:
        try:
            read(import_)
        except PlanLater:
            import_.refresh_from_db()
        turns += 1
        assert turns < 9
    assert turns > 2 and [row.source_id for row in rows_of(import_)] == sorted(there.contacts)


def test_a_cursor_that_is_lost_begins_its_list_anew(there: Intercom, workspace: Workspace, monkeypatch: Any) -> None:
    monkeypatch.setattr(gathering, "ROWS", 200)
    fill(there, 1000)
    there.faults["GET contacts"] = [None, None, None, errors(400, "parameter_invalid")]
    there.faults["POST companies/list"] = [None, errors(404, "not_found")]
    import_ = read(start(workspace))
    rows = rows_of(import_)
    assert [row.source_id for row in rows] == sorted(there.contacts)
    assert [row.number for row in rows] == list(range(1, 1001)) and import_.total == 1000
    assert len(accounts_of(import_)) == 70
    assert there.calls["GET contacts"] == 4 + 7
    assert import_.progress["restarts"] == {"companies": 1, "contacts": 1}


def test_a_cursor_that_is_lost_time_and_again_ends_the_import(there: Intercom, workspace: Workspace) -> None:
    fill(there, 400)
    there.faults["GET contacts"] = [None, errors(400, "parameter_invalid")] * 4
    with pytest.raises(CannotPlan, match="lost its place in the list of contacts"):
        read(start(workspace))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (errors(401, "unauthorized"), "does not know this access token"),
        (errors(403, "token_unauthorized"), "give the app the permissions"),
        (errors(403, "api_plan_restricted"), "plan"),
    ],
)
def test_a_no_ends_the_import_with_what_to_do(there: Intercom, workspace: Workspace, fault: Fault, said: str) -> None:
    fill(there, 300)
    there.faults["GET contacts"] = [None, fault]
    with pytest.raises(CannotPlan, match=said):
        read(start(workspace))


def test_an_intercom_that_stays_down_is_asked_less_and_less_and_then_ends_the_import(
    there: Intercom, workspace: Workspace, monkeypatch: Any
) -> None:
    monkeypatch.setattr("integrations.intercom.wire.BACKOFF", 0.001)
    monkeypatch.setattr("imports.intercom.fetching.MOST_FAILURES", 4)
    there.always["GET me"] = Fault(503)
    import_, waits = start(workspace), []
    for _ in range(4):
        with pytest.raises(PlanLater):
            read(import_)
        import_.refresh_from_db()
        waits.append((import_.due_at - timezone.now()).total_seconds())
    assert waits[0] < waits[2] < waits[3]
    with pytest.raises(CannotPlan, match="Start the import again when Intercom is back"):
        read(import_)


def test_without_a_connection_it_ends(there: Intercom, workspace: Workspace) -> None:
    import_ = start(workspace)
    Connection.objects.all().delete()
    with pytest.raises(CannotPlan, match="not connected any more"):
        read(import_)


def test_a_token_of_another_workspace_of_intercoms_does_not_go_on_with_this_one(
    there: Intercom, workspace: Workspace
) -> None:
    fill(there, 400)
    there.always["GET contacts"] = Fault(503)
    import_ = start(workspace)
    with pytest.raises(PlanLater):
        read(import_)
    there.app["id_code"] = "app2"
    with pytest.raises(CannotPlan, match="another Intercom workspace"):
        read(import_)


def test_whoever_is_paused_or_cancelled_stops(there: Intercom, workspace: Workspace) -> None:
    fill(there, 400)
    import_ = start(workspace)
    there.faults["GET contacts"] = [
        Fault(then=lambda: Import.objects.filter(pk=import_.pk).update(status=ImportStatus.PAUSED, leased_until=None))
    ]
    with pytest.raises(LeaseLost):
        read(import_)
    import_.refresh_from_db()
    assert import_.status == ImportStatus.PAUSED and not rows_of(import_)
