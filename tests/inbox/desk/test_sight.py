"""Who sees a conversation and who follows it, as the desk gives, ends and shows it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inbox import tasks
from inbox.conversations import actions, follows, guests
from inbox.models import Conversation, GuestAccess
from inbox.people.audit import Actor
from inbox.people.models import Teammate, TeamMembership
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.desk.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada")


@pytest.fixture
def cem(ada: Teammate) -> Teammate:
    return make_teammate(ada.workspace, "cem", name="Cem Demir")


@pytest.fixture
def conversation(ada: Teammate) -> Conversation:
    """A conversation of a private team that @ada is in."""
    billing = make_team(ada.workspace, "billing", members=(ada,), is_private=True)
    return actions.move(make_conversation(ada.workspace), billing, by=None)


@pytest.fixture
def client(ada: Teammate) -> Client:
    return client_of(ada)


def address(conversation: Conversation, rest: str = "guests/") -> str:
    return f"/conversations/{conversation.public_id}/{rest}"


def give(client: Client, conversation: Conversation, **form: object) -> tuple[int, str]:
    answer = client.post(address(conversation), {"handle": "cem", **form})
    return answer.status_code, " ".join(answer.content.decode().split())


def test_access_is_given_for_a_day_unless_another_time_is_chosen(client, cem, conversation) -> None:
    status, html = give(client, conversation)
    assert status == 200
    assert "Cem Demir" in html
    access = GuestAccess.objects.get()
    assert access.teammate == cem
    assert timedelta(hours=23) < access.ends_at - timezone.now() <= timedelta(days=1)
    assert give(client, conversation, hours="168")[0] == 200
    access.refresh_from_db()
    assert timedelta(days=6) < access.ends_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize("hours", ["0", "-1", "721", "1e3", "", "²", "9" * 400])
def test_a_time_that_makes_no_sense_is_refused(client, cem, conversation, hours) -> None:
    status, said = give(client, conversation, hours=hours)
    assert status == 422
    assert "whole number" in said
    assert not GuestAccess.objects.exists()


def test_nobody_outside_the_workspace_can_be_given_access_or_told_from_nobody(client, conversation) -> None:
    make_teammate(make_workspace(), "eve")
    answers = {handle: give(client, conversation, handle=handle) for handle in ("eve", "nobody-at-all")}
    assert answers["eve"][0] == 422
    assert answers["eve"][1].replace("eve", "nobody-at-all") == answers["nobody-at-all"][1]


def test_who_may_not_give_access_is_refused(ada, cem, conversation) -> None:
    guests.give(conversation, cem, by=Actor(ada))
    dan = make_teammate(ada.workspace, "dan")
    as_guest = client_of(cem)
    assert give(as_guest, conversation, handle="dan")[0] == 422
    viewer = make_teammate(ada.workspace, "vic", role="viewer")
    TeamMembership.objects.create(workspace=ada.workspace, team=conversation.team, teammate=viewer)
    assert give(client_of(viewer), conversation, handle="dan")[0] == 403
    assert give(client_of(dan), conversation, handle="dan")[0] == 404
    assert not GuestAccess.objects.filter(teammate=dan).exists()


def test_who_may_not_see_the_conversation_finds_none_of_it(ada, cem, conversation) -> None:
    access = guests.give(conversation, cem, by=Actor(ada))
    for who in (make_teammate(ada.workspace, "out"), make_teammate(make_workspace(), "eve", role="owner")):
        stranger = client_of(who)
        assert stranger.get(address(conversation)).status_code == 404
        assert stranger.post(address(conversation), {"handle": "cem"}).status_code == 404
        assert stranger.post(address(conversation, f"guests/{access.public_id}/end/")).status_code == 404
        assert stranger.get(address(conversation, "follow/")).status_code == 404
        assert stranger.post(address(conversation, "follow/"), {"follow": "yes"}).status_code == 404


def test_an_access_is_ended_by_who_may_give_it_and_by_the_guest_alone(client, ada, cem, conversation) -> None:
    dan = make_teammate(ada.workspace, "dan")
    guests.give(conversation, dan, by=Actor(ada))
    access = guests.give(conversation, cem, by=Actor(ada))
    end = address(conversation, f"guests/{access.public_id}/end/")
    assert client_of(dan).post(end).status_code == 403
    answer = client.post(end)
    assert answer.status_code == 200
    assert "Cem Demir" not in answer.content.decode()
    assert not Conversation.objects.visible_to(cem).filter(pk=conversation.pk).exists()
    own = GuestAccess.objects.get(teammate=dan)
    assert client_of(dan).post(address(conversation, f"guests/{own.public_id}/end/")).status_code == 204
    assert not GuestAccess.objects.running().exists()


def test_an_access_is_ended_under_its_own_conversation_only(client, ada, cem, conversation) -> None:
    access = guests.give(conversation, cem, by=Actor(ada))
    other = actions.move(make_conversation(ada.workspace), conversation.team, by=None)
    assert client.post(address(other, f"guests/{access.public_id}/end/")).status_code == 404
    assert client.post(address(conversation, f"guests/{uuid.uuid4()}/end/")).status_code == 404
    assert GuestAccess.objects.running().count() == 1


def test_the_pane_shows_guests_and_who_was_named_and_cannot_see(client, ada, cem, conversation) -> None:
    make_teammate(ada.workspace, "dan", name="Dan Dare")
    actions.note(conversation, ada, "@dan and @cem, please")
    guests.give(conversation, cem, by=Actor(ada))
    for url in (address(conversation), address(conversation, "")):
        html = client.get(url).content.decode()
        assert "Cem Demir" in html
        assert 'data-blind="dan"' in html
        assert 'data-blind="cem"' not in html
        assert "Billing" in html


def test_who_was_named_and_sees_it_by_now_is_blind_no_more(client, ada, cem, conversation) -> None:
    actions.note(conversation, ada, "@cem, please")
    TeamMembership.objects.create(workspace=ada.workspace, team=conversation.team, teammate=cem)
    assert "data-blind" not in client.get(address(conversation)).content.decode()


def test_a_conversation_that_all_see_has_no_access_to_show(client, ada, conversation) -> None:
    actions.move(conversation, None, by=None)
    html = client.get(address(conversation)).content.decode()
    assert re.search(r'<section[^>]* id="access"[^>]*\shidden>', html)
    assert "<h3>" not in html


def test_access_ends_by_itself(ada, cem, conversation) -> None:
    access = guests.give(conversation, cem, by=Actor(ada))
    GuestAccess.objects.filter(pk=access.pk).update(ends_at=timezone.now())
    tasks.end_guest_access()
    assert not Conversation.objects.visible_to(cem).filter(pk=conversation.pk).exists()
    assert conversation.messages.filter(action="access_ended", teammate=None).count() == 1
    tasks.end_guest_access()
    assert conversation.messages.filter(action="access_ended").count() == 1


def test_a_guest_can_be_given_the_conversation(client, ada, cem, conversation) -> None:
    assert 'value="cem"' not in client.get(address(conversation, "assignee/")).content.decode()
    guests.give(conversation, cem, by=Actor(ada))
    assert 'value="cem"' in client.get(address(conversation, "assignee/")).content.decode()
    assert client.post(address(conversation, "assignee/"), {"assignee": "cem"}).status_code == 200


def test_one_follows_a_conversation_or_not_by_choice(client, ada, conversation) -> None:
    assert "Follow</span>" in client.get(address(conversation, "follow/")).content.decode()
    assert "Following" in client.post(address(conversation, "follow/"), {"follow": "yes"}).content.decode()
    assert follows.follows(conversation, ada)
    client.post(address(conversation, "follow/"), {"follow": "no"})
    actions.note(conversation, ada, "writing does not overrule a choice")
    assert not follows.follows(conversation, ada)
    assert client.post(address(conversation, "follow/"), {"follow": "maybe"}).status_code == 422


def test_the_pane_takes_the_same_queries_for_one_guest_and_for_twenty(
    client, ada, conversation, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    def add(many: int, mark: str) -> None:
        for n in range(many):
            guests.give(conversation, make_teammate(ada.workspace, f"guest{mark}{n}"), by=Actor(ada))
            make_teammate(ada.workspace, f"blind{mark}{n}")
            actions.note(conversation, ada, f"@blind{mark}{n}")

    add(1, "a")
    client.get(address(conversation))
    with django_assert_max_num_queries(14) as captured:
        client.get(address(conversation))
    add(20, "b")
    with django_assert_num_queries(len(captured)):
        client.get(address(conversation))
