"""Monday morning: when each workspace is told, once, and whom."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection

from inbox.kickoff import reporting
from inbox.people.models import Workspace
from inbox.tasks import report_kickoff
from integrations.slack.blocks import drawn
from notifications import routing
from notifications.defaults import make_default_routes
from notifications.kind import Who
from notifications.models import Delivery, Event
from notifications.wording import written
from tests.factories import make_contact, make_conversation, make_teammate, make_workspace
from tests.inbox.kickoff.conftest import ACME, WEEK

pytestmark = pytest.mark.django_db
# Eight o'clock on Monday, 23 November 2026 in Berlin.
EIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def told() -> list[Event]:
    """Return the kickoffs that were tracked."""
    return list(Event.objects.filter(kind="kickoff.reported").order_by("pk"))


@pytest.fixture(autouse=True)
def somebody(workspace: Workspace) -> None:
    """There is somebody to count."""
    make_contact(workspace)


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (EIGHT - MOMENT, 0),
        (EIGHT, 1),
        (EIGHT + timedelta(hours=15, minutes=59), 1),
        # Tuesday: a server that was off all Monday does not make up for it.
        (EIGHT + timedelta(hours=16), 0),
        (EIGHT - timedelta(days=1), 0),
    ],
)
def test_it_is_told_from_eight_on_monday_until_the_day_is_over(workspace, now, count) -> None:
    assert reporting.report_due(now) == count
    assert len(told()) == count


@pytest.mark.parametrize(
    ("zone", "eight"),
    [
        ("Asia/Kathmandu", "2026-11-23T02:15"),
        ("Pacific/Apia", "2026-11-22T19:00"),
        ("America/Sao_Paulo", "2026-11-23T11:00"),
        ("No/Zone", "2026-11-23T08:00"),
    ],
)
def test_eight_is_by_the_clocks_of_the_workspace(workspace, zone, eight) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone=zone)
    moment = datetime.fromisoformat(eight).replace(tzinfo=UTC)
    assert reporting.report_due(moment - MOMENT) == 0
    assert reporting.report_due(moment) == 1
    assert told()[0].data["week"] == "2026-W47"


def test_it_is_told_once_however_often_beat_asks_and_again_a_week_later(workspace) -> None:
    for minutes in range(0, 60, 10):
        reporting.report_due(EIGHT + timedelta(minutes=minutes))
    assert [event.data["week"] for event in told()] == ["2026-W47"]
    reporting.report_due(EIGHT + timedelta(days=7))
    assert [event.data["week"] for event in told()] == ["2026-W47", "2026-W48"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_it_once(workspace) -> None:
    start = threading.Barrier(4)
    counts: list[int] = []

    def work() -> None:
        start.wait()
        counts.append(reporting.report_due(EIGHT))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(counts) == [0, 0, 0, 1]
    assert len(told()) == 1


def test_one_that_cannot_be_told_keeps_no_other_from_it_and_is_tried_again(workspace, monkeypatch) -> None:
    other = make_workspace(timezone="Europe/Berlin")
    make_contact(other)
    real = reporting.report

    def broken(where, week):
        if where == workspace:
            raise RuntimeError("no")
        return real(where, week)

    monkeypatch.setattr(reporting, "report", broken)
    with pytest.raises(ExceptionGroup, match="tried again"):
        reporting.report_due(EIGHT)
    assert [event.workspace for event in told()] == [other]
    monkeypatch.undo()
    assert reporting.report_due(EIGHT + timedelta(minutes=10)) == 1


def test_a_workspace_without_anybody_is_told_nothing() -> None:
    make_workspace(timezone="Europe/Berlin")
    assert reporting.report_due(EIGHT) == 1


def test_a_week_in_which_nothing_happened_is_told_kindly(workspace) -> None:
    reporting.report_due(EIGHT)
    (event,) = told()
    assert event.title == "Weekly kickoff, 16–22 November 2026"
    assert event.body.startswith("A quiet week")
    assert event.url == "/kickoff/2026-W47/"


def test_it_says_figures_and_no_names(workspace, happened) -> None:
    happened("plan.started", change_minor=24000, currency="EUR", plan="Pro")
    happened("plan.cancelled", change_minor=-300, currency="JPY", reason="*Secret* reason")
    happened("feedback.given", score=4, out_of=5, comment="Secret words")
    conversation = make_conversation(workspace, text="Secret words")
    type(conversation).objects.update(created_at=WEEK.begin, first_reply_at=WEEK.begin + timedelta(minutes=14))
    reporting.report_due(EIGHT)
    (event,) = told()
    assert event.data["mrr"] == ["+€240", "−¥300"]
    assert event.data["scores"] == ["4 of 5 (1)"]
    assert (event.data["opened"], event.data["answered"], event.data["median"]) == (1, 1, "14 minutes")
    for line in ("New customers: 1", "MRR: +€240, −¥300", "Cancellations: 1", "Conversations: 1 opened, 1 answered"):
        assert line in event.body.splitlines()
    assert not [word for word in ("ecret", ACME.name) if word in event.title + event.body + str(event.data)]


def test_slack_and_the_mail_of_owners_and_admins_are_told(workspace) -> None:
    mates = {role: make_teammate(workspace, role=role) for role in ("owner", "admin", "agent", "viewer")}
    make_teammate(workspace, role="admin", left_at=EIGHT)
    make_default_routes(workspace, mates["owner"])
    reporting.report_due(EIGHT)
    while routing.drain():
        pass
    rows = Delivery.objects.filter(event__kind="kickoff.reported")
    assert {(row.transport, row.address) for row in rows} == {
        ("slack", "#application-stats"), ("email", f"@{mates['owner'].handle}"), ("email", f"@{mates['admin'].handle}"),
    }  # fmt: skip


def test_the_task_says_what_it_did(workspace) -> None:
    assert report_kickoff() in ("", "told 1 workspaces their week")


def test_slack_and_the_letter_say_the_sentence_and_lead_to_the_week(workspace, happened) -> None:
    happened("plan.started", change_minor=24000, currency="EUR", account=Who("evil", "<!here> *Evil* <b>"))
    reporting.report_due(EIGHT)
    (event,) = told()
    wording = written(event, "", cast("Any", None))
    slack = drawn(wording, event.kind)
    assert wording.link.endswith("/kickoff/2026-W47/")
    assert slack["blocks"][-1]["elements"][0]["url"] == wording.link
    assert "A good week: 1 new customer and +€240 MRR." in str(slack)
    assert not [word for word in ("Evil", "<!here>") if word in str(slack) + wording.title + wording.body]
