"""Reports of errors, to a server that speaks Sentry's protocol."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from tests.settings.test_production import GOOD, python
from tests.stand_ins.listening import listening

TOKEN = "fd_Qm3Vx8Lp2Zt7Rk4Wc9Hs5Ny6Bj1Gd0Fa-Ue_Oi"
FAILING = f"""
import django, sentry_sdk
django.setup()
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from inbox.people.trail import note
import settings.urls as urls
def fails(request):
    note(workspace="019aa7c4-1d5e-7c3a-9b2f-0242ac120002", teammate="019aa7c4-1d5e-7c3a-9b2f-0242ac120003")
    text_of_a_customer = "what nora wrote"
    raise RuntimeError("the bank said no to 4111 1111 1111 1111 with {TOKEN}")
urls.urlpatterns.insert(0, path("fails/", fails))
urls.handler500 = lambda request: HttpResponse(status=500)  # our page wants static files, which nobody has collected
headers = {{"host": "desk.example.com", "cookie": "a=secret-cookie-value"}}
client = Client(raise_request_exception=False, headers=headers)
answer = client.post("/fails/?q=looked-for", {{"text": "a posted text"}}, secure=True)
assert answer.status_code == 500, answer.status_code
sentry_sdk.flush(10)
"""


class Handler(BaseHTTPRequestHandler):
    bodies: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = {"gzip": gzip.decompress, "br": brotli.decompress}
        unpack = packed.get(self.headers.get("Content-Encoding", ""), bytes)
        self.bodies.append(unpack(body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class StandIn:
    """Takes envelopes and keeps what is in them."""

    port: int = 0
    bodies: list[str] = field(default_factory=list)

    @property
    def dsn(self) -> str:
        """Where to send them."""
        return f"http://public@127.0.0.1:{self.port}/7"

    def events(self) -> list[dict[str, Any]]:
        """Return the events of all envelopes."""
        found = []
        for body in self.bodies:
            _, *items = body.strip().split("\n")
            for about, payload in zip(items[::2], items[1::2], strict=True):
                if json.loads(about)["type"] == "event":
                    found.append(json.loads(payload))
        return found


@pytest.fixture
def sentry() -> Iterator[StandIn]:
    stand_in = StandIn()
    with listening(Handler, bodies=stand_in.bodies) as stand_in.port:
        yield stand_in


def test_an_error_in_a_view_is_reported_once_and_without_its_secrets(sentry: StandIn) -> None:
    done = python("-c", FAILING, **GOOD, SENTRY_DSN=sentry.dsn, SENTRY_ENVIRONMENT="staging", FRONTDESK_RELEASE="1.2.3")
    assert done.returncode == 0, done.stderr
    (event,) = sentry.events()
    assert (event["environment"], event["release"]) == ("staging", "1.2.3")
    text = json.dumps(event)
    assert "RuntimeError" in text
    assert "the bank said no" in text
    assert event["tags"]["workspace"] == "019aa7c4-1d5e-7c3a-9b2f-0242ac120002"
    assert event["tags"]["request_id"]
    for secret in (TOKEN, "4111 1111", "secret-cookie-value", "looked-for", "a posted text", "what nora wrote"):
        assert secret not in text.replace(
            f'raise RuntimeError("the bank said no to 4111 1111 1111 1111 with {TOKEN}")', ""
        )
    for secret in (GOOD["SECRET_KEY"], GOOD["FRONTDESK_KEYS"], "pw-of-the-db", "pw-of-redis", "mail-password"):
        assert secret not in text
    # The same on stdout, in JSON.
    logged = [json.loads(line) for line in done.stdout.splitlines()]
    assert any("RuntimeError" in str(line.get("exception")) for line in logged)
    assert TOKEN not in done.stdout


def test_without_an_address_nothing_is_reported(sentry: StandIn) -> None:
    done = python("-c", FAILING.replace("sentry_sdk.flush(10)", "assert not sentry_sdk.is_initialized()"), **GOOD)
    assert done.returncode == 0, done.stderr
    assert sentry.bodies == []
