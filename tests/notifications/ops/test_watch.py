"""A schedule that has gone quiet is told once, and taken back when it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab, schedule

from notifications.models import Event, Heartbeat
from notifications.ops import watch
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PERIODS = {"often": timedelta(seconds=5), "seldom": timedelta(seconds=600), "nightly": timedelta(days=1)}


@pytest.fixture(autouse=True)
def schedule_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "periods", lambda: dict(PERIODS))


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def look(seconds: float) -> list[tuple[str, str]]:
    """Look at a moment, and return all that was told until then."""
    watch.look(at(seconds), NOON)
    work()
    return [(event.kind, event.title) for event in Event.objects.order_by("id")]


def test_a_schedule_that_runs_is_not_told(operator) -> None:
    for seconds in range(0, 7200, 60):
        watch.write("often", at(seconds))
        if seconds % 600 == 0:
            watch.write("seldom", at(seconds))
        assert look(seconds + 1) == []


def test_beat_that_is_away_is_told_once_and_taken_back_when_it_is_there_again(operator, tenant) -> None:
    for task in PERIODS:
        watch.write(task, at(0))
    assert look(70) == []
    [(kind, title)] = look(80)
    assert kind == "task.failed"
    assert title.startswith("beat failed: beat has been quiet since 2026-06-01 12:00 UTC")
    assert len(look(3600)) == 1, "once, and not once more for each entry of the schedule"
    watch.write("often", at(3700))
    told = look(3701)
    assert told[1:] == [("task.finished", "beat: goes on after 62 minutes")]
    assert Event.objects.get(kind="task.failed").settled_at is not None
    assert len(look(3702)) == 2
    assert len(look(3760)) == 2, "entries with long periods are given their time"
    assert not Event.objects.filter(workspace=tenant).exists()


def test_one_entry_that_is_forgotten_is_told_by_its_name(operator) -> None:
    for task in PERIODS:
        watch.write(task, at(0))
    for seconds in range(0, 1861, 30):
        watch.write("often", at(seconds))
    assert look(1855) == []
    assert look(1861) == [("task.failed", "seldom failed: Not called by beat since 2026-06-01 12:00 UTC.")]
    watch.write("seldom", at(1870))
    watch.write("often", at(1870))
    assert look(1871)[1:] == [("task.finished", "seldom: goes on after 31 minutes")]


def test_a_silence_from_before_this_process_ran_is_nobodys_fault(operator) -> None:
    for task in PERIODS:
        watch.write(task, at(-50_000))
    assert look(60) == []
    assert len(look(80)) == 1


def test_a_beat_that_was_never_there_is_told(operator) -> None:
    assert look(0) == []
    assert [kind for kind, _ in look(80)] == ["task.failed"]


def test_a_note_is_written_at_most_every_twenty_seconds(operator, monkeypatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(watch.time, "monotonic", lambda: clock[0])
    written: list[str] = []
    monkeypatch.setattr(watch, "write", lambda task, at: written.append(task))
    for _ in range(41):
        watch.note("often")
        clock[0] += 1
    assert written == ["often"] * 3


def test_a_late_note_does_not_turn_the_clock_back(operator) -> None:
    watch.write("often", at(100))
    watch.write("often", at(50))
    assert Heartbeat.objects.get().at == at(100)


def test_how_often_is_read_from_the_schedule_as_beat_reads_it() -> None:
    assert watch._period(5.0) == timedelta(seconds=5)
    assert watch._period(schedule(timedelta(minutes=3))) == timedelta(minutes=3)
    assert watch._period(crontab(hour=3, minute=40)) == timedelta(days=1)
    assert watch._period(crontab(day_of_week=1)) is None
