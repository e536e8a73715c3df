"""The sidebar asks the database as often for a customer of years as for a new one, and each answer is bounded."""

from __future__ import annotations

import json
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.contacts.identities import claim
from inbox.contacts.merging import merge
from inbox.events import ContactSignedUp, who_of, who_of_account
from inbox.models import Account, Contact
from inbox.people.models import Teammate, Workspace
from integrations.helpscout.door import answer
from notifications.events import track
from tests.factories import make_contact, make_conversation
from tests.integrations.helpscout.conftest import EMAIL, known, signed

MOST = 8


def asked(workspace: Workspace, *emails: str) -> tuple[list[str], str]:
    """Return the queries of an answer, and the answer."""
    body = json.dumps({"customer": {"emails": emails}}).encode()
    with CaptureQueriesContext(connection) as queries:
        outcome = answer(workspace.slug, body, signed(body))
    assert outcome.status == 200
    return [query["sql"] for query in queries], outcome.html


def test_the_number_of_queries_is_the_same_for_a_long_history(
    workspace: Workspace, contact: Contact, account: Account, owner: Teammate
) -> None:
    new, _ = asked(workspace, EMAIL)
    for n in range(4):
        other = known(workspace, f"n{n}@northwind.example", account=account)
        make_conversation(workspace, other)
        merge(other, into=contact, by=owner)
    for n in range(30):
        make_conversation(workspace, contact)
        about = {"contact": who_of(contact), "account": who_of_account(account)}
        track(ContactSignedUp(plan=f"{n}"), workspace=workspace, **about)
    old, _ = asked(workspace, *(f"n{n}@northwind.example" for n in range(40)), EMAIL)
    assert len(old) == len(new) <= MOST


def test_no_query_counts_skips_or_sorts_all_that_claim_an_address(workspace: Workspace) -> None:
    for _ in range(60):
        claim(make_contact(workspace), "email", "anybody@else.example")
    queries, html = asked(workspace, "anybody@else.example")
    assert "may also be" in html
    assert len(queries) <= MOST + 1
    assert not any(re.search(r"\bOFFSET\b|\bCOUNT\(", sql) for sql in queries)
    claims = next(sql for sql in queries if '"verified_at" IS NULL' in sql)
    assert "ORDER BY" not in claims
    assert "LIMIT 20" in claims


def test_what_a_team_does_not_show_is_not_asked_for(workspace: Workspace, contact: Contact) -> None:
    from inbox.people.audit import COMMAND_LINE
    from integrations.helpscout.layout import change_rows

    whole, _ = asked(workspace, EMAIL)
    for name in ("conversations", "events", "score"):
        change_rows(workspace, "hide", name, {}, by=COMMAND_LINE)
    small, _ = asked(workspace, EMAIL)
    assert len(small) == len(whole) - 3


def test_an_answer_has_a_few_kilobytes_whatever_a_customer_holds(workspace: Workspace, contact: Contact) -> None:
    Account.objects.update(name="n" * 255, plan="p" * 120, modules=["m" * 80] * 500)
    Contact.objects.update(name="n" * 255)
    for _ in range(5):
        make_conversation(workspace, contact, "x" * 5000)
    _, html = asked(workspace, EMAIL)
    assert len(html) < 8_000
