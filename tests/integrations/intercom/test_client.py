"""The client reads all of a list however its pages go on, in step with the limits, and says what an answer means."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.connections import IntercomConfig
from integrations.intercom.client import CursorGone, Gone, Intercom, IntercomRefused, Later
from integrations.intercom.pages import Page, page_of
from integrations.intercom.wire import base_url
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Fault, errors

NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())
DAY = 86_400


def client(**options: Any) -> Intercom:
    return Intercom(IntercomConfig(access_token=stand_in.TOKEN), **options)


@pytest.fixture
def intercom() -> Iterator[Intercom]:
    made = client()
    yield made
    made.close()


def fill(there: stand_in.Intercom, count: int) -> list[str]:
    """Give the stand-in contacts that changed one a day; return their ids."""
    ids = [f"c{number:05d}" for number in range(count)]
    there.contacts = {one: {"id": one, "updated_at": NOON - DAY * number} for number, one in enumerate(ids)}
    return ids


def walk(ask: Callable[[str | None], Page]) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = ask(cursor)
        found += [item["id"] for item in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


def test_a_list_is_read_to_its_end_in_the_largest_pages_there_are(there: Any, intercom: Intercom) -> None:
    ids = fill(there, 1000)
    assert walk(intercom.contacts) == ids
    assert there.calls == {"GET contacts": 7}
    assert intercom.contacts().total == 1000


def test_a_search_has_its_cursor_in_the_body_and_asks_by_day(there: Any, intercom: Intercom) -> None:
    ids = fill(there, 400)
    since = datetime.fromtimestamp(NOON - 301 * DAY, UTC)
    assert walk(lambda cursor: intercom.contacts_changed(since, cursor)) == ids[:301]
    assert there.calls == {"POST contacts/search": 3}
    assert all("starting_after" not in asked for _, asked in there.asked)


def test_companies_come_from_the_list_whose_next_page_is_an_address(there: Any, intercom: Intercom) -> None:
    there.companies = {f"k{number:04d}": {"id": f"k{number:04d}"} for number in range(150)}
    assert walk(intercom.companies) == list(there.companies)
    assert there.calls == {"POST companies/list": 3}


def test_more_companies_than_the_list_holds_are_scrolled_through(
    there: Any, intercom: Intercom, monkeypatch: Any
) -> None:
    monkeypatch.setattr("integrations.intercom.client.MOST_LISTED", 200)
    there.companies = {f"k{number:04d}": {"id": f"k{number:04d}"} for number in range(350)}
    there.most_listed = 200
    assert walk(intercom.companies) == list(there.companies)
    assert there.calls == {"POST companies/list": 1, "GET companies/scroll": 5}


def test_a_scroll_that_breaks_begins_anew(there: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("integrations.intercom.client.MOST_LISTED", 1)
    there.companies = {f"k{number:04d}": {"id": f"k{number:04d}"} for number in range(150)}
    intercom = client(patience=0)
    cursor = intercom.companies().cursor
    there.faults["GET companies/scroll"] = [Fault(500)]
    with pytest.raises(CursorGone):
        intercom.companies(cursor)
    with pytest.raises(CursorGone):
        intercom.companies("scroll:who?")


@pytest.mark.parametrize(
    ("pages", "cursor"),
    [
        (None, None),
        ({}, None),
        ({"next": None}, None),
        ({"next": ""}, None),
        ({"next": {"page": 2, "starting_after": "a\n+/="}}, "a\n+/="),
        ({"next": {"page": 2}}, "2"),
        ({"next": "https://api.intercom.io/companies/list?per_page=60&page=3"}, "3"),
        ({"next": "https://api.intercom.io/contacts?starting_after=a%0A%2B%2F%3D"}, "a\n+/="),
    ],
)
def test_what_comes_next_is_told_in_several_ways(pages: Any, cursor: str | None) -> None:
    assert page_of({"data": [], "pages": pages}).cursor == cursor


def test_every_call_names_the_version_and_no_token_leaves_for_another_address(there: Any, intercom: Intercom) -> None:
    there.always["GET me"] = Fault(302, headers={"Location": "http://127.0.0.1:9/"})
    with pytest.raises(IntercomRefused, match="INTERCOM_API_URL"):
        intercom.me()
    there.always.clear()
    assert intercom.me()["app"]["name"] == "Acme"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (errors(401, "unauthorized"), "does not know this access token"),
        (errors(401, "token_revoked"), "was revoked"),
        (Fault(401), "does not know this access token"),
        (errors(403, "api_plan_restricted"), "plan"),
        (errors(403, "something_new"), "permissions"),
        (errors(400, "bad_request", "No such field"), "No such field"),
    ],
)
def test_a_no_is_said_in_words_and_not_asked_again(there: Any, intercom: Intercom, fault: Fault, said: str) -> None:
    there.always["GET tags"] = fault
    with pytest.raises(IntercomRefused, match=said) as refused:
        intercom.tags()
    assert there.calls == {"GET tags": 1}
    assert stand_in.TOKEN not in refused.value.detail


def test_what_is_gone_is_nothing_and_a_cursor_that_is_gone_is_said(there: Any, intercom: Intercom) -> None:
    assert intercom.conversation("1") is None
    assert intercom.company("1") is None
    assert intercom.contact_tags("1") == []
    with pytest.raises(CursorGone):
        intercom.contacts("who?")
    there.always["GET contacts"] = errors(400, "parameter_invalid")
    with pytest.raises(IntercomRefused) as first:
        intercom.contacts()
    assert not isinstance(first.value, CursorGone | Gone)


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(503, {"type": "error.list"}), Fault(drop=True), Fault(cut=True)], ids=str
)
def test_trouble_that_passes_is_tried_again(there: Any, intercom: Intercom, fault: Fault) -> None:
    ids = fill(there, 20)
    there.faults["GET contacts"] = [fault, fault]
    assert walk(intercom.contacts) == ids
    assert there.calls == {"GET contacts": 3}


def test_trouble_that_stays_is_for_later(there: Any) -> None:
    there.always["GET me"] = Fault(500)
    with pytest.raises(Later, match="trouble") as later:
        client(patience=0).me()
    assert not later.value.throttled and later.value.seconds >= 1


def test_an_answer_that_is_none_of_intercoms_is_trouble(there: Any, settings: Any) -> None:
    settings.INTERCOM_API_URL = "http://127.0.0.1:9/"
    with pytest.raises(Later, match="could not be reached"):
        client(patience=0).me()


def test_too_fast_is_waited_out_when_it_is_short(there: Any, intercom: Intercom) -> None:
    there.window, there.resets_at = 1, int(time.time()) + 2  # somebody else has used it up
    assert intercom.me()["app"]
    assert (there.calls, there.trespasses) == ({"GET me": 2}, 1)


@pytest.mark.parametrize(("headers", "least", "most"), [
    ({"X-RateLimit-Reset": "{soon}"}, 20, 31),
    ({"X-RateLimit-Reset": "4102444800"}, 59, 60),
    ({"X-RateLimit-Reset": "no number"}, 9, 10),
    ({"Retry-After": "25"}, 24, 25),
    ({}, 9, 10),
])  # fmt: skip
def test_a_long_wait_is_left_to_the_caller_and_never_longer_than_a_minute(
    there: Any, intercom: Intercom, headers: dict[str, str], least: float, most: float
) -> None:
    fault = errors(429, "rate_limit_exceeded")
    fault.headers = {name: value.format(soon=int(time.time() + 30)) for name, value in headers.items()}
    there.faults["GET me"] = [fault]
    with pytest.raises(Later) as later:
        intercom.me()
    assert later.value.throttled
    assert least <= later.value.seconds <= most
    assert there.calls == {"GET me": 1}


def test_nothing_is_asked_once_the_window_is_used_up(there: Any, intercom: Intercom) -> None:
    there.window = 2
    intercom.me()
    intercom.me()
    with pytest.raises(Later) as later:
        intercom.me()
    assert later.value.throttled and there.calls == {"GET me": 2} and not there.trespasses


def test_whoever_calls_is_asked_before_each_call(there: Any) -> None:
    counted: list[int] = []
    intercom = client(before=lambda: counted.append(1))
    there.faults["GET me"] = [Fault(500)]
    intercom.me()
    assert len(counted) == 2


def test_a_region_has_an_address_of_its_own_unless_one_is_set(settings: Any) -> None:
    settings.INTERCOM_API_URL = ""
    assert base_url() == base_url("us") == "https://api.intercom.io/"
    assert base_url("eu") == "https://api.eu.intercom.io/"
    settings.INTERCOM_API_URL = "http://127.0.0.1:8400"
    assert base_url("eu") == "http://127.0.0.1:8400/"
