"""The verbs of one's own schedule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.people.hours import HoursRefused
from notifications.models import HoursOf, Schedule
from notifications.personal.schedules import ScheduleRefused, be_quiet, schedule_of, set_hours

pytestmark = pytest.mark.django_db

WEEK = {"mon": [["09:00", "12:00"]]}


def test_a_newcomer_has_the_workspace_s_hours_and_no_row(bea) -> None:
    assert schedule_of(bea).hours == HoursOf.WORKSPACE
    assert not Schedule.objects.exists()


def test_own_hours_are_kept_while_others_count(bea) -> None:
    set_hours(bea, "own", {**WEEK, "tue": []})
    set_hours(bea, "always")
    found = Schedule.objects.get(teammate=bea)
    assert (found.hours, found.own_hours) == (HoursOf.ALWAYS, WEEK)
    assert found.workspace_id == bea.workspace_id


def test_hours_and_quiet_leave_each_other_alone(bea) -> None:
    now = timezone.now()
    be_quiet(bea, now + timedelta(hours=1), now)
    set_hours(bea, "own", WEEK)
    be_quiet(bea, now + timedelta(hours=2), now)
    found = Schedule.objects.get(teammate=bea)
    assert (found.own_hours, found.quiet_until) == (WEEK, now + timedelta(hours=2))
    be_quiet(bea, None, now)
    assert schedule_of(bea).quiet_until is None


@pytest.mark.parametrize(("whose", "week"), [("", {}), ("nobody", {}), ("own", {}), ("own", {"mon": []})])
def test_no_hours_at_all_are_refused(bea, whose, week) -> None:
    with pytest.raises(ScheduleRefused):
        set_hours(bea, whose, week)
    assert not Schedule.objects.exists()


def test_a_week_that_makes_no_sense_is_refused_at_its_place(bea) -> None:
    with pytest.raises(HoursRefused) as refused:
        set_hours(bea, "own", {"mon": [["12:00", "09:00"]]})
    assert set(refused.value.problems) == {"mon.0"}


@pytest.mark.parametrize("away", [timedelta(0), timedelta(seconds=-1), timedelta(days=367)])
def test_quiet_until_what_has_passed_or_is_too_far_away_is_refused(bea, away) -> None:
    now = timezone.now()
    with pytest.raises(ScheduleRefused, match="Choose"):
        be_quiet(bea, now + away, now)
