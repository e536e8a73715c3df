"""Accounts written in sets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from inbox.contacts.bulk import Outcome, apply_accounts
from inbox.contacts.bulk.staging import fetch
from inbox.models import Account
from tests.factories import make_workspace

pytestmark = pytest.mark.django_db


def apply(workspace: Any, *rows: tuple[int, str | None, dict[str, Any]], **options: Any) -> Outcome:
    with transaction.atomic():
        return apply_accounts(workspace, rows, at=timezone.now(), **options)


def test_accounts_are_made_changed_and_left() -> None:
    workspace = make_workspace()
    full = {
        "name": "Acme", "domain": "acme.io", "plan": "Pro", "status": "trialing", "seats": 3, "seat_limit": 5,
        "renews_on": "2027-01-31", "trial_ends_on": "2026-12-24", "timezone": "Europe/Berlin", "modules": ["a", "b"],
        "mrr_minor": 4900, "currency": "EUR", "stripe_customer_id": "cus_1", "attributes": {"size": 1},
    }  # fmt: skip
    assert apply(workspace, (2, "acme", full), (3, None, {"name": "Globex"})).created == 2
    account = Account.objects.get(external_id="acme")
    assert (account.renews_on.isoformat(), account.modules, account.mrr_minor) == ("2027-01-31", ["a", "b"], 4900)  # type: ignore[union-attr]
    again = apply(workspace, (2, "acme", full), (3, None, {"name": "GLOBEX"}))
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)  # its name is written in another case now
    with transaction.atomic():
        rows = [(2, "acme", {"plan": "Max", "attributes": {"size": 2}})]
        changed = apply_accounts(workspace, rows, at=timezone.now())
        [(before, after)] = fetch("SELECT before::text, after::text FROM bulk_account")
    assert changed.updated == 1
    assert json.loads(before) == {"plan": "Pro", "attributes": {"size": 1}}
    assert json.loads(after) == {"plan": "Max", "attributes": {"size": 2}}
    account.refresh_from_db()
    assert (account.plan, account.seats, account.attributes) == ("Max", 3, {"size": 2})


@pytest.mark.parametrize("write", [True, False])
def test_an_account_that_was_made_by_its_name_is_known_though_it_was_renamed(write: bool) -> None:
    workspace = make_workspace()
    apply(workspace, (2, None, {"name": "Acme"}))
    Account.objects.update(name="Acme Inc.", plan="Basic")
    outcome = apply(workspace, (2, None, {"name": "Acme", "plan": "Pro"}), write=write)
    assert (outcome.created, outcome.updated) == (0, 1)
    account = Account.objects.get()
    assert (account.name, account.plan) == ("Acme Inc.", "Pro" if write else "Basic")


@pytest.mark.parametrize("write", [True, False])
def test_a_name_that_spells_the_id_of_another_row_is_that_account(write: bool) -> None:
    workspace = make_workspace()
    rows = [(2, None, {"name": "Acme"}), (3, "acme", {"name": "Acme Corporation", "plan": "Pro"})]
    outcome = apply(workspace, *rows, write=write)
    assert (outcome.created, outcome.unchanged) == (1, 1)
    assert [*Account.objects.values_list("external_id", "name", "plan")] == (
        [("acme", "Acme Corporation", "Pro")] if write else []
    )


def test_nothing_is_written_when_it_is_only_asked() -> None:
    workspace = make_workspace()
    outcome = apply(workspace, (2, "acme", {"name": "Acme"}), write=False)
    assert (outcome.created, outcome.made, Account.objects.count()) == (1, [], 0)
