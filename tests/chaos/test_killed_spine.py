"""Workers and Redis die by kill -9 while events are tracked: each is told to everybody it is for, and none is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.servers import KillableServers
from tests.stack import ROOT, Stack
from tests.stand_ins.receiver import Receiver, receiver
from tests.stand_ins.slack import TOKEN, Slack, slack_stand_in

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
EVENTS, KILLS = (5000, 12) if FULL else (300, 2)
# One event in 25 goes to Slack too, spread over channels that each take one message a second.
CHANNELS = 20 if FULL else 4

ROUTES = """
from inbox.people.models import Workspace
from notifications.models import Event, Rule
w = Workspace.objects.get(slug="demo")
Rule.objects.all().delete()
Event.objects.all().delete()
route = lambda **f: Rule.objects.create(workspace=w, name=f["transport"], **f)
route(kinds=["user.*"], transport="webhook", address="{hook}")
route(kinds=["user.*"], transport="inapp", address="@ada")
for n in range({channels}):
    route(kinds=[f"user.slack-{{n}}"], transport="slack", address=f"#c{{n}}")
"""
TRACK = """
import time
from inbox.people.models import Workspace
from notifications.events import track
from notifications.kinds.custom import Custom
w = Workspace.objects.get(slug="demo")
for n in range({events}):
    name = f"user.slack-{{n // 25 % {channels}}}" if n % 25 == 0 else "user.happened"
    track(Custom(own_name=name, data={{"n": n}}), workspace=w, idempotency_key=f"event {{n}}")
    time.sleep({pace})
"""


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_every_event_is_told_though_workers_and_redis_are_killed(servers: KillableServers) -> None:
    with receiver() as hook, slack_stand_in() as medium:
        env = {"WEBHOOK_ALLOW_PRIVATE": "true", "SLACK_API_URL": medium.url, "DELIVERY_LEASE_SECONDS": "5"}
        product = Stack(servers=servers.urls, env=env, beat=True)
        try:
            product.start()
            product.manage("shell", "-c", ROUTES.format(hook=hook.url, channels=CHANNELS))
            product.manage("connect", "demo", "slack", f"bot_token={TOKEN}", "signing_secret=s")
            _track_under_kills(product, servers)
            _wait_until_all_is_told(product)
            _compare(product, hook, medium)
        finally:
            servers.start()
            product.stop()


def _track_under_kills(product: Stack, servers: KillableServers) -> None:
    pace = KILLS * 3 / EVENTS
    code = TRACK.format(events=EVENTS, channels=CHANNELS, pace=pace)
    tracking = subprocess.Popen([sys.executable, "manage.py", "shell", "-c", code], cwd=ROOT, env=product.env)
    for n in range(KILLS):
        time.sleep(random.uniform(0.5, 3.0))  # at a moment nobody chose
        if n % 3 == 2:
            servers.kill("redis")
            servers.start()
        else:
            product.kill("worker")
            product.launch("worker")
    assert tracking.wait(300) == 0, "who tracks is not stopped by a worker's or a broker's death"


def _wait_until_all_is_told(product: Stack) -> None:
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        [(unrouted, due)] = product.query(
            "SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL), "
            "(SELECT count(*) FROM notifications_delivery WHERE due_at IS NOT NULL)"
        )
        if not unrouted and not due:
            return
        time.sleep(0.2)  # between two looks at what is waited for
    raise AssertionError(f"{unrouted} events are not routed and {due} deliveries due:\n{product.tail()}")


def _compare(product: Stack, hook: Receiver, medium: Slack) -> None:
    rows = product.query(
        "SELECT d.transport, d.public_id::text, d.status, e.data->>'n' FROM notifications_delivery d "
        "JOIN notifications_event e ON e.id = d.event_id WHERE e.kind LIKE 'user.%%'"
    )
    assert Counter(status for _, _, status, _ in rows) == {"sent": len(rows)}
    by = {name: [row for row in rows if row[0] == name] for name in ("webhook", "inapp", "slack")}
    everything = {str(n) for n in range(EVENTS)}
    assert {n for *_, n in by["webhook"]} == {n for *_, n in by["inapp"]} == everything
    assert len(by["webhook"]) == len(by["inapp"]) == EVENTS
    assert {n for *_, n in by["slack"]} == {str(n) for n in range(0, EVENTS, 25)}

    heard = Counter(posted.headers["webhook-id"] for posted in hook.posted)
    assert set(heard) == {key for _, key, *_ in by["webhook"]}, "each arrived, under its own id"
    notices = product.query("SELECT count(*) FROM notifications_notice WHERE kind LIKE 'user.%%'")
    assert notices == [(EVENTS,)], "the desk can tell: none doubled"
    posts = [request for request in medium.requests if request.method == "chat.postMessage"]
    assert len(posts) >= len(by["slack"])
    doubled = {"webhook": heard.total() - len(heard), "slack": len(posts) - len(by["slack"]), "inapp": 0}
    print(f"{EVENTS} events, {KILLS} kills, {len(rows)} deliveries; sent twice: {doubled}")
