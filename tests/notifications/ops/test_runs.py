"""A nightly job runs once a night, whoever asks and however often."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from notifications.models import ScheduledRun
from notifications.ops.runs import LEASE, nightly, once

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2026, 6, 1, 3, 40, tzinfo=UTC)


def ran(name: str = "job", due_at: datetime = DUE) -> bool:
    with once(name, due_at) as mine:
        return mine


def test_a_job_runs_once_for_each_time_it_is_due() -> None:
    assert [ran(), ran(), ran("other"), ran(due_at=DUE + timedelta(days=1))] == [True, False, True, True]


def test_of_eight_who_ask_at_once_one_runs_it() -> None:
    gate, found = threading.Barrier(8), []

    def ask() -> None:
        gate.wait()
        found.append(ran())
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True]


def test_a_run_that_fails_is_made_up_for() -> None:
    with pytest.raises(RuntimeError), once("job", DUE):
        raise RuntimeError
    assert ran()


def test_a_run_whose_worker_was_killed_is_made_up_for_after_an_hour() -> None:
    ScheduledRun.objects.create(name="job", due_at=DUE, started_at=timezone.now() - LEASE / 2)
    assert not ran()
    ScheduledRun.objects.update(started_at=timezone.now() - LEASE * 2)
    assert ran()
    assert ScheduledRun.objects.get().finished_at is not None


def test_a_job_was_last_due_today_or_yesterday() -> None:
    noon = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    assert nightly(3, 40, noon) == DUE
    assert nightly(23, 0, noon) == datetime(2026, 5, 31, 23, tzinfo=UTC)


def test_the_sessions_are_cleared_once_a_night() -> None:
    from inbox.tasks import clear_sessions

    clear_sessions()
    clear_sessions()
    assert ScheduledRun.objects.filter(name="clear sessions", finished_at__isnull=False).count() == 1
