"""Whom a customer's addresses find."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from inbox.contacts.identities import claim
from inbox.contacts.merging import merge
from inbox.models import Account, Contact
from inbox.people.models import Teammate, Workspace
from integrations.helpscout.finding import find
from tests.factories import make_workspace
from tests.integrations.helpscout.conftest import EMAIL, Ask, known


def test_any_of_forty_addresses_finds_the_person(ask: Ask, contact: Contact) -> None:
    others = [f"other-{n}@else.example" for n in range(39)]
    assert "Nadia Okafor" in ask(emails=[*others, EMAIL]).json()["html"]
    assert "Nadia Okafor" in ask(EMAIL, emails=others * 3).json()["html"]
    assert "Nadia Okafor" in ask(f"  {EMAIL.upper()} ").json()["html"]
    assert "Not found" in ask(emails=[*others, "another@else.example", EMAIL]).json()["html"]


def test_a_proof_goes_before_a_claim_and_the_first_address_before_the_others(workspace: Workspace) -> None:
    claims = known(workspace, "a@a.example", proved=False)
    first = known(workspace, "b@b.example")
    second = known(workspace, "c@c.example")
    found = find(workspace.pk, ("a@a.example", "c@c.example", "b@b.example"))
    assert found is not None
    assert (found.root, found.others, found.is_proved) == (second, [first], True)
    found = find(workspace.pk, ("a@a.example",))
    assert found is not None
    assert (found.root, found.is_proved) == (claims, False)


def test_a_claim_is_shown_and_said_to_be_one_beside_the_company(
    ask: Ask, workspace: Workspace, account: Account
) -> None:
    insider = known(workspace, "real@northwind.example", name="Insider", account=account)
    claim(insider, "email", "victim@bigco.example")
    html = ask("victim@bigco.example").json()["html"]
    assert "Nobody proved that victim@bigco.example is theirs" in html
    company = html.partition("Company")[2].partition("</li>")[0]
    assert "Northwind" in company
    assert "Not verified" in company
    assert "Not verified" not in ask("real@northwind.example").json()["html"]


def test_of_several_who_claim_an_address_the_one_who_was_here_last_is_shown(ask: Ask, workspace: Workspace) -> None:
    now = timezone.now()
    known(workspace, "x@x.example", proved=False, name="Never")
    known(workspace, "x@x.example", proved=False, name="Long ago", last_seen_at=now - timedelta(days=9))
    known(workspace, "x@x.example", proved=False, name="Just now", last_seen_at=now)
    html = ask("x@x.example").json()["html"]
    assert ">Just now</a></h4>" in html
    assert "may also be" in html


def test_who_was_merged_is_shown_as_their_person(
    ask: Ask, workspace: Workspace, contact: Contact, owner: Teammate
) -> None:
    second = known(workspace, "old@northwind.example", name="N. Okafor")
    merge(second, into=contact, by=owner)
    html = ask("old@northwind.example").json()["html"]
    assert ">Nadia Okafor</a></h4>" in html
    assert "may also be" not in ask(EMAIL, emails=["old@northwind.example"]).json()["html"]


def test_no_one_of_another_workspace_is_found(ask: Ask, workspace: Workspace) -> None:
    known(make_workspace(), "theirs@else.example", name="Theirs")
    assert "Not found" in ask("theirs@else.example").json()["html"]


def test_who_is_not_found_can_be_created(ask: Ask) -> None:
    html = ask("new+one&<b>@else.example").json()["html"]
    assert "new+one&amp;&lt;b&gt;@else.example" in html
    assert "/contacts/new/?email=new%2Bone%26%3Cb%3E@else.example" in html
