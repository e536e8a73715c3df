"""Stripe's old events go, and no account notices."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.models import Account
from inbox.people.models import Workspace
from integrations.stripe import forgetting
from integrations.stripe.keeping import keep
from integrations.stripe.models import StripeEvent, StripeTold
from tests.factories import make_workspace
from tests.integrations.stripe.cases import CARD, INVOICE
from tests.integrations.stripe.makers import BASIC, happened, items, make_account, send, subscription
from tests.integrations.stripe.test_any_order import FIELDS, histories

YEAR = timedelta(days=401)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def grow_old(workspace: Workspace, by: timedelta = YEAR) -> None:
    StripeEvent.objects.filter(workspace=workspace).update(received_at=F("received_at") - by)


def left(workspace: Workspace) -> list[str]:
    return list(StripeEvent.objects.filter(workspace=workspace).order_by("pk").values_list("type", flat=True))


def test_what_tells_nothing_of_an_account_any_more_goes_after_its_days(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(workspace)
    send(workspace, happened("invoice.paid", INVOICE), happened("price.created", {"id": "p", "object": "price"}),
         happened("payment_method.attached", CARD))  # fmt: skip
    grow_old(workspace, timedelta(days=399))
    assert forgetting.forget_old() == 0
    monkeypatch.setattr(django_settings, "STRIPE_EVENTS_DAYS", 398)
    assert forgetting.forget_old() == 2
    assert left(workspace) == ["payment_method.attached"]
    assert StripeTold.objects.filter(workspace=workspace).count() == 2, "what comes again tells nothing"


def test_of_each_object_the_events_of_its_last_three_seconds_stay(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    make_account(workspace)
    changes = [happened("customer.subscription.updated", subscription(quantity=n), {"quantity": n - 1}, at=n // 2)
               for n in range(2, 12)]  # fmt: skip
    send(workspace, *changes)
    grow_old(workspace)
    assert forgetting.forget_old() == 4
    seconds = StripeEvent.objects.filter(workspace=workspace).values_list("created", flat=True)
    assert (len(seconds), len(set(seconds))) == (6, 3)


def test_what_waits_or_failed_and_what_is_to_be_worked_stays(workspace: Workspace) -> None:
    send(workspace, happened("invoice.paid", INVOICE))
    make_account(workspace, "cus_2")
    for n, fields in enumerate(({"outcome": "failed"}, {"due_at": timezone.now()}), 1):
        send(workspace, happened("invoice.paid", {**INVOICE, "id": f"in_{n}", "customer": "cus_2"}))
        StripeEvent.objects.filter(workspace=workspace, object_id=f"in_{n}").update(**fields)
    grow_old(workspace)
    assert forgetting.forget_old() == 0


def test_the_same_object_of_another_workspace_counts_for_nothing(workspace: Workspace) -> None:
    other = make_workspace()
    for one in (workspace, other):
        make_account(one)
        for n in range(2):
            send(one, happened("customer.subscription.updated", subscription(quantity=n + 1), {}, at=n))
    grow_old(workspace)
    assert forgetting.forget_old() == 0


def test_the_name_of_a_product_is_not_forgotten(workspace: Workspace) -> None:
    account = make_account(workspace)
    unnamed = {**BASIC, "nickname": None, "product": "prod_1"}
    send(workspace, happened("product.created", {"id": "prod_1", "object": "product", "name": "Starter"}))
    grow_old(workspace)
    assert forgetting.forget_old() == 0
    send(workspace, happened("customer.subscription.created", subscription(items=items(unnamed))))
    account.refresh_from_db()
    assert account.plan == "Starter"


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_an_account_is_the_same_before_and_after(data: st.DataObject) -> None:
    workspace = make_workspace()
    account = make_account(workspace)
    send(workspace, *copy.deepcopy(data.draw(histories())))
    before = state(account)
    grow_old(workspace)
    forgetting.forget_old()
    keep(account)
    assert state(account) == before


def state(account: Account) -> dict[str, Any]:
    account.refresh_from_db()
    return {name: getattr(account, name) for name in FIELDS}
