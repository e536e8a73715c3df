"""What Prometheus reads, who may read it, and what never stands in it."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client, override_settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from inbox.conversations import actions
from inbox.health import lags, metrics
from inbox.models import Contact, Conversation
from inbox.people.models import Workspace
from tests.chat_client import Visitor, open_session
from tests.stack import Stack, free_port, running_stack

pytestmark = pytest.mark.django_db


def read(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return an exposition as values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: dict[Any, float], name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def scraped(client: Client, **extra: Any) -> dict[Any, float]:
    answer = client.get("/metrics", **extra)
    assert answer.status_code == 200, answer.content
    return read(answer.content.decode())


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_machine_itself_may_read_them(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    "request_of",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"REMOTE_ADDR": ""},
        # A proxy on this machine speaks for somebody else.
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Bearer ", "Basic right", "Bearer schön"])
def test_nobody_else_may_without_the_token(
    client: Client, request_of: dict[str, str], authorization: str | None
) -> None:
    if authorization is not None:
        request_of = {**request_of, "HTTP_AUTHORIZATION": authorization}
    for token in ("", "right"):
        with override_settings(METRICS_TOKEN=token):
            answer = client.get("/metrics", **request_of)
        assert answer.status_code == 403
        assert "METRICS_TOKEN" in answer.content.decode()


@override_settings(METRICS_TOKEN="right")
def test_the_token_opens_them_to_other_machines(client: Client) -> None:
    assert scraped(client, REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION="Bearer right")


def test_requests_are_counted_by_route_and_never_by_what_somebody_typed(client: Client) -> None:
    secret = "tok3n-in-the-path"
    labels = {"method": "GET", "route": "inbox-conversation", "status": "3xx"}
    before = value(scraped(client), "frontdesk_request_seconds_count", **labels) or 0
    client.get("/inbox/all/77/")
    client.get(f"/{secret}/")
    client.get(f"/inbox/{secret}/?q={secret}")
    client.generic("BREW", "/healthz")
    answer = client.get("/metrics").content.decode()
    found = read(answer)
    assert value(found, "frontdesk_request_seconds_count", **labels) == before + 1
    assert value(found, "frontdesk_request_seconds_count", method="GET", route="unmatched", status="4xx")
    assert value(found, "frontdesk_request_seconds_count", method="other", route="healthz", status="2xx")
    assert secret not in answer
    assert "BREW" not in answer


def test_the_lag_is_the_age_of_the_oldest_row_that_is_due(client: Client) -> None:
    workspace = Workspace.objects.create(name="Lag", slug="lag")
    contact = Contact.objects.create(workspace=workspace)
    conversation, _ = actions.start(contact, "hello")
    assert lags.snoozes() == 0
    moment = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(status="snoozed", snoozed_until=moment + timedelta(hours=1))
    assert lags.snoozes() == 0
    Conversation.objects.filter(pk=conversation.pk).update(snoozed_until=moment - timedelta(hours=1))
    lag = value(scraped(client), "frontdesk_drain_lag_seconds", drain="wake_snoozed")
    assert lag is not None
    assert 3600 <= lag < 3600 + 600


def test_messages_and_deliveries_are_counted_where_they_happen(client: Client) -> None:
    before = scraped(client)
    contact = Contact.objects.create(workspace=Workspace.objects.create(name="Count", slug="count"))
    actions.start(contact, "hello")
    metrics.count_delivery("slack", "sent")
    after = scraped(client)
    for name, labels in (
        ("frontdesk_messages_stored_total", {"kind": "reply", "author": "contact"}),
        ("frontdesk_deliveries_total", {"transport": "slack", "status": "sent"}),
    ):
        assert value(after, name, **labels) == (value(before, name, **labels) or 0) + 1


def test_what_waits_in_redis_is_shown_and_what_is_away_takes_nothing_else_with_it(
    client: Client, settings: Any
) -> None:
    found = scraped(client)
    assert value(found, "frontdesk_up", what="redis") == 1
    assert value(found, "frontdesk_queue_nudges", queue="deliveries") == 0
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    found = scraped(client)
    assert value(found, "frontdesk_up", what="redis") == 0
    assert value(found, "frontdesk_up", what="database") == 1
    assert value(found, "frontdesk_queue_nudges", queue="deliveries") is None
    assert value(found, "frontdesk_drain_lag_seconds", drain="wake_snoozed") == 0


@pytest.mark.django_db(transaction=True)
async def test_several_processes_behind_one_port_add_up_and_the_dead_are_not_counted(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    env = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with running_stack("web", web=2, env=env) as stack:
        visitors = [Visitor(stack, (await open_session(stack))["visitor"]) for _ in range(6)]
        for visitor in visitors:
            await visitor.connect()
            await visitor.send("hello")
            await visitor.hear("message")
        for _ in range(4):  # whichever process answers
            found = read(httpx.get(f"{stack.url}/metrics").text)
            assert value(found, "frontdesk_sockets", kind="widget") == 6
            assert value(found, "frontdesk_frames_total", kind="widget", direction="in") == 12
            assert value(found, "frontdesk_messages_stored_total", kind="reply", author="contact") == 6
        serving = {int(file.stem.rsplit("_", 1)[1]) for file in folder.glob("gauge_livesum_*.db")}
        assert len(serving) == 2
        os.kill(serving.pop(), 9)
        left = 0
        for visitor in visitors:
            try:
                await visitor.send("still here")
                await visitor.hear("message")
                left += 1
            except Exception:  # its process is gone
                continue
        stack.wait_until_ready()
        found = read(httpx.get(f"{stack.url}/metrics").text)
        assert value(found, "frontdesk_sockets", kind="widget") == left
        assert value(found, "frontdesk_messages_stored_total", kind="reply", author="contact") == 6 + left


def test_a_running_product_shows_all_of_it(stack: Stack) -> None:
    text = httpx.get(f"{stack.url}/metrics").text
    found = read(text)
    assert value(found, "frontdesk_up", what="database") == value(found, "frontdesk_up", what="redis") == 1
    age = value(found, "frontdesk_worker_heartbeat_age_seconds")
    assert age is not None
    assert age < 15
    assert value(found, "frontdesk_database_pool", state="in_use") is not None
    assert re.search(r'frontdesk_build_info\{.*python="3\.', text)
