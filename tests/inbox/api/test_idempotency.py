"""A write that is sent again with its Idempotency-Key is answered again, and done once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.api.idempotency import BATCH, LIFETIME
from inbox.models import Account, Contact, IdempotencyKey, Message
from inbox.people.models import ApiToken, Teammate, Workspace
from inbox.tasks import forget_idempotency_keys
from tests.factories import make_contact, make_conversation
from tests.inbox.api.conftest import Api, api_of, made, problem

KEY = "c3f7a1de-5b0f-4d43-9a86-0d2f7f6c1e55"


def write(api: Api, method: str, path: str, body: Any, key: str = KEY) -> Any:
    """Send a write with a key."""
    return api.call(method, path, body, **{"Idempotency-Key": key})


def age_keys(by: timedelta) -> None:
    IdempotencyKey.objects.update(created_at=timezone.now() - by)


def test_a_creation_sent_again_answers_what_was_answered_and_makes_nothing(api: Api) -> None:
    first = write(api, "POST", "contacts/", {"name": "Zoë <&> 🙂"})
    again = write(api, "POST", "contacts/", {"name": "Zoë <&> 🙂"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert int(again["RateLimit-Remaining"]) >= 0
    assert Contact.objects.count() == 1


def test_a_change_sent_again_does_not_undo_what_came_after_it(api: Api, workspace: Workspace) -> None:
    path = f"contacts/{make_contact(workspace).public_id}/"
    write(api, "PATCH", path, {"name": "First"})
    made(api.patch(path, {"name": "Second"}), 200)
    assert made(write(api, "PATCH", path, {"name": "First"}), 200)["name"] == "First"
    assert made(api.get(path), 200)["name"] == "Second"


def test_an_upsert_sent_again_is_still_a_201(api: Api) -> None:
    assert write(api, "PUT", "accounts/acme/", {"plan": "pro"}).status_code == 201
    assert write(api, "PUT", "accounts/acme/", {"plan": "pro"}).status_code == 201
    assert api.put("accounts/acme/", {"plan": "pro"}).status_code == 200
    assert Account.objects.count() == 1


def test_a_message_without_a_client_id_is_said_once(api: Api, workspace: Workspace) -> None:
    path = f"conversations/{make_conversation(workspace).public_id}/messages/"
    body = {"kind": "reply", "text": "Once", "author": "@ada"}
    assert len({write(api, "POST", path, body).json()["client_id"] for _ in range(3)}) == 1
    assert Message.objects.filter(text="Once").count() == 1


def test_the_same_json_spelled_otherwise_is_the_same_call(api: Api) -> None:
    first = write(api, "POST", "contacts/", b'{"name": "A", "phone": "1"}')
    again = write(api, "POST", "contacts/", b'{ "phone":"1","name":"\\u0041" }')
    assert (again["Idempotency-Replayed"], again.content) == ("true", first.content)


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "contacts/", {"name": "B"}),
        ("POST", "accounts/", {"name": "A"}),
        ("PUT", "contacts/by/external_id/a/", {"name": "A"}),
    ],
)
def test_a_key_that_another_call_used_is_422_and_changes_nothing(api: Api, method: str, path: str, body: Any) -> None:
    write(api, "POST", "contacts/", {"name": "A"})
    problem(write(api, method, path, body), 422, "idempotency_key_reused", "Idempotency-Key")
    assert (Contact.objects.count(), Account.objects.count()) == (1, 0)
    assert write(api, "POST", "contacts/", {"name": "A"})["Idempotency-Replayed"] == "true"


def test_keys_are_each_tokens_own(api: Api, owner: Teammate, stranger: Api) -> None:
    for caller in (api, api_of(owner), stranger):
        assert "Idempotency-Replayed" not in write(caller, "POST", "contacts/", {"name": "A"})
    assert Contact.objects.count() == 3


def test_a_refusal_is_kept_like_an_answer_and_leaves_nothing_behind(api: Api, workspace: Workspace) -> None:
    path = f"conversations/{make_conversation(workspace).public_id}/"
    wrong = {"priority": "high", "assignee": "@nobody"}  # refused after the priority was changed
    first = write(api, "PATCH", path, wrong)
    problem(first, 400, "assignee_unknown", "assignee")
    assert made(api.get(path), 200)["priority"] == "normal"
    again = write(api, "PATCH", path, wrong)
    assert (again.content, again["Content-Type"]) == (first.content, "application/problem+json")
    assert again["Idempotency-Replayed"] == "true"


def test_what_was_turned_back_at_the_door_is_not_kept(api: Api) -> None:
    problem(write(api, "POST", "contacts/", b"{"), 400, "bad_json")
    problem(api.call("POST", "contacts/", b"x", content_type="text/plain", **{"Idempotency-Key": KEY}), 415,
            "unsupported_media_type")  # fmt: skip
    problem(write(api, "POST", "contacts/?colour=red", {}), 400, "unknown_parameter")
    ApiToken.objects.update(scope="read")
    problem(write(api, "POST", "contacts/", {}), 403, "read_only_token")
    ApiToken.objects.update(scope="write")
    assert not IdempotencyKey.objects.exists()
    assert write(api, "POST", "contacts/", {}).status_code == 201


def test_a_replay_needs_the_token_to_be_good_still(api: Api) -> None:
    write(api, "POST", "contacts/", {})
    ApiToken.objects.update(revoked_at=timezone.now())
    problem(write(api, "POST", "contacts/", {}), 401, "authentication_failed")


def test_a_key_on_a_reading_call_is_left_alone(api: Api) -> None:
    for _ in range(2):
        assert "Idempotency-Replayed" not in write(api, "GET", "contacts/", None)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    "sent, same", [(f'"{KEY}"', KEY), ('"a b"', '"a b"'), (r'"a\"b\\"', r'"a\"b\\"'), ("  x ", "x")]
)
def test_the_key_may_stand_in_quotes_as_the_draft_has_it(api: Api, sent: str, same: str) -> None:
    write(api, "POST", "contacts/", {}, sent)
    assert write(api, "POST", "contacts/", {}, same)["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "key", ["", " ", '""', '"', '"a', "a b", "a,b", '"a", "b"', "x" * 256, "é", '"é"', "a;p=1", "a\x7f"]
)
def test_a_key_that_cannot_be_one_is_400_and_nothing_is_done(api: Api, key: str) -> None:
    problem(write(api, "POST", "contacts/", {}, key), 400, "idempotency_key_invalid", "Idempotency-Key")
    assert not Contact.objects.exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=255))
def test_any_printable_text_is_a_key_when_quoted(api: Api, key: str) -> None:
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert write(api, "POST", "contacts/", {}, quoted).status_code == 201
    assert write(api, "POST", "contacts/", {}, quoted)["Idempotency-Replayed"] == "true"
    assert IdempotencyKey.objects.latest("id").key == key


def test_a_key_is_free_again_after_a_day_even_before_it_is_deleted(api: Api) -> None:
    first = write(api, "POST", "contacts/", {})
    age_keys(LIFETIME - timedelta(minutes=5))
    assert write(api, "POST", "contacts/", {})["Idempotency-Replayed"] == "true"
    age_keys(LIFETIME + timedelta(seconds=1))
    later = write(api, "POST", "contacts/", {"name": "Another"})
    assert "Idempotency-Replayed" not in later
    assert first.json()["id"] != later.json()["id"]
    assert IdempotencyKey.objects.count() == 1


def test_expired_keys_are_deleted_and_no_others(api: Api, workspace: Workspace) -> None:
    token = ApiToken.objects.get()
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(workspace=workspace, token=token, key=f"old{n}", request_hash="", status=201, body="{}")
        for n in range(BATCH + 5)
    )
    age_keys(LIFETIME + timedelta(minutes=1))
    write(api, "POST", "contacts/", {})
    forget_idempotency_keys()
    assert [one.key for one in IdempotencyKey.objects.all()] == [KEY]


def test_keys_go_with_their_token(api: Api) -> None:
    write(api, "POST", "contacts/", {})
    ApiToken.objects.all().delete()
    assert not IdempotencyKey.objects.exists()


def test_the_stored_answer_is_the_json_that_was_sent(api: Api) -> None:
    first = write(api, "POST", "contacts/", {"attributes": {"pi": 3.14159, "big": 2**62, "text": "\u2028é"}})
    assert json.loads(IdempotencyKey.objects.get().body) == first.json()
