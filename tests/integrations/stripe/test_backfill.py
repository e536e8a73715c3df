"""What was before the webhooks: fetched page by page, telling nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from inbox.people.models import Workspace
from integrations.stripe import backfill, testing
from integrations.stripe.models import StripeBackfill, StripeCustomer
from tests.factories import make_workspace
from tests.integrations.stripe.cases import CHARGE, DISPUTE
from tests.integrations.stripe.makers import (
    PRO,
    connect,
    happened,
    make_account,
    outcomes,
    send,
    subscription,
    told,
)
from tests.stand_ins.stripe import Stripe, stripe_stand_in


@pytest.fixture
def stripe(settings: Any) -> Iterator[Stripe]:
    with stripe_stand_in() as running:
        settings.STRIPE_API_URL = running.url
        running.lists = {
            "products": [{"id": "prod_1", "object": "product", "name": "Gold"}],
            "customers": [{"id": f"cus_{n}", "object": "customer"} for n in range(1, 6)],
            "subscriptions": [subscription({**PRO, "nickname": None, "product": "prod_1"})],
        }
        yield running


@pytest.fixture
def workspace(db: None) -> Workspace:
    made = make_workspace()
    connect(made, api_key="rk_test")
    return made


def fetch_all(workspace: Workspace) -> StripeBackfill:
    asked = backfill.ask(workspace)
    while backfill.drain():
        pass
    send(workspace)
    asked.refresh_from_db()
    return asked


def test_everybody_is_fetched_page_by_page_and_nothing_old_is_told(workspace: Workspace, stripe: Stripe) -> None:
    account = make_account(workspace)
    row = fetch_all(workspace)
    assert (row.fetched_count, row.error, row.due_at) == (7, "", None)
    assert row.ended_at is not None
    account.refresh_from_db()
    assert (account.plan, account.status, account.mrr_minor) == ("Gold", "active", 4900)
    assert told(workspace) == []
    assert StripeCustomer.objects.filter(account=None).count() == 4


def test_a_later_webhook_wins_over_what_was_fetched_and_an_earlier_one_does_not(
    workspace: Workspace, stripe: Stripe
) -> None:
    account = make_account(workspace)
    fetch_all(workspace)
    send(workspace, happened("customer.subscription.updated", subscription(status="past_due"), {}))
    account.refresh_from_db()
    assert account.status == "active"
    later = happened("customer.subscription.updated", subscription(status="past_due"), {})
    later["created"] = int(timezone.now().timestamp()) + 5
    send(workspace, later)
    account.refresh_from_db()
    assert account.status == "past_due"


def test_asking_twice_is_one_fetching(workspace: Workspace, stripe: Stripe) -> None:
    assert backfill.ask(workspace).pk == backfill.ask(workspace).pk


def test_a_refusal_for_a_while_is_tried_again_and_loses_nothing(workspace: Workspace, stripe: Stripe) -> None:
    stripe.fails = [500, 429]
    row = backfill.ask(workspace)
    for _ in range(2):
        assert backfill.drain() == 1
        StripeBackfill.objects.update(due_at=timezone.now())
    while backfill.drain():
        pass
    row.refresh_from_db()
    assert (row.fetched_count, row.ended_at is not None) == (7, True)


@pytest.mark.parametrize(("status", "says"), [(401, "does not know this API key"), (403, "may not read")])
def test_a_wrong_key_ends_it_and_says_so(workspace: Workspace, stripe: Stripe, status: int, says: str) -> None:
    stripe.fails = [status]
    assert says in fetch_all(workspace).error
    stripe.fails = [status]
    assert [finding for finding in testing.findings(workspace) if says in finding.says and not finding.is_well]


def test_without_a_key_it_says_what_to_do(stripe: Stripe, db: None) -> None:
    workspace = make_workspace()
    connect(workspace)
    assert "There is no API key" in fetch_all(workspace).error
    assert stripe.asked == []


def test_two_updates_of_one_second_have_the_subscription_asked_for(workspace: Workspace, stripe: Stripe) -> None:
    account = make_account(workspace)
    for quantity in (2, 3):
        send(workspace, happened("customer.subscription.updated", subscription(quantity=quantity), {"items": {}}))
    assert stripe.asked == ["/v1/subscriptions/sub_1"]
    account.refresh_from_db()
    assert (account.plan, account.seats) == ("prod_1", 1)


def test_a_disputed_charge_that_nobody_told_of_is_asked_for(workspace: Workspace, stripe: Stripe) -> None:
    make_account(workspace)
    stripe.lists["charges"] = [CHARGE]
    send(workspace, happened("charge.dispute.created", DISPUTE))
    assert told(workspace) == ["€49.00 disputed: Acme"]


def test_what_is_not_there_any_more_stops_nothing(workspace: Workspace, stripe: Stripe) -> None:
    send(workspace, happened("charge.dispute.created", DISPUTE))
    assert outcomes(workspace) == ["waiting"]


def test_a_stripe_that_is_away_is_named(workspace: Workspace, settings: Any) -> None:
    settings.STRIPE_API_URL = "http://127.0.0.1:9"
    assert [finding for finding in testing.findings(workspace) if "was not reached" in finding.says]
