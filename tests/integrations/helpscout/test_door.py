"""Who may ask, and what each wrong request is answered with."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inbox.models import Account, Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from integrations.helpscout.asked import NotUnderstood, read
from integrations.helpscout.models import SidebarRequest
from tests.factories import make_workspace
from tests.integrations.helpscout.conftest import EMAIL, SECRET, Ask, post, signed

BODY = json.dumps({"customer": {"email": EMAIL}}).encode()
# What differs between any two answers.
OF_EACH = ("X-Request-ID", "Expires")


def openssl(body: bytes, secret: str = SECRET) -> str:
    """Return a signature that the openssl command makes."""
    digest = ["openssl", "dgst", "-sha1", "-mac", "HMAC", "-macopt", f"hexkey:{secret.encode().hex()}", "-binary"]
    raw = subprocess.run(digest, input=body, capture_output=True, check=True).stdout
    return subprocess.run(["openssl", "base64", "-A"], input=raw, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("body", [BODY, b"{}", '{"customer":{"fname":"Zoë \\u00e9 \\/"}}'.encode(), b" { } \n"])
def test_what_openssl_signs_is_answered(workspace: Workspace, body: bytes) -> None:
    answer = post(workspace.slug, body, openssl(body))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json()) == ["html"]


def test_every_byte_that_is_changed_after_signing_is_refused(workspace: Workspace, contact: Contact) -> None:
    signature = signed(BODY)
    for place in range(len(BODY)):
        changed = bytes([*BODY[:place], BODY[place] ^ 1, *BODY[place + 1 :]])
        answer = post(workspace.slug, changed, signature)
        assert answer.status_code == 403, place
        assert "Nadia" not in answer.content.decode()


@pytest.mark.parametrize(
    "signature",
    [
        None, "", "=", "x", signed(BODY)[:-1], signed(BODY)[:-2], signed(BODY) + "A", signed(BODY).lower(),
        signed(BODY, "another secret"), signed(BODY + b"\n"), "é" * 28, "A" * 10_000,
        signed(BODY).replace("=", ""), "4+kjl2zB5OwZZjHznSTkD1/J208=",
    ],
)  # fmt: skip
def test_a_wrong_signature_is_refused(workspace: Workspace, contact: Contact, signature: str | None) -> None:
    answer = post(workspace.slug, BODY, signature)
    assert answer.status_code == 403
    assert "signature is not right" in answer.json()["html"]
    assert "Nadia" not in answer.content.decode()


def test_every_door_without_the_right_key_answers_the_same(workspace: Workspace) -> None:
    without = make_workspace()
    other = make_workspace()
    set_connection(other, "helpscout", {"secret": "the other one's"}, by=COMMAND_LINE)
    broken = make_workspace()
    set_connection(broken, "helpscout", {"secret": "lost"}, by=COMMAND_LINE)
    with database.cursor() as cursor:
        lost = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
        cursor.execute("UPDATE integrations_connection SET config = %s WHERE workspace_id = %s", [lost, broken.pk])
    answers = []
    for slug in ("no-such-workspace", without.slug, other.slug, broken.slug):
        answer = post(slug, BODY, signed(BODY))
        said = {name: value for name, value in answer.headers.items() if name not in OF_EACH}
        answers.append((answer.status_code, answer.content, said))
    assert answers[0][0] == 403
    assert all(answer == answers[0] for answer in answers)


def test_a_refusal_takes_as_many_queries_whether_or_not_there_is_a_workspace(workspace: Workspace) -> None:
    """What is noted of it comes after the answer, so it is left out here."""
    from integrations.helpscout.door import answer

    counts = []
    for slug in ("no-such-workspace", make_workspace().slug, workspace.slug):
        with CaptureQueriesContext(database) as queries:
            assert answer(slug, BODY, "x").status == 403
        counts.append(len(queries))
    assert counts == [1, 1, 1]


def test_a_signature_of_one_workspace_opens_no_other(workspace: Workspace, contact: Contact) -> None:
    other = make_workspace()
    set_connection(other, "helpscout", {"secret": "the other one's"}, by=COMMAND_LINE)
    assert post(workspace.slug, BODY, signed(BODY, "the other one's")).status_code == 403
    assert "Not found" in post(other.slug, BODY, signed(BODY, "the other one's")).json()["html"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"1", b"\xff\xfe", b"{}x", b"9" * 5000, b"[" * 200_000]
)
def test_what_is_signed_and_no_object_is_answered_in_words(workspace: Workspace, body: bytes) -> None:
    answer = post(workspace.slug, body, signed(body))
    assert answer.status_code == 400
    assert "cannot read what Help Scout asked" in answer.json()["html"]


@pytest.mark.parametrize(
    "customer",
    [
        {}, {"customer": None}, {"customer": []}, {"customer": {}}, {"customer": {"email": None, "emails": []}},
        {"customer": {"email": 1, "emails": {"a": 1}}}, {"customer": {"emails": [None, 1, [], {}, "", "no-address"]}},
        {"customer": {"email": "a\0@b.example"}}, {"customer": {"email": "\ud800@b.example"}},
        {"customer": {"email": f"{'a' * 300}@b.example"}}, {"ticket": False, "user": {}, "mailbox": {}},
    ],
)  # fmt: skip
def test_a_request_without_a_customers_address_is_answered_kindly(ask: Ask, customer: Any) -> None:
    answer = ask(body=customer)
    assert answer.status_code == 200
    assert "no customer with an email address" in answer.json()["html"]


def test_nesting_that_is_deep_and_a_body_of_a_megabyte_are_answered(workspace: Workspace, contact: Contact) -> None:
    deep = b'{"customer":{"email":"%s"},"x":%s%s}' % (EMAIL.encode(), b"[" * 400_000, b"]" * 400_000)
    assert post(workspace.slug, deep, signed(deep)).status_code == 400
    whole = BODY + b" " * (1024 * 1024 - len(BODY))
    assert "Nadia" in post(workspace.slug, whole, signed(whole)).json()["html"]
    larger = whole + b" "
    assert post(workspace.slug, larger, signed(larger)).status_code == 413
    assert post("no-such-workspace", larger, None).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_other_methods_are_not_allowed(workspace: Workspace, method: str) -> None:
    answer = getattr(Client(), method)(f"/integrations/helpscout/{workspace.slug}/sidebar/")
    assert answer.status_code == 405


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_body_is_read_or_refused_in_words(body: bytes) -> None:
    try:
        found = read(body)
    except NotUnderstood as error:
        assert str(error)
    else:
        assert len(found.emails) <= 40


def test_the_same_request_twice_changes_nothing_and_is_answered_alike(ask: Ask, contact: Contact) -> None:
    assert ask(EMAIL).content == ask(EMAIL).content


def test_the_secret_that_is_set_anew_holds_from_then_on(workspace: Workspace, account: Account) -> None:
    set_connection(workspace, "helpscout", {"secret": "new one"}, by=COMMAND_LINE)
    assert post(workspace.slug, BODY, signed(BODY)).status_code == 403
    assert post(workspace.slug, BODY, signed(BODY, "new one")).status_code == 200


def test_requests_are_noted_without_addresses_and_the_oldest_are_forgotten(
    workspace: Workspace, contact: Contact, ask: Ask
) -> None:
    for _ in range(3):
        ask(EMAIL)
    ask("stranger@else.example")
    ask()
    ask(body=b"{")
    post("no-such-workspace", BODY, "x")
    for _ in range(60):
        post(workspace.slug, BODY, "x")
    noted = list(SidebarRequest.objects.order_by("id").values_list("verdict", "status", "contact"))
    assert noted[:3] == [("found", 200, contact.public_id)] * 3
    assert noted[3:6] == [("unknown", 200, None), ("no_customer", 200, None), ("bad_body", 400, None)]
    assert noted[6:] == [("bad_signature", 403, None)] * 20
    for _ in range(50):
        ask(EMAIL)
    assert SidebarRequest.objects.count() == 50
    with database.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, ' ') FROM integrations_sidebarrequest AS r")
        assert "@" not in cursor.fetchone()[0]


def test_what_cannot_be_noted_is_answered_all_the_same(ask: Ask, contact: Contact, monkeypatch: Any) -> None:
    def away(*values: Any, **named: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("integrations.helpscout.door.note", away)
    assert "Nadia" in ask(EMAIL).json()["html"]
