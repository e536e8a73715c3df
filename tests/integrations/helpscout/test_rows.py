"""What each row says of a customer."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.events import ContactSignedUp, who_of, who_of_account
from inbox.models import Account, AttributeDefinition, Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate, Workspace
from integrations.helpscout.facts import definitions_of
from integrations.helpscout.layout import change_rows
from notifications.events import track
from notifications.kinds.signs import FeedbackGiven
from tests.factories import make_conversation, make_team
from tests.integrations.helpscout.conftest import EMAIL, Ask, known

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Sunday night in November: in Berlin it is half an hour before midnight."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def row(html: str, label: str) -> str:
    """Return what a row says, without markup; "" where there is no such row."""
    found = re.search(rf'item__label">{label}<span[^>]*>(.*?)</li>', html, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split()) if found else ""


STATUSES: list[tuple[dict[str, Any], str]] = [
    ({"status": "active", "plan": "Pro"}, "Paid"),
    ({"status": "active", "plan": "", "mrr_minor": 900}, "Paid"),
    ({"status": "active", "plan": "", "stripe_subscription_id": "sub_1"}, "Paid"),
    ({"status": "active", "plan": "Free", "mrr_minor": 0}, "Active"),
    ({"status": "active", "plan": ""}, "Active"),
    ({"status": "trialing"}, "Trial"),
    ({"status": "trialing", "trial_ends_on": date(2026, 11, 22)}, "Trial"),
    ({"status": "trialing", "trial_ends_on": date(2026, 11, 21)}, "Trial expired"),
    ({"status": "expired"}, "Trial expired"),
    ({"status": "past_due"}, "Past due"),
    ({"status": "cancelled"}, "Cancelled"),
]


@pytest.mark.parametrize(("fields", "badge"), STATUSES)
def test_the_companys_badge_follows_its_status(
    ask: Ask, contact: Contact, account: Account, fields: dict[str, Any], badge: str
) -> None:
    Account.objects.filter(pk=account.pk).update(**fields)
    assert row(ask(EMAIL).json()["html"], "Company") == f"Northwind {badge}"


def test_a_trial_ends_by_the_companys_own_day(ask: Ask, contact: Contact, account: Account) -> None:
    ended = {"status": "trialing", "trial_ends_on": date(2026, 11, 22), "timezone": "Asia/Tokyo"}
    Account.objects.filter(pk=account.pk).update(**ended)
    assert "Trial expired" in row(ask(EMAIL).json()["html"], "Company")


def test_the_owner_has_a_badge_also_by_a_contact_that_was_merged(
    ask: Ask, workspace: Workspace, contact: Contact, account: Account
) -> None:
    assert "Owner" not in row(ask(EMAIL).json()["html"], "Company")
    former = known(workspace, "former@northwind.example", root=contact)
    Account.objects.filter(pk=account.pk).update(owner=former)
    assert row(ask(EMAIL).json()["html"], "Company") == "Northwind Owner Paid"


def test_all_of_a_company_is_told(ask: Ask, contact: Contact, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(
        plan="Pro", renews_on=date(2026, 12, 1), seats=19, seat_limit=20, timezone="Europe/Berlin",
        modules=["Invoices", "Stock <b>"], stripe_customer_id="cus_Abc1", stripe_subscription_id="sub_1/../evil",
    )  # fmt: skip
    Contact.objects.filter(pk=contact.pk).update(
        timezone="America/New_York", signed_up_at=datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
    )
    html = ask(EMAIL).json()["html"]
    assert row(html, "Customer since") == "3 Mar 2024"
    assert row(html, "Plan") == "Pro renews 1 Dec 2026"
    assert row(html, "Seats") == "19 of 20 used 1 left"
    assert row(html, "Their time") == "17:30, Sunday America/New_York, UTC-05:00"
    assert row(html, "The company’s time") == "23:30, Sunday Europe/Berlin, UTC+01:00"
    assert row(html, "Modules") == "Invoices, Stock &lt;b&gt;"
    assert row(html, "Stripe") == "Customer cus_Abc1 , Subscription sub_1/../evil"
    assert 'href="https://dashboard.stripe.com/customers/cus_Abc1"' in html
    assert "dashboard.stripe.com/subscriptions" not in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "trialing", "trial_ends_on": date(2026, 12, 1)}, "Pro trial ends 1 Dec 2026"),
        ({"status": "trialing", "trial_ends_on": date(2026, 11, 1)}, "Pro trial ended 1 Nov 2026"),
        ({"status": "expired", "trial_ends_on": date(2026, 11, 1)}, "Pro trial ended 1 Nov 2026"),
        ({"status": "past_due", "renews_on": date(2026, 11, 1)}, "Pro was to renew 1 Nov 2026"),
        ({"status": "cancelled", "renews_on": date(2026, 12, 1)}, "Pro ends 1 Dec 2026"),
        ({"status": "cancelled", "renews_on": date(2026, 11, 1)}, "Pro ended 1 Nov 2026"),
        ({"plan": "", "renews_on": date(2026, 12, 1)}, "No plan renews 1 Dec 2026"),
        ({"plan": ""}, ""),
    ],
)
def test_the_plan_says_when_it_ends(
    ask: Ask, contact: Contact, account: Account, fields: dict[str, Any], said: str
) -> None:
    Account.objects.filter(pk=account.pk).update(**fields)
    assert row(ask(EMAIL).json()["html"], "Plan") == said


@pytest.mark.parametrize(
    ("seats", "limit", "said"),
    [
        (8, 10, "8 of 10 used"), (9, 10, "9 of 10 used 1 left"), (10, 10, "10 of 10 used Full"),
        (12, 10, "12 of 10 used 2 over"), (3, None, "3 used"), (None, 10, "? of 10 used"), (None, None, ""),
        (0, 0, "0 of 0 used"),
    ],
)  # fmt: skip
def test_seats_warn_near_the_limit(
    ask: Ask, contact: Contact, account: Account, seats: int | None, limit: int | None, said: str
) -> None:
    Account.objects.filter(pk=account.pk).update(seats=seats, seat_limit=limit)
    assert row(ask(EMAIL).json()["html"], "Seats") == said


@pytest.mark.parametrize("zone", ["", "Nowhere/Atlantis", "../../etc/passwd", "UTC+1", "/", "Europe"])
def test_a_zone_that_there_is_not_leaves_its_row_out(ask: Ask, contact: Contact, account: Account, zone: str) -> None:
    Contact.objects.filter(pk=contact.pk).update(timezone=zone)
    Account.objects.filter(pk=account.pk).update(timezone=zone)
    html = ask(EMAIL).json()["html"]
    assert (row(html, "Their time"), row(html, "The company’s time")) == ("", "")


def test_who_has_no_company_is_shown_without(ask: Ask, workspace: Workspace) -> None:
    known(workspace, "alone@else.example", name="Alone")
    html = ask("alone@else.example").json()["html"]
    assert row(html, "Company") == "None is known"
    assert row(html, "Customer since") == "22 Nov 2026"


def test_the_last_conversations_and_events_can_be_folded(
    ask: Ask, workspace: Workspace, contact: Contact, account: Account
) -> None:
    for n in range(5):
        make_conversation(workspace, contact, f"Question {n}")
    for n in range(7):
        track(
            ContactSignedUp(plan=f"plan {n}"), workspace=workspace, contact=who_of(contact),
            account=who_of_account(account),
        )  # fmt: skip
    html = ask(EMAIL).json()["html"]
    assert html.count("c-sb-section--toggle") == 2
    assert re.findall("Question .", html) == ["Question 4", "Question 3", "Question 2"]
    assert re.findall("plan .", html) == [f"plan {n}" for n in (6, 5, 4, 3, 2)]
    assert re.search(r'href="http[^"]*/inbox/all/\d+/"', html)


def test_what_happened_to_the_company_is_told_too_and_nobody_elses(
    ask: Ask, workspace: Workspace, contact: Contact, account: Account
) -> None:
    other = known(workspace, "other@else.example", name="Other")
    track(ContactSignedUp(plan="of the company"), workspace=workspace, account=who_of_account(account))
    track(ContactSignedUp(plan="of another"), workspace=workspace, contact=who_of(other))
    html = ask(EMAIL).json()["html"]
    assert "of the company" in html
    assert "of another" not in html


def test_the_last_score_is_shown(ask: Ask, workspace: Workspace, contact: Contact) -> None:
    assert row(ask(EMAIL).json()["html"], "Last score") == ""
    for score, comment in ((2, "Slow"), (4.5, "Better & <b>")):
        track(FeedbackGiven(score=score, out_of=5, comment=comment), workspace=workspace, contact=who_of(contact))
    track(FeedbackGiven(comment="No score"), workspace=workspace, contact=who_of(contact))
    assert row(ask(EMAIL).json()["html"], "Last score") == "4.5 of 5 Better &amp; &lt;b&gt; · 22 Nov 2026"


def test_nothing_of_a_private_team_no_note_and_no_audit_is_shown(
    ask: Ask, workspace: Workspace, contact: Contact, owner: Teammate
) -> None:
    hidden = make_conversation(workspace, contact, "Between us alone")
    team = make_team(workspace, "board", is_private=True)
    actions.move(hidden, team, by=owner)
    track(
        FeedbackGiven(score=1, comment="Told in private"), workspace=workspace, contact=who_of(contact),
        conversation=hidden.public_id, is_private=True,
    )  # fmt: skip
    seen = make_conversation(workspace, contact, "Open question")
    actions.note(seen, owner, "Our secret note")
    html = ask(EMAIL).json()["html"]
    for secret in ("Between us alone", "Told in private", "Our secret note", f"#{hidden.number}"):
        assert secret not in html
    assert f"#{seen.number}" in html
    actions.move(seen, team, by=owner)
    assert f"#{seen.number}" not in ask(EMAIL).json()["html"]


def test_own_fields_are_shown_where_the_team_wants_them(
    ask: Ask, workspace: Workspace, contact: Contact, account: Account
) -> None:
    for of, key, kind in (("contact", "tier", "text"), ("account", "site", "url"), ("account", "paid_on", "date")):
        AttributeDefinition.objects.create(workspace=workspace, of=of, key=key, label=f"The {key}", type=kind)
    Contact.objects.filter(pk=contact.pk).update(attributes={"tier": "<Gold>"})
    Account.objects.filter(pk=account.pk).update(attributes={"site": "https://x.example/?a&b", "paid_on": "2026-01-31"})
    assert row(ask(EMAIL).json()["html"], "The tier") == ""
    for name in ("contact:tier", "account:site", "account:paid_on"):
        change_rows(workspace, "show", name, definitions_of(workspace.pk), by=COMMAND_LINE)
    html = ask(EMAIL).json()["html"]
    assert row(html, "The tier") == "&lt;Gold&gt;"
    assert row(html, "The paid_on") == "31 Jan 2026"
    assert '<a href="https://x.example/?a&amp;b">' in html
    AttributeDefinition.objects.all().delete()
    assert row(ask(EMAIL).json()["html"], "The tier") == ""


def test_the_order_is_the_teams(ask: Ask, workspace: Workspace, contact: Contact) -> None:
    change_rows(workspace, "down", "company", {}, by=COMMAND_LINE)
    change_rows(workspace, "hide", "events", {}, by=COMMAND_LINE)
    html = ask(EMAIL).json()["html"]
    assert html.index("Customer since") < html.index(">Company<")
    assert "What happened" not in html


def test_an_event_of_long_ago_is_dated_as_the_person_lives(ask: Ask, workspace: Workspace, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(timezone="Asia/Tokyo")
    at = timezone.now() - timedelta(days=2)
    track(ContactSignedUp(plan="Pro"), workspace=workspace, contact=who_of(contact), occurred_at=at)
    assert "21 Nov 2026" in ask(EMAIL).json()["html"]
