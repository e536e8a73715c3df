"""Stripe's door: what is let in, stored once, and what is refused, in words."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from inbox.people.models import Workspace
from integrations.stripe import intake
from integrations.stripe.models import StripeEvent
from tests.factories import make_workspace
from tests.integrations.stripe.makers import SECRET, connect, happened, post, signed, subscription

# Made with: printf '%s.%s' 1760000000 '{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
VECTOR = (b'{"id":"evt_1"}', 1_760_000_000, "66e880d7175fffb43ce10c4e14db1cfb230c8804b5aafb116affbc9a836c7690")
BODY = json.dumps(happened("customer.created", {"id": "cus_1", "object": "customer"})).encode()


@pytest.fixture
def workspace(db: None) -> Workspace:
    made = make_workspace()
    connect(made)
    return made


def by_openssl(body: bytes, at: int, secret: str = SECRET) -> str:
    """Return the signature that openssl makes: not our code, and not Stripe's."""
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", secret], input=f"{at}.".encode() + body, capture_output=True, check=True
    )
    return made.stdout.decode().split("= ")[1].strip()


def test_a_written_down_vector_of_openssl_is_what_openssl_makes() -> None:
    body, at, mac = VECTOR
    assert by_openssl(body, at) == mac


def test_a_body_signed_by_openssl_is_stored_once_and_answered_200(workspace: Workspace) -> None:
    now = int(time.time())
    for _ in range(2):
        answer = post(workspace, BODY, f"t={now},v1={by_openssl(BODY, now)}")
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    row = StripeEvent.objects.get(workspace=workspace)
    assert (row.raw, row.type, row.outcome, row.customer_id) == (BODY.decode(), "customer.created", "new", "cus_1")


def test_the_vector_is_taken_at_its_time_and_five_minutes_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    body, at, mac = VECTOR
    for away, is_taken in ((0, True), (300, True), (-300, True), (301, False), (-301, False)):
        monkeypatch.setattr(time, "time", lambda away=away: at + away)
        if is_taken:
            intake.verify(body, f"t={at},v1={mac}", [SECRET])
        else:
            with pytest.raises(intake.Unverified, match="five minutes"):
                intake.verify(body, f"t={at},v1={mac}", [SECRET])


def test_every_byte_of_body_and_header_flipped_alone_is_refused() -> None:
    body, now = b'{"id":"evt_1","type":"customer.created"}', int(time.time())
    header = f"t={now},v1={by_openssl(body, now)}"
    intake.verify(body, header, [SECRET])
    for place in range(len(body)):
        for bit in range(8):
            changed = bytearray(body)
            changed[place] ^= 1 << bit
            with pytest.raises(intake.Unverified):
                intake.verify(bytes(changed), header, [SECRET])
    for place in range(len(header)):
        for bit in range(8):
            text = bytearray(header.encode())
            text[place] ^= 1 << bit
            with pytest.raises(intake.Unverified):
                intake.verify(body, text.decode("latin-1"), [SECRET])


def test_any_of_several_secrets_and_of_several_signatures_will_do(workspace: Workspace) -> None:
    connect(workspace, "whsec_new, whsec_old")
    for secret in ("whsec_new", "whsec_old"):
        assert post(workspace, BODY, signed(BODY, secret)).status_code == 200
    at, _, mac = signed(BODY, "whsec_old").partition(",")
    assert post(workspace, BODY, f"{at},v1={'0' * 64},{mac},v0=x").status_code == 200


# Made when its turn comes: a signature holds a moment, and the processes of a run collect the same names.
WRONG: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "empty": lambda: "",
    "no time": lambda: "t=",
    "no signature": lambda: "v1=",
    "nonsense": lambda: "nonsense",
    "no ascii": lambda: "t=1,v1=é",
    "no number": lambda: f"t=x,v1={'0' * 64}",
    "commas": lambda: "," * 100,
    "equal signs": lambda: "=" * 100,
    "semicolon": lambda: "t=1;v1=2",
    "another secret": lambda: signed(BODY, "whsec_other"),
    "cut by one": lambda: signed(BODY)[:-1],
    "cut in half": lambda: signed(BODY)[:-32],
    "another scheme": lambda: signed(BODY).replace("v1", "v0"),
    "another body": lambda: signed(BODY + b" "),
    "long ago": lambda: signed(BODY, at=1_000_000_000),
    "to come": lambda: signed(BODY, at=9_000_000_000),
    "a number too large": lambda: f"t={'9' * 400},v1=0",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_not_signed_with_our_secret_of_late_is_a_403(workspace: Workspace, wrong: str) -> None:
    header = WRONG[wrong]()
    answer = post(workspace, BODY, header)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
    assert not StripeEvent.objects.exists()


def test_the_signature_of_another_workspace_opens_nothing(workspace: Workspace) -> None:
    other = make_workspace()
    connect(other, "whsec_of_the_other")
    assert post(workspace, BODY, signed(BODY, "whsec_of_the_other")).status_code == 403


@pytest.mark.django_db
def test_an_unconnected_workspace_is_a_403_and_an_unknown_one_a_404() -> None:
    workspace = make_workspace()
    answer = post(workspace, BODY, signed(BODY))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_connected")
    workspace.slug = "nobody"
    assert post(workspace, BODY, signed(BODY)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"a":' * 100_000,
        b'{"id": "evt_1", "type": "a.b", "created": ' + b"9" * 5000 + b', "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "a.b", "created": "x", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "a.b", "created": 1e400, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "a.b", "created": 1760000000, "data": []}',
        b'{"id": "evt_1", "type": "a.b", "created": 1760000000}',
        b'{"id": "evt_1\\u0000", "type": "a.b", "created": 1760000000, "data": {"object": {}}}',
        b'{"id": "evt_\\ud800", "type": "a.b", "created": 1760000000, "data": {"object": {}}}',
        b'{"id": "' + b"x" * 256 + b'", "type": "a.b", "created": 1760000000, "data": {"object": {}}}',
        b'{"id": 7, "type": "a.b", "created": 1760000000, "data": {"object": {}}}',
        b'{"id": "evt_1", "object": "v2.core.event", "type": "v2.a", "created": "2026-01-01T00:00:00Z"}',
    ],
)  # fmt: skip
def test_what_is_signed_and_no_event_is_a_400_or_403_in_words(workspace: Workspace, body: bytes) -> None:
    answer = post(workspace, body, signed(body))
    assert answer.status_code in (400, 403)
    assert answer.json()["detail"]
    assert not StripeEvent.objects.exists()


def test_a_hundred_levels_are_taken_and_one_more_is_a_400(workspace: Workspace) -> None:
    for levels, status in ((100, 200), (101, 400)):
        inner: dict[str, object] = {}
        for _ in range(levels - 4):  # within the envelope, data, object and metadata
            inner = {"a": inner}
        event = happened("customer.updated", {"id": "cus_1", "object": "customer", "metadata": inner}, {})
        body = json.dumps(event).encode()
        assert post(workspace, body, signed(body)).status_code == status


def test_one_megabyte_is_taken_and_one_byte_more_is_a_413(workspace: Workspace) -> None:
    event = happened("unknown.thing", {"id": "x", "object": "thing", "fill": ""})
    empty = len(json.dumps(event))
    event["data"]["object"]["fill"] = "x" * (1024 * 1024 - empty)
    body = json.dumps(event).encode()
    assert post(workspace, body, signed(body)).status_code == 200
    assert post(workspace, body + b" ", signed(body + b" ")).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options"])
def test_other_methods_are_a_405(workspace: Workspace, method: str) -> None:
    assert getattr(Client(), method)(f"/integrations/stripe/{workspace.slug}/webhook/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_same_event_a_hundred_times_at_once_is_stored_once() -> None:
    workspace = make_workspace()
    connect(workspace)
    body = json.dumps(happened("customer.subscription.created", subscription())).encode()
    header = signed(body)

    def once(_: int) -> int:
        try:
            return int(post(workspace, body, header).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(once, range(100))) == {200}
    assert StripeEvent.objects.filter(workspace=workspace).count() == 1
