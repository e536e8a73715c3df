"""The product as it runs, with a Slack of this machine at the other end: what is tracked arrives, and is taken back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest

from tests.stack import Stack, running_stack
from tests.stand_ins.slack import TOKEN, Request, Slack, slack_stand_in

ROUTE = """
from inbox.people.models import Workspace
from notifications.models import Rule
demo = Workspace.objects.get(slug="demo")
Rule.objects.filter(workspace=demo).delete()
Rule.objects.create(workspace=demo, name="Money", transport="slack", address="#money-e2e", topics=["financials"])
"""
HAPPEN = """
from inbox.people.models import Workspace
from notifications.events import track
from notifications.kinds.money import PaymentFailed
demo = Workspace.objects.get(slug="demo")
print(track(PaymentFailed(amount_minor=1250, currency="EUR", invoice="in_e2e"), workspace=demo))
"""
SETTLE = """
from notifications.models import Event
from notifications.settling import settle
assert settle(Event.objects.get(public_id="{}"))
"""


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in() as running:
        yield running


@pytest.fixture
def stack(slack: Slack) -> Iterator[Stack]:
    with running_stack(env={"SLACK_API_URL": slack.url}) as running:
        yield running


def until(there: Callable[[], object], stack: Stack, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, stack.tail()
        time.sleep(0.02)  # between two looks at what is waited for


def test_an_event_arrives_in_slack_as_it_is_shown_and_settling_it_deletes_it_within_two_seconds(stack, slack) -> None:
    assert stack.manage("connect", "demo", "slack", f"bot_token={TOKEN}", "signing_secret=8f74") == "slack"
    stack.manage("shell", "-c", ROUTE)
    event = stack.manage("shell", "-c", HAPPEN).splitlines()[-1]

    def posted() -> list[Request]:
        # The demo has routes and events of its own.
        return [request for request in list(slack.requests) if request.data.get("channel") == "#money-e2e"]

    until(posted, stack)
    [request] = posted()
    assert request.method == "chat.postMessage"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    said = request.data
    assert said["text"] == "€12.50 could not be collected"
    assert said["blocks"][0]["text"]["text"] == "€12.50 could not be collected"

    ask = "SELECT status, payload FROM notifications_delivery WHERE transport = 'slack' AND address = '#money-e2e'"
    until(lambda: stack.query(ask)[0][0] == "sent", stack)
    [(_, payload)] = stack.query(ask)
    assert (json.loads(payload) if isinstance(payload, str) else payload) == said

    stack.manage("shell", "-c", SETTLE.format(event))

    def deleted() -> list[Request]:
        found = [request for request in list(slack.requests) if request.method == "chat.delete"]
        return [request for request in found if request.data["channel"] == "C0MONEYE2E"]

    until(deleted, stack)
    [request] = deleted()
    assert ("C0MONEYE2E", request.data["ts"]) not in slack.messages
    [(settled_at,)] = stack.query("SELECT settled_at FROM notifications_event WHERE public_id = %s", event)
    assert request.at - settled_at.timestamp() < 2
    until(lambda: stack.query(ask)[0][0] == "settled", stack)
