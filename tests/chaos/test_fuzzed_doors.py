"""Thousands of odd requests at the doors of Stripe and Help Scout: none is answered by a 5xx, none that is not verified
changes anything, and the worker works all that was let in."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.chaos.odd_requests import CUSTOMERS, SAFE, SECRETS, Maker, Request, odd_values
from tests.stack import Stack, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
REQUESTS, ODD = (20_000, 2000) if FULL else (500, 150)
PATHS = {"stripe": "webhook", "helpscout": "sidebar"}
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
    set_connection(workspace, "helpscout", {{"secret": secret}}, by=COMMAND_LINE)
    for customer in [*(f"cus_{{n}}" for n in range({customers})), "{safe}"]:
        Account.objects.create(workspace=workspace, external_id=f"acct-{{customer}}", name="Acme",
                               stripe_customer_id=customer)
"""
# What no request of either door may change, and what only verified ones of Stripe's may.
_STILL = f"""
SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id)::text, (SELECT count(*) FROM inbox_contact),
    (SELECT count(*) FROM inbox_conversation), (SELECT count(*) FROM inbox_account),
    (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id)::text FROM integrations_connection AS c)
FROM inbox_account AS a WHERE a.stripe_customer_id = '{SAFE}' OR a.stripe_customer_id !~ '^cus_'
"""
_ACCOUNTS = "SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id)::text FROM inbox_account AS a"
_EVENTS = """
SELECT w.slug, e.event_id FROM integrations_stripeevent AS e JOIN people_workspace AS w ON w.id = e.workspace_id
"""


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("chaos")
def test_odd_requests_are_answered_without_a_fault_and_change_nothing_unless_they_are_verified() -> None:
    number = int(os.environ.get("FRONTDESK_SEED") or random.randrange(2**32))
    print(f"\nFRONTDESK_SEED={number}")
    maker = Maker(number, odd_values(ODD, number))
    with running_stack("web") as stack:
        stack.manage("shell", "-c", _MAKE.format(secrets=SECRETS, customers=CUSTOMERS, safe=SAFE))
        still, accounts = stack.query(_STILL), stack.query(_ACCOUNTS)
        answered: list[tuple[Request, int]] = []
        while len(answered) < REQUESTS:  # signed shortly before they are sent
            answered += _send(stack, [maker.request() for _ in range(500)])
        wrong = [(request, status) for request, status in answered if status not in request.answers]
        assert not wrong, (number, len(wrong), wrong[:3], stack.tail())
        assert "Traceback" not in stack.tail()
        assert all(request.is_signed for request, status in answered if status == 200)
        told = {(request.slug, request.id) for request, status in answered if request.id}
        assert set(stack.query(_EVENTS)) == told, "stored is what was rightly signed and readable, and nothing else"
        assert stack.query(_ACCOUNTS) == accounts, "the door itself changes no account"
        stack.start("worker")
        _work(stack)
        assert stack.query(_STILL) == still
        assert stack.query("SELECT count(*) FROM integrations_stripecustomer WHERE customer_id = %s", SAFE) == [(0,)]
        outcomes = stack.query("SELECT outcome, count(*) FROM integrations_stripeevent GROUP BY outcome")
    statuses = Counter((request.door, status) for request, status in answered)
    print(f"{REQUESTS} requests: {dict(sorted(statuses.items()))}; events: {outcomes}")


def _send(stack: Stack, requests: Iterable[Request]) -> list[tuple[Request, int]]:
    with httpx.Client(base_url=stack.url, timeout=60) as client, ThreadPoolExecutor(8) as pool:

        def send(request: Request) -> tuple[Request, int]:
            path = f"/integrations/{request.door}/{request.slug}/{PATHS[request.door]}/"
            headers = [(name.encode(), value if isinstance(value, bytes) else value.encode())
                       for name, value in request.headers.items()]  # fmt: skip
            answer = client.post(path, content=request.body, headers=[*headers, (b"Content-Type", b"application/json")])
            return request, answer.status_code

        return list(pool.map(send, requests))


def _work(stack: Stack) -> None:
    """Wait until all events are worked; none of them fails even once."""
    deadline = time.monotonic() + (1500 if FULL else 120)
    while time.monotonic() < deadline:
        failed = stack.query(
            "SELECT event_id, outcome, error, left(raw, 2000) FROM integrations_stripeevent "
            "WHERE outcome = 'failed' OR error <> '' LIMIT 3"
        )
        assert not failed, (failed, stack.tail())
        if stack.query("SELECT count(*) FROM integrations_stripeevent WHERE due_at IS NOT NULL") == [(0,)]:
            return
        time.sleep(0.2)  # between two looks at what is waited for
    raise AssertionError(stack.tail())
