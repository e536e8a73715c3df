"""What becomes of events: accounts kept true, links made in order, nothing lost and nothing twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from inbox.contacts.upsert import create_contact
from inbox.models import Account, Contact, Identity
from inbox.people.models import Workspace
from integrations.stripe import intake, working
from integrations.stripe.models import StripeCustomer, StripeEvent
from integrations.stripe.money import monthly, ours
from notifications.models import Event
from tests.factories import make_contact, make_workspace
from tests.integrations.stripe.cases import CARD, CHARGE, DISPUTE, INVOICE
from tests.integrations.stripe.makers import (
    BASIC,
    PRO,
    START,
    happened,
    items,
    make_account,
    outcomes,
    price,
    send,
    subscription,
    told,
)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def test_a_subscription_keeps_its_account_true(workspace: Workspace) -> None:
    account = make_account(workspace)
    send(workspace, happened("customer.subscription.created", subscription(PRO, quantity=3)),
         happened("payment_method.attached", CARD))  # fmt: skip
    account.refresh_from_db()
    assert (account.plan, account.status, account.seats, account.currency) == ("Pro", "active", 3, "EUR")
    assert (account.mrr_minor, account.stripe_subscription_id) == (14_700, "sub_1")
    assert account.renews_on == date(2025, 11, 8)
    assert account.attributes == {"card": "visa •••• 4242", "card_expires": "2027-08"}
    assert outcomes(workspace) == ["worked", "worked"]


@pytest.mark.parametrize(
    ("theirs", "status"),
    [("trialing", "trialing"), ("active", "active"), ("past_due", "past_due"), ("unpaid", "past_due"),
     ("canceled", "cancelled"), ("paused", "expired"), ("incomplete_expired", "expired")],
)  # fmt: skip
def test_a_status_is_read_as_the_docs_say(workspace: Workspace, theirs: str, status: str) -> None:
    account = make_account(workspace)
    send(workspace, happened("customer.subscription.updated", subscription(status=theirs), {}))
    account.refresh_from_db()
    assert account.status == status


def test_incomplete_changes_nothing(workspace: Workspace) -> None:
    account = make_account(workspace, plan="Old", status="expired")
    send(workspace, happened("customer.subscription.created", subscription(status="incomplete")))
    account.refresh_from_db()
    assert (account.plan, account.status) == ("Old", "expired")


def test_an_unknown_status_and_an_unknown_version_change_nothing(workspace: Workspace) -> None:
    account = make_account(workspace, plan="Old")
    send(
        workspace, happened("customer.subscription.updated", subscription(status="new"), {}, api_version="2099-01-01.x")
    )
    account.refresh_from_db()
    assert account.plan == "Old"
    assert outcomes(workspace) == ["worked"]


def test_the_shape_before_basil_is_read(workspace: Workspace) -> None:
    account = make_account(workspace)
    old = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "quantity": 2,
           "current_period_end": START, "plan": {"id": "p", "amount": 1200, "interval": "year", "currency": "usd",
                                                 "nickname": "Gold"}}  # fmt: skip
    send(workspace, happened("customer.subscription.updated", old, {}, api_version=None))
    account.refresh_from_db()
    assert (account.plan, account.mrr_minor, account.renews_on) == ("Gold", 200, date(2025, 10, 9))


def test_a_deleted_customer_is_cancelled_and_brings_nothing(workspace: Workspace) -> None:
    account = make_account(workspace)
    send(workspace, happened("customer.subscription.created", subscription()),
         happened("customer.deleted", {"id": "cus_1", "object": "customer"}, at=5))  # fmt: skip
    account.refresh_from_db()
    assert (account.status, account.mrr_minor) == ("cancelled", 0)


def test_amounts_at_the_limits_are_kept_or_left_out(workspace: Workspace) -> None:
    account = make_account(workspace)
    huge = 10**15
    for number, amount in enumerate((huge, huge + 1, -huge, 2**70, "9" * 30)):
        plan = price("Huge", amount)  # type: ignore[arg-type]
        sub = subscription(plan, quantity=2**40)
        send(workspace, happened("customer.subscription.updated", sub, {"items": items(BASIC)}, at=number),
             happened("invoice.paid", {**INVOICE, "id": f"in_{number}", "amount_paid": amount}))  # fmt: skip
    account.refresh_from_db()
    assert (account.seats, account.mrr_minor) == (2**31 - 1, None)
    assert set(outcomes(workspace)) <= {"worked", "kept"}


def test_nothing_of_an_object_is_taken_for_granted(workspace: Workspace) -> None:
    make_account(workspace)
    for type_ in ("customer.subscription.updated", "invoice.paid", "invoice.payment_failed", "charge.refunded",
                  "customer.updated", "payment_method.attached", "checkout.session.completed"):  # fmt: skip
        odds: list[Any] = [None, [], {}, "x", 5, True, {"data": 3}, [[]], 1.5]
        for odd in odds:
            obj: dict[str, Any] = {"id": "x", "customer": "cus_1", "object": "subscription", "items": odd, "card": odd,
                                   "status": odd, "amount_paid": odd, "currency": odd, "metadata": odd, "discount": odd,
                                   "trial_end": odd, "plan": odd, "created": odd}  # fmt: skip
            previous = {"items": odd, "status": odd, "plan": odd, "card": odd, "invoice_settings": odd}
            send(workspace, happened(type_, obj, previous))
    assert set(outcomes(workspace)) <= {"worked", "kept", "waiting"}
    assert not StripeEvent.objects.exclude(error="").exists()


@pytest.mark.parametrize(
    ("obj", "by"),
    [
        ({"metadata": {"account_id": "acme"}, "email": "eve@evil.test"}, "metadata"),
        ({"client_reference_id": "acme"}, "reference"),
        ({"client_reference_id": "u-1"}, "reference"),
        ({"email": "Ada@Acme.test"}, "email"),
    ],
)
def test_a_customer_is_linked_by_what_is_said_of_them(workspace: Workspace, obj: dict[str, Any], by: str) -> None:
    account = make_account(workspace, "")
    create_contact(workspace, {"email": "ada@acme.test", "external_id": "u-1", "account": "acme"})
    send(workspace, happened("customer.created", {"id": "cus_9", "object": "customer", **obj}))
    customer = StripeCustomer.objects.get()
    account.refresh_from_db()
    assert (customer.account_id, customer.linked_by, account.stripe_customer_id) == (account.pk, by, "cus_9")


def test_an_email_that_is_only_claimed_links_nobody(workspace: Workspace) -> None:
    contact: Contact = make_contact(workspace, account=make_account(workspace, ""))
    Identity.objects.create(workspace=workspace, contact=contact, kind="email", value="eve@x.test")
    send(workspace, happened("customer.created", {"id": "cus_9", "object": "customer", "email": "eve@x.test"}))
    assert outcomes(workspace) == ["waiting"]


def test_an_account_of_another_workspace_is_never_linked(workspace: Workspace) -> None:
    make_account(make_workspace(), "cus_1")
    send(workspace, happened("customer.subscription.created", subscription(metadata={"account_id": "acme"})))
    assert (outcomes(workspace), told(workspace)) == (["waiting"], [])


def test_who_waits_is_told_once_they_are_linked_by_hand(workspace: Workspace) -> None:
    account = make_account(workspace, "")
    send(workspace, happened("customer.subscription.created", subscription()), happened("invoice.paid", INVOICE, at=1))
    assert (outcomes(workspace), told(workspace)) == (["waiting", "waiting"], [])
    working.link_by_hand(StripeCustomer.objects.get(), account)
    send(workspace)
    assert told(workspace) == ["Acme subscribed to Pro, +€49/month", "€49.00 paid: Acme"]
    account.refresh_from_db()
    assert (account.plan, account.stripe_customer_id) == ("Pro", "cus_1")


def test_an_account_that_is_made_later_is_found(workspace: Workspace) -> None:
    send(workspace, happened("customer.subscription.created", subscription(metadata={"account_id": "acme"})))
    assert working.look_again() == 0
    account = make_account(workspace, "")
    assert working.look_again() == 1
    send(workspace)
    account.refresh_from_db()
    assert (account.plan, outcomes(workspace)) == ("Pro", ["worked"])


def test_a_dispute_waits_until_its_charge_says_whose_it_is(workspace: Workspace) -> None:
    make_account(workspace)
    send(workspace, happened("charge.dispute.created", DISPUTE))
    assert outcomes(workspace) == ["waiting"]
    send(workspace, happened("charge.succeeded", CHARGE))
    assert told(workspace) == ["€49.00 disputed: Acme"]
    assert set(StripeCustomer.objects.values_list("customer_id", flat=True)) == {"cus_1"}


def test_what_nobody_reads_is_kept_and_links_nobody(workspace: Workspace) -> None:
    send(workspace, happened("price.created", PRO), happened("some.new_thing", {"id": "x", "customer": "cus_1"}))
    assert outcomes(workspace) == ["kept", "kept"]
    assert not StripeCustomer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_tell_everything_once() -> None:
    workspace = make_workspace()
    account = make_account(workspace)
    events = [happened("customer.subscription.created", subscription(BASIC))]
    events += [
        happened(
            "customer.subscription.updated", subscription(PRO, quantity=n), {"items": items(PRO, quantity=n - 1)}, n
        )
        for n in range(2, 22)
    ]
    for event in events:
        intake.store(workspace, event, json.dumps(event))

    def run(_: int) -> None:
        try:
            StripeEvent.objects.filter(attempts=1).update(due_at=timezone.now())  # as if leases had run out
            while working.drain():
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    run(0)
    assert Event.objects.filter(workspace=workspace).count() == 21
    assert Account.objects.get(pk=account.pk).seats == 21


@pytest.mark.parametrize(
    ("amount", "currency", "is_"),
    [(500, "JPY", 500), (5000, "EUR", 5000), (1000, "KWD", 1000), (500, "UGX", 5), (150, "ISK", 2),
     (10**16, "EUR", None), (100, "", None), (-100, "USD", -100)],
)  # fmt: skip
def test_an_amount_is_kept_in_the_unit_of_its_currency(amount: int, currency: str, is_: int | None) -> None:
    assert ours(amount, currency) == is_


@pytest.mark.parametrize(
    ("sub", "worth"),
    [
        (subscription(PRO), 4900),
        (subscription(price("Y", 12_000, "year")), 1000),
        (subscription(price("Q", 3000, interval_count=3)), 1000),
        (subscription(price("W", 84, "week")), 365),
        (subscription(price("D", 12, "day")), 365),
        (subscription(PRO, BASIC, quantity=2), 11_600),
        (subscription(PRO, quantity=0), 0),
        (subscription(price("T", None, billing_scheme="tiered")), None),
        (subscription(PRO, price("X", 100, currency="usd")), None),
        (subscription(price("Dec", None, unit_amount_decimal="0.5"), quantity=3), 2),
        (subscription(PRO, discount={"coupon": {"percent_off": 25, "duration": "forever"}}), 3675),
        (subscription(PRO, discounts=[{"source": {"coupon": {"percent_off": 50, "duration": "repeating"}}}]), 2450),
        (subscription(PRO, discounts=["di_1"]), 4900),
        (subscription(PRO, discount={"coupon": {"percent_off": 25, "duration": "once"}}), 4900),
        (subscription(PRO, discount={"coupon": {"amount_off": 900, "currency": "eur", "duration": "forever"}}), 4000),
        (subscription(PRO, discount={"coupon": {"amount_off": 9000, "currency": "eur", "duration": "forever"}}), 0),
        (subscription(price("Y", 12_000, "year"),
                      discount={"coupon": {"amount_off": 1200, "currency": "eur", "duration": "forever"}}), 900),
    ],
)  # fmt: skip
def test_what_a_subscription_is_worth_a_month(sub: dict[str, Any], worth: int | None) -> None:
    assert monthly({**sub, "currency": "eur"}) == worth
