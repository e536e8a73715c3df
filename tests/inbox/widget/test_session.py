"""Who is behind a widget: claims open nothing, proofs open what is theirs."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from inbox.conversations import actions
from inbox.models import Contact, Conversation, Identity, Visitor
from inbox.widget import chat
from inbox.widget.session import visitor_of
from tests.factories import make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    cache.clear()
    return make_workspace()


def ask(workspace, status: int = 200, origin: str | None = None, **body):
    headers = {"origin": origin} if origin else {}
    answer = Client(headers=headers).post(
        "/widget/v1/session", {"key": workspace.widget_key, **body}, content_type="application/json"
    )
    assert answer.status_code == status, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def sign(workspace, value: str) -> str:
    return hmac.new(workspace.identity_secret.encode(), value.encode(), hashlib.sha256).hexdigest()


def say(token: str, text: str = "hello") -> Conversation:
    return chat.send(visitor_of(token), None, text, uuid.uuid4()).conversation


def test_a_first_session_has_no_conversation_and_makes_no_contact(workspace) -> None:
    answer = ask(workspace)
    assert answer["conversation"] is None
    assert answer["visitor"].startswith("fv_")
    assert answer["expected_reply"]
    assert answer["workspace"]["name"] == workspace.name
    assert not Contact.objects.exists()


def test_the_token_finds_the_conversation_again(workspace) -> None:
    token = ask(workspace)["visitor"]
    conversation = say(token)
    again = ask(workspace, visitor=token)
    assert again["visitor"] == token
    assert again["conversation"]["id"] == str(conversation.public_id)
    assert again["conversation"]["last_seq"] == 1


def test_unread_counts_the_teams_replies_alone(workspace) -> None:
    token = ask(workspace)["visitor"]
    conversation = say(token)
    ada = make_teammate(workspace)
    actions.note(conversation, ada, "secret")
    actions.reply(conversation, ada, "answer")
    assert ask(workspace, visitor=token)["conversation"]["unread"] == 1


def test_a_token_of_another_workspace_opens_nothing(workspace) -> None:
    token = ask(make_workspace())["visitor"]
    assert ask(workspace, 403, visitor=token)["code"] == "bad_token"
    assert ask(workspace, 403, visitor="fv_never")["code"] == "bad_token"


def test_a_typed_email_is_a_claim_and_opens_nobodys_history(workspace) -> None:
    owner = ask(workspace, user={"email": "fred@example.com", "hash": sign(workspace, "fred@example.com")})
    secret = say(owner["visitor"], "my secret")
    stranger = ask(workspace, user={"email": "Fred@Example.com", "name": "Fred"})
    assert stranger["conversation"] is None
    contact = visitor_of(stranger["visitor"]).contact
    assert contact.pk != secret.contact_id
    assert [(i.value, bool(i.verified_at)) for i in contact.identities.all()] == [("fred@example.com", False)]


def test_a_signed_external_id_finds_the_same_person_on_another_device(workspace) -> None:
    user = {"external_id": "u-1", "email": "a@example.com", "hash": sign(workspace, "u-1")}
    phone = ask(workspace, user=user)
    conversation = say(phone["visitor"])
    laptop = ask(workspace, user=user)
    assert laptop["visitor"] != phone["visitor"]
    assert laptop["conversation"]["id"] == str(conversation.public_id)
    identity = {i.kind: bool(i.verified_at) for i in Identity.objects.all()}
    assert identity == {"external_id": True, "email": False}, "the hash signs the external_id, not the email beside it"


@pytest.mark.parametrize("bad", ["", "00", "é", "x" * 64])
def test_a_wrong_hash_is_a_403_and_opens_nothing(workspace, bad) -> None:
    user = {"external_id": "u-1", "hash": bad or "0" * 64}
    assert ask(workspace, 403, user=user)["code"] == "identity_mismatch"
    assert not Visitor.objects.exists()


def test_a_hash_for_one_value_or_workspace_does_not_fit_another(workspace) -> None:
    ask(workspace, 403, user={"external_id": "u-2", "hash": sign(workspace, "u-1")})
    ask(workspace, 403, user={"external_id": "u-1", "hash": sign(make_workspace(), "u-1")})
    ask(workspace, 403, user={"external_id": "u-1", "email": "a@b.c", "hash": sign(workspace, "a@b.c")})


def test_another_user_on_the_same_browser_starts_afresh(workspace) -> None:
    first = ask(workspace, user={"external_id": "u-1", "hash": sign(workspace, "u-1")})
    say(first["visitor"], "private to u-1")
    second = ask(workspace, visitor=first["visitor"], user={"external_id": "u-2", "hash": sign(workspace, "u-2")})
    assert second["visitor"] != first["visitor"]
    assert second["conversation"] is None


def test_a_running_anonymous_thread_stays_in_sight_when_its_visitor_turns_out_to_be_known(workspace) -> None:
    ask(workspace, user={"external_id": "u-1", "hash": sign(workspace, "u-1")})
    token = ask(workspace)["visitor"]
    conversation = say(token, "before signing in")
    answer = ask(workspace, visitor=token, user={"external_id": "u-1", "hash": sign(workspace, "u-1")})
    assert answer["visitor"] == token
    assert answer["conversation"]["id"] == str(conversation.public_id)
    assert visitor_of(token).contact.external_id == "u-1"
    conversation.refresh_from_db()
    assert conversation.contact.external_id is None, "a fact never changes its contact"
    third = ask(workspace, visitor=token, user={"external_id": "u-2", "hash": sign(workspace, "u-2")})
    assert third["visitor"] != token
    assert third["conversation"] is None


def test_an_anonymous_thread_goes_along_when_its_visitor_proves_who_they_are(workspace) -> None:
    token = ask(workspace)["visitor"]
    conversation = say(token)
    answer = ask(workspace, visitor=token, user={"external_id": "u-9", "hash": sign(workspace, "u-9")})
    assert answer["visitor"] == token
    assert answer["conversation"]["id"] == str(conversation.public_id)
    conversation.contact.refresh_from_db()
    assert conversation.contact.external_id == "u-9"


def test_a_closed_conversation_takes_a_message_for_seven_days_and_no_longer(workspace) -> None:
    token = ask(workspace)["visitor"]
    conversation = say(token)
    ada = make_teammate(workspace)
    actions.close(conversation, by=ada)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=timezone.now() - timedelta(days=6, hours=23))
    assert say(token, "still me").pk == conversation.pk
    actions.close(conversation, by=ada)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=timezone.now() - timedelta(days=7, minutes=1))
    assert ask(workspace, visitor=token)["conversation"] is None
    assert say(token, "a new matter").pk != conversation.pk


def test_a_workspace_may_list_the_sites_that_carry_its_widget(workspace) -> None:
    workspace.widget_origins = ["https://shop.example"]
    workspace.save()
    ask(workspace, origin="https://SHOP.example")
    assert ask(workspace, 403, origin="https://evil.example")["code"] == "origin_not_allowed"
    assert ask(workspace, 403, origin="null")["code"] == "origin_not_allowed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_request"),
        (b"{}", 400, "bad_request"),
        (b'{"key": 5}', 400, "bad_request"),
        (b'{"key": "wk_none"}', 404, "unknown_key"),
        (b'{"key": "a\\u0000"}', 404, "unknown_key"),
        (b'{"key": "\\ud800"}', 400, "bad_json"),
        (b'{"key":"' + b"x" * 40_000 + b'"}', 413, "too_large"),
        (b"[" * 30_000, 400, "bad_json"),
    ],
)
def test_a_bad_request_gets_a_clear_problem(workspace, body, status, code) -> None:
    answer = Client().post("/widget/v1/session", body, content_type="text/plain")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


@pytest.mark.parametrize("user", [{"email": "no-at"}, {"name": "a\x00b"}, {"external_id": "x" * 300}, "ada"])
def test_a_user_that_cannot_be_is_refused(workspace, user) -> None:
    assert ask(workspace, 400, user=user)["code"] == "bad_request"


def test_pages_and_agents_of_any_length_are_kept_short(workspace) -> None:
    token = ask(
        workspace, page={"url": "https://x.example/" + "a" * 3000, "title": "t\x00" * 400, "language": "x" * 99}
    )
    visitor = visitor_of(token["visitor"])
    assert len(visitor.page_url) == 2000
    assert "\x00" not in visitor.page_title


def test_a_conversation_of_another_contact_never_shows(workspace) -> None:
    make_conversation(workspace)
    assert ask(workspace)["conversation"] is None
