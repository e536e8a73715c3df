"""Two calls with one key at once, and what is left when the process or its connection dies in between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from inbox.models import Contact, IdempotencyKey
from inbox.people.models import Workspace
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of, problem
from tests.inbox.api.test_idempotency import KEY, write
from tests.inbox.api.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home() -> Workspace:
    return make_workspace()


@pytest.fixture
def caller(home: Workspace) -> Api:
    return api_of(make_teammate(home, "ada", role="owner"))


@contextmanager
def other_session() -> Iterator[psycopg.Connection]:
    """A connection to the database that is nobody's of the product."""
    names = connection.get_connection_params()
    with psycopg.connect(
        dbname=names["dbname"], user=names.get("user"), password=names.get("password"),
        host=names.get("host"), port=names.get("port"),
    ) as other:  # fmt: skip
        yield other


def in_background(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Make the call from a thread; its answer will be the list's."""
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(call())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


def who_waits() -> int:
    """Wait until a backend of this database waits for a row's lock, and return its process id."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if row := cursor.fetchone():
                return int(row[0])


def test_twenty_at_once_with_one_key_do_it_once(caller: Api) -> None:
    for number in range(4):
        body = {"name": f"Once {number}"}
        answers = at_once(*[lambda body=body, n=number: write(caller, "POST", "contacts/", body, f"k{n}")] * 20)
        kinds = Counter((answer.status_code, answer.get("Idempotency-Replayed")) for answer in answers)
        assert kinds[201, None] == 1, kinds
        assert kinds[201, None] + kinds[201, "true"] + kinds[409, None] == 20, kinds
        for answer in answers:
            if answer.status_code == 409:
                problem(answer, 409, "idempotency_key_in_progress")
                assert answer["Retry-After"] == "1"
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
        assert write(caller, "POST", "contacts/", body, f"k{number}")["Idempotency-Replayed"] == "true"
    assert Contact.objects.count() == 4


def test_many_keys_at_once_do_not_hold_each_other_up(caller: Api) -> None:
    answers = at_once(*[lambda n=n: write(caller, "POST", "contacts/", {}, f"k{n}") for n in range(8)])
    assert [answer.status_code for answer in answers] == [201] * 8
    assert IdempotencyKey.objects.count() == 8


def test_while_the_first_is_being_worked_the_second_is_told_so_at_once(caller: Api, home: Workspace) -> None:
    contact = make_contact(home)
    path = f"contacts/{contact.public_id}/"
    with other_session() as other:
        other.execute("SELECT 1 FROM inbox_contact WHERE id = %s FOR UPDATE", [contact.pk])
        thread, answers = in_background(lambda: write(caller, "PATCH", path, {"name": "First"}))
        who_waits()
        second = write(caller, "PATCH", path, {"name": "First"})
        problem(second, 409, "idempotency_key_in_progress")
        assert second["Retry-After"] == "1"
        other.rollback()
    thread.join(20)
    assert answers[0].status_code == 200
    assert write(caller, "PATCH", path, {"name": "First"})["Idempotency-Replayed"] == "true"


def test_a_write_that_dies_half_way_leaves_neither_the_change_nor_the_key(caller: Api, home: Workspace) -> None:
    contact = make_contact(home, name="Before")
    path = f"contacts/{contact.public_id}/"
    body = {"name": "After", "account": "acme"}
    with other_session() as other:
        # The contact is written first, then its identities: there the call waits, with the contact changed already.
        other.execute("LOCK TABLE inbox_identity IN ACCESS EXCLUSIVE MODE")
        thread, answers = in_background(lambda: write(caller, "PATCH", path, {**body, "email": "a@example.com"}))
        pid = who_waits()
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
        thread.join(20)
        problem(answers[0], 503, "unavailable")
        assert answers[0]["Retry-After"] == "5"
    contact.refresh_from_db()
    assert (contact.name, IdempotencyKey.objects.count()) == ("Before", 0)
    again = write(caller, "PATCH", path, {**body, "email": "a@example.com"})
    assert (again.status_code, again.get("Idempotency-Replayed")) == (200, None)
    contact.refresh_from_db()
    assert (contact.name, IdempotencyKey.objects.get().key) == ("After", KEY)


def test_an_answer_that_cannot_be_kept_undoes_its_change(caller: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr(IdempotencyKey.objects, "create", broken)
    with pytest.raises(RuntimeError, match="full"):
        write(caller, "POST", "contacts/", {})
    assert not Contact.objects.exists()
