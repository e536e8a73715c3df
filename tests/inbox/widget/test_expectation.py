"""What a visitor is told to expect: how fast the team is or, out of hours, when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache

from inbox.conversations import actions
from inbox.models import Conversation
from inbox.widget.expectation import answers_now, expected_reply
from tests.factories import make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db

LISBON = ZoneInfo("Europe/Lisbon")
OFFICE = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def workspace():
    cache.clear()
    return make_workspace(timezone="Europe/Lisbon", business_hours=OFFICE)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=LISBON)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (at(2026, 5, 6, 8, 59), "We are back today at 09:00 (Lisbon time)"),
        (at(2026, 5, 6, 12, 30), "We are back today at 13:30 (Lisbon time)"),
        (at(2026, 5, 6, 18, 0), "We are back tomorrow at 09:00 (Lisbon time)"),
        (at(2026, 5, 8, 18, 0), "We are back on Monday at 09:00 (Lisbon time)"),
        (at(2026, 5, 9, 23, 59), "We are back on Monday at 09:00 (Lisbon time)"),
        (at(2026, 5, 10, 0, 0), "We are back tomorrow at 09:00 (Lisbon time)"),
        (at(2026, 5, 6, 9, 0), "We answer as soon as we can"),
    ],
)
def test_out_of_hours_it_says_when_they_are_back(workspace, moment, told) -> None:
    assert expected_reply(workspace, moment) == told


def test_holidays_move_the_return_to_a_date(workspace) -> None:
    workspace.holidays = [{"on": f"2026-12-{day}", "name": ""} for day in range(21, 32)]
    assert expected_reply(workspace, at(2026, 12, 21, 10, 0)) == "We are back on 1 January 2027 at 09:00 (Lisbon time)"
    assert expected_reply(workspace, at(2026, 12, 28, 10, 0)) == "We are back on Friday at 09:00 (Lisbon time)"


def test_who_is_closed_for_good_promises_no_day(workspace) -> None:
    workspace.business_hours = {"mon": [["09:00", "10:00"]]}
    start = at(2026, 1, 5, 0, 0)
    workspace.holidays = [{"on": f"{start + timedelta(weeks=n):%Y-%m-%d}", "name": ""} for n in range(60)]
    assert expected_reply(workspace, start) == "We answer as soon as we can"


def test_a_zone_that_is_no_place_is_called_by_its_name(workspace) -> None:
    workspace.timezone = "UTC"
    assert expected_reply(workspace, at(2026, 5, 6, 3, 0)) == "We are back today at 09:00 (UTC)"


def test_nothing_that_is_kept_outlives_an_opening_or_a_closing(workspace) -> None:
    one, other = at(2026, 5, 6, 17, 59), at(2026, 5, 6, 18, 0)
    assert expected_reply(workspace, one) == "We answer as soon as we can"
    assert expected_reply(workspace, other).startswith("We are back tomorrow")
    assert expected_reply(workspace, one) == "We answer as soon as we can"


def test_hours_that_change_are_told_at_once(workspace) -> None:
    assert expected_reply(workspace, at(2026, 5, 6, 20, 0)).startswith("We are back")
    workspace.business_hours = {}
    assert expected_reply(workspace, at(2026, 5, 6, 20, 0)) == "We answer as soon as we can"
    assert answers_now(workspace, at(2026, 5, 6, 20, 0))


def test_in_hours_it_says_how_fast_the_team_is(workspace) -> None:
    workspace.business_hours = {}
    workspace.save()
    conversation = make_conversation(workspace)
    actions.reply(conversation, make_teammate(workspace), "Hello!")
    Conversation.objects.filter(pk=conversation.pk).update(
        first_reply_at=conversation.created_at + timedelta(minutes=3)
    )
    assert expected_reply(workspace) == "Usually answers in a few minutes"
