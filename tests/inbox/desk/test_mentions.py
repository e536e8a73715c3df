"""While a note is written: whom it may name, and whom it would tell."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from inbox.conversations import actions
from inbox.conversations.mentions import MOST_NAMED
from inbox.models import Conversation, Message
from inbox.people.models import Teammate, User
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.desk.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada", name="Ada Lindqvist")


@pytest.fixture
def client(ada: Teammate) -> Client:
    return client_of(ada)


@pytest.fixture
def conversation(ada: Teammate) -> Conversation:
    return make_conversation(ada.workspace)


@pytest.fixture
def private(ada: Teammate, conversation: Conversation) -> Conversation:
    """The conversation, in a private team that @ada and @bea are in and @cem is not."""
    bea = make_teammate(ada.workspace, "bea", name="Bea Ekström")
    make_teammate(ada.workspace, "cem", name="Cem Demir")
    billing = make_team(ada.workspace, "billing", members=(ada, bea), is_private=True)
    return actions.move(conversation, billing, by=None)


def mentionable(client: Client, conversation: Conversation, typed: str) -> str:
    answer = client.get(f"/conversations/{conversation.public_id}/mentionable/", {"q": typed})
    assert answer.status_code == 200
    return answer.content.decode()


def named(client: Client, conversation: Conversation, text: str) -> dict[str, object]:
    answer = client.post(f"/conversations/{conversation.public_id}/named/", {"text": text})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def line(client: Client, conversation: Conversation, text: str) -> str:
    return " ".join(str(named(client, conversation, text)["html"]).split())


def test_an_option_shows_who_it_is_and_whether_they_are_there(client, ada, conversation) -> None:
    bea = make_teammate(ada.workspace, "bea", name="Bea <b>Ekström", availability="away")
    User.objects.filter(pk=bea.user_id).update(picture="pictures/0123456789abcdef0123456789abcdef.webp")
    html = mentionable(client, conversation, "be")
    assert 'role="listbox"' in html
    assert 'role="option" id="name-bea" data-handle="bea">' in html
    assert "Bea &lt;b&gt;Ekström" in html
    assert "/pictures/0123456789abcdef0123456789abcdef.webp" in html
    assert 'class="presence away"' in html


def test_a_team_shows_how_many_it_would_tell(client, ada, conversation) -> None:
    make_team(ada.workspace, "support", members=(ada, make_teammate(ada.workspace), make_teammate(ada.workspace)))
    assert "2 people" in mentionable(client, conversation, "supp")


def test_who_cannot_see_it_cannot_be_picked_and_the_reason_is_said(client, private) -> None:
    html = mentionable(client, private, "cem")
    assert 'data-handle="cem" aria-disabled="true"' in html
    assert "cannot see this conversation" in html


def test_who_may_not_see_the_conversation_learns_nothing_of_it(ada, private) -> None:
    stranger = client_of(make_teammate(make_workspace(), "eve", role="owner"))
    outsider = client_of(Teammate.objects.get(handle="cem"))
    for who in (stranger, outsider):
        for conversation in (private.public_id, uuid.uuid4()):
            assert who.get(f"/conversations/{conversation}/mentionable/", {"q": "a"}).status_code == 404
            assert who.post(f"/conversations/{conversation}/named/", {"text": "@ada"}).status_code == 404


def test_a_viewer_writes_no_notes_and_is_suggested_nobody(ada, conversation) -> None:
    viewer = client_of(make_teammate(ada.workspace, "vic", role="viewer"))
    assert viewer.get(f"/conversations/{conversation.public_id}/mentionable/", {"q": "a"}).status_code == 403
    assert viewer.post(f"/conversations/{conversation.public_id}/named/", {"text": "@ada"}).status_code == 403


@pytest.mark.parametrize("role", ["agent", "owner"])
def test_a_list_takes_the_same_few_queries_in_a_workspace_of_three_and_of_three_hundred(
    ada, conversation, role, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    client = client_of(make_teammate(ada.workspace, "asks", role=role))
    client.get("/desk/accent.css")  # the first request of a session writes down that it is used
    with django_assert_max_num_queries(5) as signing_in:
        client.get("/desk/accent.css")
    for many in (3, 300):
        for n in range(many):
            make_teammate(ada.workspace, f"m{many}.{n}")
        with django_assert_num_queries(len(signing_in) + 2):  # the conversation, and the suggestions
            mentionable(client, conversation, "m3")


def test_the_line_says_whom_a_note_tells_and_how_many_people_that_are(client, ada, conversation) -> None:
    bea = make_teammate(ada.workspace, "bea", name="Bea Ekström", availability="away")
    cem = make_teammate(ada.workspace, "cem", name="Cem Demir", availability="away")
    make_team(ada.workspace, "support", name="Support", members=(ada, bea, cem))
    make_team(ada.workspace, "empty", name="Empty")
    assert "Tells <b><bdi>Bea Ekström</bdi></b></p>" in line(client, conversation, "ask @bea")
    assert "<bdi>Bea Ekström and Support</bdi></b> (2 people)" in line(client, conversation, "@bea @support")
    assert "Empty</bdi></b>: nobody there" in line(client, conversation, "@empty")
    assert "Naming yourself tells nobody" in line(client, conversation, "@ada")
    assert line(client, conversation, "nobody@here.test, `@bea` and @stranger") == ""


def test_a_long_row_of_names_is_cut_short(client, ada, conversation) -> None:
    for n in range(8):
        make_teammate(ada.workspace, f"m{n}", name=f"Mate {n}")
    text = " ".join(f"@m{n}" for n in range(8))
    assert "<bdi>Mate 0, Mate 1, Mate 2, Mate 3 and 4 more</bdi>" in line(client, conversation, text)


def test_a_mention_stands_where_a_browser_counts_it(client, ada, conversation) -> None:
    make_teammate(ada.workspace, "bea")
    assert named(client, conversation, "😀 é @bea. `@bea` @nobody ＠BEA")["spans"] == [[5, 9], [26, 30]]


def test_the_author_may_give_access_to_who_is_named_and_cannot_see(client, private) -> None:
    html = line(client, private, "@cem, look")
    assert "@cem</b> cannot see this conversation" in html
    assert f'action="/conversations/{private.public_id}/guests/"' in html
    assert "for a day" in html
    assert "Tells" not in html


def test_a_guest_is_told_whom_to_ask_for_access(ada, private) -> None:
    from inbox.conversations import guests
    from inbox.people.audit import Actor

    cem = Teammate.objects.get(handle="cem")
    make_teammate(ada.workspace, "dan")
    guests.give(private, cem, by=Actor(ada))
    html = line(client_of(cem), private, "@dan")
    assert "Somebody in <bdi>Billing</bdi> can give access" in html
    assert "<form" not in html


def test_too_many_names_are_refused_in_words_and_cost_no_search(
    client, ada, conversation, django_assert_max_num_queries
) -> None:
    text = " ".join(f"@m{n}" for n in range(MOST_NAMED + 450))
    client.get("/desk/accent.css")
    with django_assert_max_num_queries(5):
        html = line(client, conversation, text)
    assert f"names {MOST_NAMED} people or teams at most; this one names 500" in html
    sent = {"kind": "note", "text": text, "client_id": str(uuid.uuid4())}
    refused = client.post(f"/conversations/{conversation.public_id}/messages/", sent)
    assert refused.status_code == 422
    assert not Message.objects.filter(conversation=conversation, kind="note").exists()


def test_the_answer_to_a_note_names_who_could_not_see_it(client, private) -> None:
    def send(text: str) -> str | None:
        sent = {"kind": "note", "text": text, "client_id": str(uuid.uuid4())}
        answer = client.post(f"/conversations/{private.public_id}/messages/", sent)
        assert answer.status_code == 201
        return answer.headers.get("X-Cannot-See")

    assert send("@cem and @bea") == "cem"
    assert send("@bea alone") is None
    assert send("nobody") is None
