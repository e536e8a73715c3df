"""Two servers say the same at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from inbox.models import Account, Contact, Conversation, Identity, Message
from tests.factories import make_contact, make_conversation, make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def caller() -> Api:
    return api_of(make_teammate(make_workspace(), "ada", role="owner"))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls from threads that leave together, and return their answers."""
    gate = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.parametrize("kind", ["contacts/by/external_id", "accounts"])
def test_an_upsert_from_many_at_once_makes_one(caller: Api, kind: str) -> None:
    for number in range(ROUNDS):
        body = {
            "name": "A",
            "attributes": {"n": number},
            **({"email": f"{number}@example.com"} if "by" in kind else {}),
        }

        def put(number: int = number, body: dict[str, Any] = body) -> Any:
            return caller.put(f"{kind}/u{number}/", body)

        statuses = sorted(answer.status_code for answer in at_once(put, put, put, put))
        assert statuses == [200, 200, 200, 201]
    assert (Contact if "by" in kind else Account).objects.count() == ROUNDS


def test_different_attributes_sent_at_once_are_all_kept(caller: Api) -> None:
    at_once(*[lambda n=n: caller.put("contacts/by/external_id/u/", {"attributes": {f"k{n}": n}}) for n in range(4)])
    assert Contact.objects.get().attributes == {f"k{n}": n for n in range(4)}


def test_one_email_for_two_contacts_at_once_is_proved_for_one(caller: Api) -> None:
    for number in range(ROUNDS):
        body = {"email": f"{number}@example.com", "phone": f"{number}", "account": f"acme{number}"}
        answers = at_once(
            *[
                lambda who=who, body=body, n=number: caller.put(f"contacts/by/external_id/{who}{n}/", body)
                for who in "abc"
            ]
        )
        assert [answer.status_code for answer in answers] == [201, 201, 201]
    verified = Identity.objects.filter(verified_at__isnull=False)
    assert verified.filter(kind="email").count() == ROUNDS
    assert verified.filter(kind="phone").count() == ROUNDS
    assert verified.filter(kind="external_id").count() == 3 * ROUNDS


def test_one_external_id_created_twice_at_once_is_201_and_409(caller: Api) -> None:
    for number in range(ROUNDS):
        body = {"external_id": f"u{number}"}
        answers = at_once(*[lambda body=body: caller.post("contacts/", body) for _ in range(2)])
        assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_one_client_id_said_by_many_at_once_is_stored_once(caller: Api) -> None:
    workspace = make_workspace()
    caller = api_of(make_teammate(workspace, "ada", role="owner"))
    path = f"conversations/{make_conversation(workspace).public_id}/messages/"
    for _ in range(ROUNDS):
        body = {"kind": "reply", "text": "Once", "author": "@ada", "client_id": str(uuid.uuid4())}
        answers = at_once(*[lambda body=body: caller.post(path, body) for _ in range(4)])
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        assert len({answer.json()["seq"] for answer in answers}) == 1
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, ROUNDS + 2))


def test_one_client_id_started_by_many_at_once_is_one_conversation() -> None:
    workspace = make_workspace()
    caller = api_of(make_teammate(workspace, "ada", role="owner"))
    body = {"contact": str(make_contact(workspace).public_id), "text": "Hi", "client_id": str(uuid.uuid4())}
    answers = at_once(*[lambda: caller.post("conversations/", body) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert Conversation.objects.count() == 1
