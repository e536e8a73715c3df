"""What a filter lets through, for each type and operator; what is wrong is said, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.contacts import identities
from inbox.contacts.fields import Fields
from inbox.contacts.filters import MOST_FILTERS, Asked, AskedWrongly, asked_of, rows_of
from inbox.contacts.operators import OF_TYPE
from inbox.models import Account, Contact
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace
from tests.factories import make_contact, make_workspace
from tests.inbox.desk.contacts.conftest import define

CONTACT, ACCOUNT = ProfileKind.CONTACT, ProfileKind.ACCOUNT


def names(workspace: Workspace, query: str, of: ProfileKind = CONTACT) -> str:
    """Return the names of what a query finds, in one text. Raises AskedWrongly."""
    asked = asked_of(workspace, of, query)
    asked.check()
    return " ".join(sorted(row.name for row in rows_of(asked, workspace)))


@pytest.mark.parametrize(
    "asked, found",
    [
        ("name:is:ANN", "Ann"), ("name:not:ann", "Bo Cy"), ("name:has:n", "Ann"), ("name:lacks:n", "Bo Cy"),
        ("name:begins:b", "Bo"), ("phone:empty", "Ann Cy"), ("phone:filled", "Bo"), ("name:has:%", ""),
        ("external_id:not:u-1", "Bo Cy"), ("external_id:empty", "Bo Cy"), ("external_id:is:u-1", "Ann"),
        ("account.plan:is:pro", "Ann"), ("account.plan:not:pro", "Bo Cy"), ("account.plan:empty", "Cy"),
        ("account.status:is:past due", "Bo"), ("account.status:not:past_due", "Ann Cy"),
        ("account.seats:more:5", "Ann"), ("account.seats:less:5", "Bo"), ("account.seats:is:9", "Ann"),
        ("account.seats:not:9", "Bo Cy"), ("account.seats:empty", "Cy"),
        ("account.modules:has:bell", "Ann"), ("account.modules:lacks:bell", "Bo Cy"),
        ("account.modules:empty", "Bo Cy"),
        ("account.renews:next:10", "Ann"), ("account.renews:within:10", "Bo"), ("account.renews:ago:2", "Bo"),
        ("account.renews:empty", "Cy"), ("account.attr.region:is:EMEA", "Ann"),
        ("last_seen:within:7", "Ann"), ("last_seen:ago:7", "Bo"), ("last_seen:empty", "Cy"),
        ("last_seen:after:2020-01-01", "Ann Bo"), ("last_seen:before:2020-01-01", ""),
        ("attr.plan:is:gold", "Ann"), ("attr.plan:not:gold", "Bo Cy"), ("attr.plan:empty", "Cy"),
        ("attr.plan:has:il", "Bo"), ("attr.a%253Ab:is:colon", "Cy"),
        ("attr.size:more:5", "Ann"), ("attr.size:less:5", "Bo"), ("attr.size:is:5.0", ""),
        ("attr.size:not:12", "Bo Cy"),
        ("attr.size:is:12", "Ann"), ("attr.size:filled", "Ann Bo Cy"),
        ("attr.vip:yes", "Ann"), ("attr.vip:no", "Bo"), ("attr.vip:empty", "Cy"),
        ("attr.since:before:2026-01-01", "Bo"), ("attr.since:after:2025-12-31", "Ann"),
        ("attr.since:is:2026-01-01", "Ann"),
        ("attr.since:empty", ""), ("attr.since:within:3", ""),
        ("attr.likes:has:tea", "Ann"), ("attr.likes:lacks:tea", "Bo Cy"), ("attr.likes:empty", "Bo Cy"),
    ],
)  # fmt: skip
def test_each_operator_lets_through_what_it_says(workspace, asked: str, found: str) -> None:
    kinds = {"size": "number", "vip": "boolean", "since": "date", "likes": "list"}
    for key, kind in kinds.items():
        define(workspace, key, kind)
    now, today = timezone.now(), timezone.localdate()
    rich = Account.objects.create(workspace=workspace, external_id="r", plan="Pro", seats=9, modules=["bell"],
                                  renews_on=today + timedelta(days=5), attributes={"region": "EMEA"})  # fmt: skip
    poor = Account.objects.create(workspace=workspace, external_id="p", plan="Basic", seats=2, status="past_due",
                                  renews_on=today - timedelta(days=5))  # fmt: skip
    make_contact(workspace, name="Ann", external_id="u-1", account=rich, last_seen_at=now - timedelta(days=1),
                 attributes={"plan": "Gold", "size": 12, "vip": True, "since": "2026-01-01", "likes": ["tea", "rain"]},
                 )  # fmt: skip
    make_contact(workspace, name="Bo", phone="+4930", account=poor, last_seen_at=now - timedelta(days=30),
                 attributes={"plan": "silver", "size": 3, "vip": False, "since": "2025-01-01", "likes": []},
                 )  # fmt: skip
    # What was there before the fields had types.
    make_contact(workspace, name="Cy", attributes={"size": "many", "since": "yesterday", "a:b": "colon", "plan": ""})
    make_contact(make_workspace(), name="Elsewhere", attributes={"plan": "gold", "size": 12})
    assert names(workspace, f"f={asked}") == found


def test_identities_are_asked_of_the_whole_person_and_by_what_is_proved(workspace) -> None:
    root, attached = make_contact(workspace, name="Root"), make_contact(workspace, name="Attached")
    other = make_contact(workspace, name="Other")
    Contact.objects.filter(pk=attached.pk).update(root=root)
    identities.verify(attached, "email", "ann@acme.test")
    identities.claim(other, "email", "ann@acme.test")
    assert names(workspace, "f=verified.email:is:Ann@acme.test") == "Root"
    assert names(workspace, "f=claimed.email:is:ann@acme.test") == "Other"
    assert names(workspace, "f=verified.email:begins:ann") == "Root"
    assert names(workspace, "f=verified.email:not:ann@acme.test") == "Other"
    assert names(workspace, "f=verified.email:empty") == "Other"
    assert names(workspace, "f=verified.email:filled&f=claimed.email:empty") == "Root"


def test_a_day_begins_and_ends_where_the_workspace_is(workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone="Pacific/Auckland")
    workspace.refresh_from_db()
    contact = make_contact(workspace, name="Ann")
    Contact.objects.filter(pk=contact.pk).update(created_at="2026-03-01T23:30:00Z")
    assert names(workspace, "f=created:is:2026-03-02") == "Ann"
    assert names(workspace, "f=created:is:2026-03-01") == ""


@pytest.mark.parametrize("extreme", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("op", ["before", "after", "is"])
def test_the_calendars_ends_can_be_asked_for(workspace, op: str, extreme: str) -> None:
    define(workspace, "since", "date")
    for key in ("created", "account.renews", "attr.since"):
        names(workspace, f"f={key}:{op}:{extreme}")
    names(workspace, "f=account.renews:ago:36500&f=account.renews:next:36500&f=created:within:36500")


@pytest.mark.parametrize(
    "asked, why",
    [
        ("shoe_size:is:44", "There is no field “shoe_size”"), ("attr.:is:x", "There is no field"),
        ("attr.size:has:1", "It is a number. It can be asked: is, is not, is more than"),
        ("attr.size:more:lots", "Write a number"),
        ("attr.size:more:", "Say what to compare it with"), ("name:is", "Say what to compare it with"),
        ("last_seen:within:week", "Say how many days"), ("last_seen:within:99999", "Say how many days"),
        ("last_seen:after:yesterday", "Write a day"),
        ("account.status:is:rich", "It is one of: Trialing, Active, Past due"),
        ("name:sounds:like", "It is a text. It can be asked"), (f"name:is:{'x' * 201}", "at most 200 characters"),
        ("::", "no field"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_kept(workspace, asked: str, why: str) -> None:
    define(workspace, "size", "number")
    make_contact(workspace, name="Ann")
    read = asked_of(workspace, CONTACT, f"f={asked}&f=name:is:ann&q=ann")
    [wrong] = read.problems
    assert why in wrong.problem
    assert asked[:40].rstrip(":") in read.query().replace("+", " ") or asked == "::"
    assert [row.name for row in rows_of(read, workspace)] == ["Ann"]
    with pytest.raises(AskedWrongly):
        read.check()


def test_the_form_is_the_same_for_the_same_wish(workspace) -> None:
    read = asked_of(
        workspace, CONTACT, "sort=name&f=account.plan:IS:Pro&q=++ann++lee&suspected&f=email:empty:nonsense&x=1"
    )
    assert read.query() == "q=ann+lee&f=account.plan:is:Pro&f=email:empty&suspected=1&sort=name"
    assert asked_of(workspace, CONTACT, read.query()) == read
    assert [one.words for one in read.filters] == ["is Pro", "is empty"]


def test_more_filters_than_a_page_can_show_are_left_out(workspace) -> None:
    assert len(asked_of(workspace, CONTACT, "&".join(["f=name:has:a"] * 50)).filters) == MOST_FILTERS


def test_accounts_are_filtered_by_their_own_fields(workspace) -> None:
    define(workspace, "industry", "text", of="account")
    Account.objects.create(workspace=workspace, external_id="1", name="Ann", plan="Pro", attributes={"industry": "Tea"})
    Account.objects.create(workspace=workspace, external_id="2", name="Bo", status="trialing")
    assert names(workspace, "f=plan:is:pro", ACCOUNT) == "Ann"
    assert names(workspace, "f=attr.industry:begins:t", ACCOUNT) == "Ann"
    assert names(workspace, "f=status:is:trialing", ACCOUNT) == "Bo"
    assert names(workspace, "q=ann", ACCOUNT) == "Ann"
    with pytest.raises(AskedWrongly):
        names(workspace, "f=account.plan:is:pro", ACCOUNT)


KEYS = ["name", "verified.email", "account.seats", "account.renews", "account.status", "account.modules", "created",
        "attr.size", "attr.vip", "attr.since", "attr.likes", "attr.x", "account.attr.0", "nonsense"]  # fmt: skip
WORDS = st.text(max_size=12) | st.sampled_from(["1", "-1", "2026-01-01", "9999-12-31", "yes", "%", "_", "\\", "'"])
OPS = st.sampled_from(sorted({op for ops in OF_TYPE.values() for op in ops} | {"x"}))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.lists(st.tuples(st.sampled_from(KEYS) | st.text(max_size=8), OPS, WORDS), max_size=4),
    words=st.text(max_size=20),
    sort=st.sampled_from(["name", "-seen", "nonsense", "active"]),
)
def test_no_address_breaks_a_list(workspace, raw: list[tuple[str, str, str]], words: str, sort: str) -> None:
    for key, kind in {"size": "number", "vip": "boolean", "since": "date", "likes": "list"}.items():
        if not workspace.attribute_definitions.filter(key=key).exists():
            define(workspace, key, kind)
            weird: list[Any] = ["", "1e99", 10**30, [], {}, True, None, "9" * 60, "2026-99-99", [1], "\u202e"]
            for value in weird:
                make_contact(workspace, attributes={key: value, "0": value})
    query = QueryDict(mutable=True)
    query["q"], query["sort"] = words, sort
    query.setlist("f", [":".join(parts) for parts in raw])
    fields = Fields.in_workspace(workspace.pk, CONTACT)
    read = Asked.read(query, fields)
    list(rows_of(read, workspace))
    assert Asked.read(QueryDict(read.query()), fields).query() == read.query()
