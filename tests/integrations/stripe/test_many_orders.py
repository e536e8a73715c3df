"""Whatever order a subscription's events come in, and however often: the account and what is told are the same."""

from __future__ import annotations

import copy
import itertools
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.models import Account
from integrations.stripe import intake, working
from integrations.stripe.classifying import classify
from integrations.stripe.keeping import STATES, STATUSES, state_of
from integrations.stripe.models import StripeCustomer, StripeEvent, StripeTold
from integrations.stripe.ordering import newest
from integrations.stripe.shapes import Happening
from notifications.models import Event
from tests.factories import make_workspace
from tests.integrations.stripe.makers import BASIC, PRO, START, Json, happened, items, make_account, send, subscription

FIELDS = ("plan", "status", "seats", "renews_on", "trial_ends_on", "currency", "mrr_minor", "stripe_customer_id",
          "stripe_subscription_id", "attributes")  # fmt: skip
CHANGES: tuple[dict[str, Any], ...] = (
    {"status": "active"}, {"status": "past_due"}, {"status": "unpaid"}, {"status": "paused"},
    {"cancel_at_period_end": True}, {"cancel_at_period_end": False},
    {"items": items(PRO)}, {"items": items(BASIC)}, {"items": items(PRO, quantity=7)},
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Json]:
    """A subscription's life as Stripe tells it, some of it within the same second, with a card and invoices beside."""
    sub = subscription(BASIC, status=draw(st.sampled_from(["incomplete", "trialing", "active"])), trial_end=START + 9)
    events, at = [happened("customer.subscription.created", copy.deepcopy(sub))], 0
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=6)):
        at += draw(st.integers(0, 2))
        previous = {key: sub[key] for key, value in change.items() if sub[key] != value}
        if previous:
            sub |= change
            events.append(happened("customer.subscription.updated", copy.deepcopy(sub), copy.deepcopy(previous), at))
    if draw(st.booleans()):
        sub |= {"status": "canceled", "ended_at": START + at}
        events.append(happened("customer.subscription.deleted", copy.deepcopy(sub), at=at))
    for number in range(draw(st.integers(0, 2))):
        invoice = {"id": f"in_{number}", "object": "invoice", "customer": "cus_1", "currency": "eur",
                   "amount_paid": 900, "amount_due": 900, "attempt_count": 1}  # fmt: skip
        events += [happened(f"invoice.{what}", invoice, at=number) for what in ("paid", "payment_succeeded")]
        events.append(happened("invoice.payment_failed", invoice, at=number))
    card = {"id": "pm_1", "object": "payment_method", "customer": "cus_1",
            "card": {"last4": "4242", "brand": "visa", "exp_month": 1, "exp_year": 2030}}  # fmt: skip
    events.append(happened("payment_method.attached", card, at=1))
    return events


def outcome(events: list[Json], hint_last: bool = False) -> tuple[dict[str, Any], list[Any]]:
    """Return an account and what was told of it, in a workspace of its own."""
    workspace = make_workspace()
    account = make_account(workspace, "" if hint_last else "cus_1")
    for event in events:
        send(workspace, event)
    if hint_last:
        send(workspace, happened("customer.updated", {"id": "cus_1", "object": "customer",
                                                      "metadata": {"account_id": "acme"}}, {}))  # fmt: skip
    account.refresh_from_db()
    told = Event.objects.filter(workspace=workspace).order_by("kind", "title", "occurred_at", "public_id")
    return {name: getattr(account, name) for name in FIELDS}, sorted(
        [repr((one.kind, one.title, one.body, sorted(one.data.items()))) for one in told]
    )


def in_mind(events: list[Json]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the same without a database: the state, and what is told by its key."""
    objects = defaultdict(list)
    told: dict[str, str] = {}
    for event in map(Happening.of, events):
        if event.object["object"] in STATES:
            objects[event.object["id"]].append(event)
        for fact in classify(event):
            told.setdefault(fact.key, repr((fact.kind.title("Acme"), fact.kind.values())))
    last = [newest(found) for _, found in sorted(objects.items())]
    return state_of([event for event in last if event is not None], {}), told


@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_state_and_what_is_told_follow_from_the_set_of_events(data: st.DataObject) -> None:
    history = data.draw(histories())
    mixed = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=4))))
    assert in_mind(mixed) == in_mind(history)
    state, _ = in_mind(history)
    events = [event for event in history if "subscription" in event["type"]]
    last = events[-1]["data"]["object"]
    # Of several updates within the last second more than one order may fit: which one is taken is the same each time.
    is_alone = [(one["created"], one["type"]) for one in events].count((events[-1]["created"], events[-1]["type"])) == 1
    if is_alone and last["status"] in STATUSES:
        assert (state["status"], state["seats"]) == (STATUSES[last["status"]], last["items"]["data"][0]["quantity"])


@pytest.mark.django_db
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_with_any_doubles_is_the_plain_order(data: st.DataObject) -> None:
    history = data.draw(histories())
    mixed = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=4))))
    assert outcome(mixed) == outcome(history)


@pytest.mark.django_db
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_who_is_linked_only_at_the_end_has_missed_nothing(data: st.DataObject) -> None:
    history = data.draw(histories())
    assert outcome(data.draw(st.permutations(history)), hint_last=True) == outcome(history)


@given(data=st.data())
def test_the_last_of_one_second_is_the_last_of_a_chain(data: st.DataObject) -> None:
    """Every update names what it changed: of a set of them there is one order, and its end is found."""
    values = data.draw(st.lists(st.integers(0, 50), min_size=2, max_size=6, unique=True))
    chain = [
        Happening.of(happened("customer.subscription.updated", {"id": "s", "quantity": now}, {"quantity": before}))
        for before, now in itertools.pairwise(values)
    ]
    assert newest(data.draw(st.permutations(chain))) == chain[-1]


def test_there_and_back_within_one_second_is_told_apart_by_what_was_before() -> None:
    before = Happening.of(happened("customer.subscription.created", {"id": "s", "quantity": 1}))
    there = Happening.of(happened("customer.subscription.updated", {"id": "s", "quantity": 2}, {"quantity": 1}))
    back = Happening.of(happened("customer.subscription.updated", {"id": "s", "quantity": 1}, {"quantity": 2}))
    assert newest([there, back, before]) == newest([back, before, there]) == back


def test_within_one_second_deleted_beats_updated_beats_created() -> None:
    made = [Happening.of(happened(f"customer.subscription.{what}", {"id": "s"}))
            for what in ("deleted", "updated", "created")]  # fmt: skip
    assert newest(made) == made[0]
    assert newest(made[1:]) == made[1]


@pytest.mark.django_db
def test_what_was_worked_may_be_worked_again_and_tells_nothing_new() -> None:
    workspace = make_workspace()
    account = make_account(workspace)
    send(workspace, happened("customer.subscription.created", subscription()))
    for row in StripeEvent.objects.filter(workspace=workspace):
        working.replay(row)
    while working.drain():
        pass
    assert Event.objects.filter(workspace=workspace).count() == StripeTold.objects.count() == 1
    assert Account.objects.get(pk=account.pk).plan == "Pro"
    assert StripeCustomer.objects.get().linked_by == "id"
    assert intake.TASK == "integrations.tasks.work_stripe_events"
