"""Lists by cursor: each row that was there is seen once, whatever is added meanwhile, in few queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.api.contacts import NEWEST
from inbox.api.messages import ASCENDING
from inbox.contacts.merging import merge
from inbox.conversations import actions
from inbox.models import Account, Contact
from inbox.people.models import Teammate, Workspace
from inbox.people.secrets import encrypt
from tests.factories import make_contact, make_conversation, make_teammate, make_workspace
from tests.inbox.api.conftest import Api, made, problem

START = datetime(2026, 1, 1, tzinfo=UTC)


def walk(api: Api, path: str) -> list[dict[str, Any]]:
    """Follow `next` to the end."""
    found: list[dict[str, Any]] = []
    address: str | None = path
    while address:
        page = made(api.get(address), 200)
        found += page["results"]
        address = page["next"]
    return found


def test_pages_are_as_long_as_asked_and_next_ends_with_null(api: Api, workspace: Workspace) -> None:
    for _ in range(5):
        make_contact(workspace)
    page = made(api.get("contacts/?limit=2"), 200)
    assert len(page["results"]) == 2
    assert page["next"].startswith("http://testserver/api/v1/contacts/?")
    assert "limit=2" in page["next"]
    assert len(walk(api, "contacts/?limit=2")) == 5
    assert made(api.get("contacts/?limit=5"), 200)["next"] is None
    assert made(api.get("contacts/"), 200)["next"] is None


def test_filters_hold_on_every_page(api: Api, workspace: Workspace, owner: Teammate) -> None:
    for number in range(6):
        conversation = make_conversation(workspace)
        if number % 2:
            actions.close(conversation, by=owner)
    assert [one["status"] for one in walk(api, "conversations/?status=closed&limit=1")] == ["closed"] * 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.integers(0, 4), min_size=0, max_size=12),
    limit=st.integers(1, 5),
    added=st.lists(st.integers(0, 3), max_size=12),
)
def test_what_was_there_is_seen_once_and_in_order_while_more_arrives(
    db: None, ages: list[int], limit: int, added: list[int]
) -> None:
    workspace = make_workspace()
    for age in ages:  # few distinct times, so that many rows tie
        contact = make_contact(workspace)
        Contact.objects.filter(pk=contact.pk).update(updated_at=START + timedelta(microseconds=age))
    mine = Contact.objects.filter(workspace=workspace)
    expected = list(mine.order_by("-updated_at", "-id"))
    found: list[Contact] = []
    cursor = None
    for arrivals in [*added, *[0] * (len(ages) + 1)]:
        rows, cursor = NEWEST.page(mine, limit, cursor)
        found += rows
        for _ in range(arrivals):
            make_contact(workspace)  # now: newer than all
        if cursor is None:
            break
    assert found == expected


def test_a_thread_that_grows_while_it_is_read_is_read_without_a_gap(
    api: Api, workspace: Workspace, owner: Teammate
) -> None:
    conversation = make_conversation(workspace)
    address = f"conversations/{conversation.public_id}/messages/?limit=2"
    seqs: list[int] = []
    for number in range(12):
        page = made(api.get(address), 200)
        seqs += [one["seq"] for one in page["results"]]
        if number < 5:
            actions.reply(conversation, owner, "more")
            actions.note(conversation, owner, "and more")
        if page["next"] is None and number >= 5:
            break
        address = page["next"] or f"conversations/{conversation.public_id}/messages/?limit=2&after={seqs[-1]}"
    assert seqs == list(range(1, 12))


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "é", "a" * 2000, "", "gAAAAA", encrypt('["accounts", "2026-01-01T00:00:00+00:00", 1]')]
)
def test_a_broken_cursor_is_400(api: Api, workspace: Workspace, cursor: str) -> None:
    conversation = make_conversation(workspace)
    for path in ("contacts/", "conversations/", f"conversations/{conversation.public_id}/messages/"):
        answer = api.get(f"{path}?cursor={cursor}")
        assert answer.status_code == 400, path
        code = answer.json()["code"]
        problem(answer, 400, code, "cursor")
        assert code in ("invalid_cursor", "invalid")


def test_a_cursor_of_another_list_is_400(api: Api, workspace: Workspace) -> None:
    make_conversation(workspace)
    make_conversation(workspace)
    page = made(api.get("conversations/?limit=1"), 200)
    problem(api.get(page["next"].replace("/conversations/", "/contacts/")), 400, "invalid_cursor")
    assert ASCENDING.name != NEWEST.name


def test_a_cursor_opens_nothing_in_another_workspace(api: Api, stranger: Api, workspace: Workspace) -> None:
    for _ in range(3):
        make_contact(workspace)
    page = made(api.get("contacts/?limit=1"), 200)
    assert made(stranger.get(page["next"]), 200)["results"] == []


LISTS = ["contacts", "accounts", "conversations", "messages"]


def _fill(workspace: Workspace, count: int) -> str:
    """Add rows to every list, with all that their answers show, and return a thread's path."""
    thread = make_conversation(workspace)
    for number in range(count):
        contact = make_contact(workspace, email=f"{number}@example.com")
        contact.account = Account.objects.create(workspace=workspace, owner=contact)
        contact.save()
        contact.identities.create(workspace=workspace, kind="email", value=contact.email)
        merge(make_contact(workspace), into=contact, by=None)
        mate = make_teammate(workspace)
        actions.assign(make_conversation(workspace, contact), mate, by=mate)
        actions.reply(thread, mate, "hello")
    return f"conversations/{thread.public_id}/messages/"


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_30_rows_as_for_3(
    api: Api, workspace: Workspace, name: str, count: int, django_assert_max_num_queries: Any
) -> None:
    thread = _fill(workspace, count)
    with django_assert_max_num_queries(6):
        results = made(api.get(thread if name == "messages" else f"{name}/"), 200)["results"]
    assert len(results) >= count
