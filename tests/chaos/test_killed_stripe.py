"""Web and worker die by kill -9 while Stripe tells of many customers: what was not answered 200 is sent again, as
Stripe does, and the accounts and what was told end as in a quiet run."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.chaos.odd_requests import SECRETS, sign
from tests.integrations.stripe.makers import BASIC, PRO, START, happened, items, subscription
from tests.stack import Stack, running_stack

Json = dict[str, Any]

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
CUSTOMERS, KILLS, PACE = (300, 12, 0.0) if FULL else (8, 2, 0.1)
LONGEST_SECONDS = 600 if FULL else 90
CHANGES: tuple[Json, ...] = (
    {"status": "active"}, {"status": "past_due"}, {"status": "paused"}, {"cancel_at_period_end": True},
    {"cancel_at_period_end": False}, {"items": items(PRO)}, {"items": items(BASIC)}, {"items": items(PRO, quantity=7)},
)  # fmt: skip
_MAKE = """
from inbox.models import Account
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import User, Workspace
from inbox.people.workspaces import create_workspace
from integrations.connections import set_connection
create_workspace(User.objects.get(email="ada@demo.test"), "other", "UTC", by=COMMAND_LINE)
for slug, secret in {secrets}.items():
    workspace = Workspace.objects.get(slug=slug)
    set_connection(workspace, "stripe", {{"webhook_secret": secret}}, by=COMMAND_LINE)
    for n in range({customers}):
        Account.objects.create(workspace=workspace, external_id=f"killed-{{n}}", name=f"Company {{n}}",
                               stripe_customer_id=f"cus_{{n}}")
"""
_ACCOUNTS = """
SELECT a.external_id, a.plan, a.status, a.seats, a.renews_on, a.trial_ends_on, a.currency, a.mrr_minor,
    a.stripe_customer_id, a.stripe_subscription_id, a.attributes::text
FROM inbox_account AS a JOIN people_workspace AS w ON w.id = a.workspace_id
WHERE w.slug = %s AND a.external_id LIKE 'killed-%%' ORDER BY a.external_id
"""
_TOLD = """
SELECT e.kind, e.title, e.body, e.data::text, e.occurred_at, t.key
FROM integrations_stripetold AS t JOIN people_workspace AS w ON w.id = t.workspace_id
LEFT JOIN notifications_event AS e ON e.public_id = t.event WHERE w.slug = %s ORDER BY t.key
"""
_COUNT = """
SELECT count(*) FROM notifications_event AS e JOIN people_workspace AS w ON w.id = e.workspace_id
WHERE w.slug = %s AND e.title LIKE '%%Company%%'
"""


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("chaos")
def test_accounts_and_what_is_told_end_as_if_nothing_had_been_killed() -> None:
    chance = random.Random(random.randrange(2**32))
    history = [event for n in range(CUSTOMERS) for event in _life(chance, n)]
    with running_stack(beat=True) as stack:
        stack.manage("shell", "-c", _MAKE.format(secrets=SECRETS, customers=CUSTOMERS))
        before = {slug: stack.query(_COUNT, slug) for slug in SECRETS}
        _post_all(stack, "other", history)
        _wait(stack)
        mixed = history + chance.sample(history, len(history) // 10)
        chance.shuffle(mixed)
        again = _post_under_kills(stack, chance, mixed)
        _wait(stack)
        assert stack.query(_ACCOUNTS, "demo") == stack.query(_ACCOUNTS, "other")
        told = stack.query(_TOLD, "other")
        assert stack.query(_TOLD, "demo") == told
        assert len(told) > CUSTOMERS
        for slug, [(count,)] in before.items():
            assert stack.query(_COUNT, slug) == [(int(str(count)) + len(told),)], "nothing is tracked twice"
    print(f"\n{len(mixed)} events of {CUSTOMERS} customers, {KILLS} kills, sent again: {again}, told: {len(told)}")


def _life(chance: random.Random, number: int) -> list[Json]:
    """Return what Stripe tells of a customer, some of it within one second."""
    named = {"id": f"sub_{number}", "customer": f"cus_{number}"}
    sub = subscription(BASIC, status=chance.choice(["incomplete", "trialing", "active"]), **named)
    events, at = [happened("customer.subscription.created", copy.deepcopy(sub))], 0
    for change in chance.choices(CHANGES, k=chance.randrange(2, 8)):
        at += chance.randrange(3)
        previous = copy.deepcopy({key: sub[key] for key, value in change.items() if sub[key] != value})
        if previous:
            sub |= change
            events.append(happened("customer.subscription.updated", copy.deepcopy(sub), previous, at))
    invoice = {"id": f"in_{number}", "object": "invoice", "customer": f"cus_{number}", "currency": "eur",
               "amount_paid": 900, "amount_due": 900, "attempt_count": 1}  # fmt: skip
    # Of one payment both are told within its second.
    kinds = ("invoice.payment_failed", "invoice.paid", "invoice.payment_succeeded")
    events += [happened(kind, invoice, at=n) for n, kind in zip((0, 1, 1), kinds, strict=True)]
    if chance.random() < 0.3:
        sub |= {"status": "canceled", "ended_at": START + at}
        events.append(happened("customer.subscription.deleted", copy.deepcopy(sub), at=at))
    for place, event in enumerate(events):  # without rhyme or reason, as Stripe's
        event["id"] = f"evt_{hashlib.sha256(f'{number} {place}'.encode()).hexdigest()[:24]}"
    return events


def _post_under_kills(stack: Stack, chance: random.Random, events: list[Json]) -> int:
    """Post events while processes die; return how often one had to be sent again."""
    with ThreadPoolExecutor(1) as pool:
        posting: Future[int] = pool.submit(_post_all, stack, "demo", events, pace=PACE)
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.2, 2.0))  # at a moment nobody chose
            name = ("web", "worker")[kill % 2]
            stack.kill(name)
            stack.launch(name)
        return posting.result()


def _post_all(stack: Stack, slug: str, events: list[Json], pace: float = 0.0) -> int:
    """Post events until each is answered 200; return how often one had to be sent again."""
    with httpx.Client(base_url=stack.url, timeout=10) as client, ThreadPoolExecutor(4) as pool:
        deadline = time.monotonic() + LONGEST_SECONDS

        def post(event: Json) -> int:
            body, tries = json.dumps(event).encode(), 0
            while time.monotonic() < deadline:
                headers = dict([sign("stripe", body, SECRETS[slug])])
                try:
                    answer = client.post(f"/integrations/stripe/{slug}/webhook/", content=body, headers=headers)
                    if answer.status_code == 200:
                        time.sleep(pace)  # so that the kills fall into the middle
                        return tries
                except httpx.TransportError:
                    pass
                tries += 1
                time.sleep(0.1)  # between two tries
            raise AssertionError(f"no 200 for {event['id']}:\n{stack.tail()}")

        return sum(pool.map(post, events))


def _wait(stack: Stack) -> None:
    """Wait until all events are worked. The minute of lease that a dead worker has on some is over at once."""
    stack.query("UPDATE integrations_stripeevent SET due_at = now() WHERE due_at IS NOT NULL RETURNING 1")
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        if stack.query("SELECT count(*) FROM integrations_stripeevent WHERE due_at IS NOT NULL") == [(0,)]:
            break
        time.sleep(0.1)  # between two looks at what is waited for
    rows = stack.query("SELECT outcome, count(*) FROM integrations_stripeevent GROUP BY outcome")
    assert {outcome for outcome, _ in rows} <= {"worked", "kept"}, (rows, stack.tail())
