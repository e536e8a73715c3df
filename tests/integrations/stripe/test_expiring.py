"""Cards that end soon are told of once, whoever tells of it first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from inbox.people.models import Workspace
from integrations.stripe.expiring import tell_expiring
from notifications.models import Event
from tests.factories import make_workspace
from tests.integrations.stripe.cases import CARD, SOURCE
from tests.integrations.stripe.makers import PRO, happened, make_account, send, subscription

# The card of the cases ends in August 2027.
BEFORE, LAST, AUGUST, AFTER = date(2027, 6, 30), date(2027, 7, 1), date(2027, 8, 31), date(2027, 9, 1)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def expiring(workspace: Workspace) -> list[str]:
    found = Event.objects.filter(workspace=workspace, kind="card.expiring").order_by("pk")
    return list(found.values_list("title", flat=True))


def pays(workspace: Workspace, card: dict[str, Any] = CARD) -> None:
    make_account(workspace)
    send(workspace, happened("customer.subscription.created", subscription(PRO)),
         happened("payment_method.attached", card))  # fmt: skip


def test_a_payment_method_that_ends_this_month_or_the_next_is_told_of_once(workspace: Workspace) -> None:
    pays(workspace)
    assert (tell_expiring(BEFORE), tell_expiring(AFTER)) == (0, 0)
    assert [tell_expiring(day) for day in (LAST, LAST, AUGUST)] == [1, 0, 0]
    assert expiring(workspace) == ["Visa •••• 4242 of Acme expires on 2027-08"]


def test_in_december_the_next_month_is_january(workspace: Workspace) -> None:
    pays(workspace, {**CARD, "card": {**CARD["card"], "exp_month": 1, "exp_year": 2028}})
    assert [tell_expiring(day) for day in (date(2027, 11, 30), date(2027, 12, 1))] == [0, 1]


def test_a_new_card_that_ends_the_same_month_and_a_new_end_of_the_same_card_are_told_of(workspace: Workspace) -> None:
    pays(workspace)
    assert tell_expiring(AUGUST) == 1
    send(workspace, happened("payment_method.attached", {**CARD, "id": "pm_2", "created": 9}, at=5))
    assert tell_expiring(AUGUST) == 1
    later = {**CARD, "id": "pm_2", "created": 9, "card": {**CARD["card"], "exp_year": 2029}}
    send(workspace, happened("payment_method.automatically_updated", later, {"card": {"exp_year": 2027}}, at=9))
    assert (tell_expiring(AUGUST), tell_expiring(date(2029, 8, 1))) == (0, 1)


def test_what_stripe_told_of_an_old_source_is_not_told_again(workspace: Workspace) -> None:
    make_account(workspace)
    send(workspace, happened("customer.source.created", SOURCE), happened("customer.source.expiring", SOURCE, at=1))
    assert tell_expiring(AUGUST) == 0
    assert len(expiring(workspace)) == 1


def test_a_customer_who_has_left_and_a_card_that_was_taken_away_are_not_told_of(workspace: Workspace) -> None:
    pays(workspace)
    send(workspace, happened("customer.subscription.deleted", subscription(status="canceled"), at=5))
    assert tell_expiring(AUGUST) == 0
    other = make_workspace()
    pays(other)
    send(other, happened("payment_method.detached", {**CARD, "customer": None}, {"customer": "cus_1"}, at=5))
    assert tell_expiring(AUGUST) == 0
