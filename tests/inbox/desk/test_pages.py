"""The desk's pages: constant in queries, closed to those who may not see."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from inbox.conversations import actions
from inbox.desk import lists
from inbox.models import Conversation, Message
from inbox.people.models import Teammate
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada", role="owner")


def client_of(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client(ada: Teammate) -> Client:
    return client_of(ada)


def test_the_desk_asks_strangers_to_sign_in() -> None:
    assert AnonymousUser().is_anonymous
    answer = Client().get("/inbox/mine/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("view", ["mine", "unassigned", "all", "snoozed", "closed"])
def test_each_view_shows_an_empty_state(client, view) -> None:
    page = client.get(f"/inbox/{view}/").content.decode()
    assert "No conversation yet" in page
    assert "data-key" in page


def test_a_list_takes_the_same_queries_for_three_rows_and_for_sixty(client, ada, django_assert_max_num_queries) -> None:
    def queries(url: str) -> int:
        with django_assert_max_num_queries(40) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def fill(rows: int) -> None:
        for n in range(rows):
            conversation = make_conversation(ada.workspace, make_contact(ada.workspace, name=f"Person {n}"))
            if n % 2:
                actions.assign(conversation, make_teammate(ada.workspace), by=ada)
            if n % 3 == 0:
                actions.reply(conversation, ada, "hello")

    fill(3)
    client.get("/inbox/all/")
    few = [queries("/inbox/all/"), queries("/inbox/all/rows/"), queries("/inbox/counts/"), queries("/inbox/all/1/")]
    fill(57)
    many = [queries("/inbox/all/"), queries("/inbox/all/rows/"), queries("/inbox/counts/"), queries("/inbox/all/1/")]
    assert many == few


def test_a_thread_takes_the_same_queries_for_ten_messages_and_for_three_hundred(
    client, ada, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    conversation = make_conversation(ada.workspace)
    for _ in range(9):
        actions.reply(conversation, ada, "hello")
    url = f"/conversations/{conversation.public_id}/"
    client.get(url)
    with django_assert_max_num_queries(20) as captured:
        client.get(url)
    _many_messages(conversation, 300)
    with django_assert_num_queries(len(captured)):
        page = client.get(url).content.decode()
    assert page.count('class="msg ') == 50 + 2, "the newest fifty, and the two drafts"


def _many_messages(conversation: Conversation, count: int) -> None:
    conversation.refresh_from_db()
    Message.objects.bulk_create(
        Message(
            workspace_id=conversation.workspace_id,
            conversation=conversation,
            seq=conversation.last_seq + n,
            public_seq=conversation.last_public_seq + n,
            client_id=uuid.uuid4(),
            kind="reply",
            author_kind="contact",
            contact_id=conversation.contact_id,
            text=f"m{n}",
        )
        for n in range(1, count + 1)
    )
    Conversation.objects.filter(pk=conversation.pk).update(
        last_seq=conversation.last_seq + count, last_public_seq=conversation.last_public_seq + count
    )


def test_windows_of_a_thread_meet_without_a_hole_or_a_double(client, ada) -> None:
    conversation = make_conversation(ada.workspace)
    _many_messages(conversation, 130)
    url = f"/conversations/{conversation.public_id}/messages/"
    seen: list[int] = []
    before, more = 132, "yes"
    while more == "yes":
        answer = client.get(url, {"before": before})
        window = _seqs(answer)
        seen = window + seen
        before, more = window[0], answer["X-More"]
    assert seen == list(range(1, 132))
    assert _seqs(client.get(url, {"after": 128})) == [129, 130, 131]


def _seqs(answer) -> list[int]:
    import re

    return [int(n) for n in re.findall(r'data-seq="(\d+)"', answer.content.decode())]


def test_pages_of_a_list_meet_without_a_hole_or_a_double(ada) -> None:
    made = [make_conversation(ada.workspace).number for _ in range(lists.PAGE * 2 + 3)]
    Conversation.objects.filter(workspace=ada.workspace, number__gt=20).update(
        last_message_at=Conversation.objects.get(number=made[25], workspace=ada.workspace).last_message_at
    )
    everything = lists.views_of(ada)[2]
    seen, cursor = [], None
    while True:
        page, cursor = lists.rows(everything, ada, cursor)
        seen += [row.number for row in page]
        if cursor is None:
            break
    assert sorted(seen) == made
    assert len(set(seen)) == len(seen)


def test_a_made_up_place_in_a_list_is_refused(client) -> None:
    for before in ("x", "a:b:c", "\x00"):
        assert client.get("/inbox/all/rows/", {"before": before}).status_code == 400


def test_counts_are_exact_to_99(client, ada) -> None:
    for _ in range(3):
        make_conversation(ada.workspace)
    counts = client.get("/inbox/counts/").json()
    assert counts["all"] == counts["unassigned"] == "3"
    assert counts["mine"] == ""
    assert lists.shown(99) == "99"
    assert lists.shown(100) == "99+"


def test_a_private_team_is_not_there_for_those_outside(ada) -> None:
    bea, cem = make_teammate(ada.workspace, "bea"), make_teammate(ada.workspace, "cem")
    secret = make_conversation(ada.workspace, text="for billing only")
    actions.move(secret, make_team(ada.workspace, "billing", (bea,), is_private=True), by=ada)
    inside, outside = client_of(bea), client_of(cem)
    base = f"/conversations/{secret.public_id}/"
    for path in ("", "messages/", "assignee/", "team/", "priority/", "snooze/"):
        assert inside.get(base + path).status_code == 200, path
        assert outside.get(base + path).status_code == 404, path
    for path in ("messages/", "assignee/", "team/", "priority/", "snooze/", "status/"):
        assert outside.post(base + path, {"status": "closed"}).status_code == 404, path
    for path in ("/inbox/team/billing/", f"/inbox/all/{secret.number}/", "/inbox/team/billing/rows/"):
        assert inside.get(path).status_code == 200, path
        assert outside.get(path).status_code == 404, path
    assert "for billing only" not in outside.get("/inbox/all/").content.decode()
    assert outside.get("/inbox/counts/").json()["all"] == ""
    assert "team/billing" not in outside.get("/inbox/counts/").json()


def test_another_workspaces_conversation_is_not_there(client) -> None:
    foreign = make_conversation(make_workspace())
    assert client.get(f"/conversations/{foreign.public_id}/").status_code == 404
    answer = client.post(f"/conversations/{foreign.public_id}/messages/", {"kind": "reply", "text": "hi"})
    assert answer.status_code == 404


def test_a_viewer_reads_and_writes_nothing(ada) -> None:
    viewer = client_of(make_teammate(ada.workspace, "vi", role="viewer"))
    conversation = make_conversation(ada.workspace)
    base = f"/conversations/{conversation.public_id}/"
    page = viewer.get(base).content.decode()
    assert "message-composer" not in page
    for path in ("messages/", "assignee/", "team/", "priority/", "snooze/", "status/"):
        answer = viewer.post(base + path, {"kind": "reply", "text": "x", "client_id": uuid.uuid4(), "status": "closed"})
        assert answer.status_code == 403, path
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.status) == (1, "open")


def test_a_message_is_stored_once_and_its_refusal_says_why(client, ada) -> None:
    conversation = make_conversation(ada.workspace)
    url = f"/conversations/{conversation.public_id}/messages/"
    sent = {"kind": "note", "text": "only us", "client_id": str(uuid.uuid4())}
    assert [client.post(url, sent).status_code for _ in range(2)] == [201, 200]
    too_long = client.post(url, {"kind": "reply", "text": "x" * 20_001, "client_id": uuid.uuid4()})
    assert too_long.status_code == 422
    assert "20,000" in too_long.content.decode()
    assert client.post(url, {"kind": "shout", "text": "x", "client_id": uuid.uuid4()}).status_code == 400
    assert client.post(url, {"kind": "reply", "text": "x"}).status_code == 400
    assert Message.objects.filter(conversation=conversation).count() == 2


def test_states_change_by_their_own_addresses(client, ada) -> None:
    bea = make_teammate(ada.workspace, "bea")
    team = make_team(ada.workspace, "support", (ada, bea))
    conversation = make_conversation(ada.workspace)
    base = f"/conversations/{conversation.public_id}/"
    for path, field, value in [
        ("assignee/", "assignee", "bea"),
        ("team/", "team", "support"),
        ("priority/", "priority", "urgent"),
        ("snooze/", "until", "2099-01-01T09:00"),
    ]:
        assert client.post(base + path, {field: value}).status_code == 200, path
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team, conversation.priority) == (bea, team, 2)
    assert conversation.status == "snoozed"
    for path, field, value in [
        ("assignee/", "assignee", "nobody-here"),
        ("team/", "team", "nope"),
        ("priority/", "priority", "mad"),
        ("snooze/", "until", "yesterday"),
        ("snooze/", "until", "2001-01-01T09:00"),
        ("status/", "status", "gone"),
    ]:
        refused = client.post(base + path, {field: value})
        assert refused.status_code == 422, path
        assert refused["Content-Type"].startswith("text/plain")


def test_what_a_customer_writes_is_never_markup(client, ada) -> None:
    attack = "<img src=x onerror=alert(1)>"
    contact = make_contact(ada.workspace, name=attack, attributes={"note": attack})
    conversation = make_conversation(ada.workspace, contact, attack)
    page = client.get(f"/inbox/all/{conversation.number}/").content.decode()
    assert "<img" not in page
    assert json.dumps(attack)[1:-1] not in page


def test_a_conversation_that_a_server_started_opens_though_no_browser_is_known(client, ada) -> None:
    contact = make_contact(ada.workspace)
    conversation, _ = actions.start(contact, "Your invoice is overdue", author=ada)
    page = client.get(f"/inbox/all/{conversation.number}/")
    assert page.status_code == 200
    assert "local time" not in page.content.decode()
