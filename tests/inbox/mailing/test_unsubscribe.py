"""One click in a mail program ends letters of one kind, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Rule
from notifications.personal.choices import all_choices
from notifications.personal.preferences import chosen
from notifications.unsubscribing import PREFERENCES, link_for, token_for
from tests.factories import make_teammate


@pytest.fixture
def mailbox() -> Client:
    """A mail program: no session, no cookie, and CSRF is checked."""
    return Client(enforce_csrf_checks=True)


def ways(mate, choice: str) -> frozenset[str]:
    return chosen([mate.pk], [all_choices()[choice]])[mate.pk, choice]


def page(mate, choice: str = "mention") -> str:
    return f"/mail/unsubscribe/{token_for(mate, choice)}/"


def test_one_click_turns_off_the_letters_of_one_choice(mailbox, bea, workspace) -> None:
    cem = make_teammate(workspace, "cem")
    before = ways(bea, "mention")
    assert "email" in before
    answer = mailbox.post(page(bea), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, "a redirect is no answer to one click (RFC 8058)"
    assert ways(bea, "mention") == before - {"email"}
    assert ways(cem, "mention") == before
    assert Rule.objects.count() == 1


def test_twice_is_the_same_as_once(mailbox, bea) -> None:
    for _ in range(2):
        assert mailbox.post(page(bea), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "email" not in ways(bea, "mention")


def test_looking_changes_nothing_and_says_what_it_would_turn_off(mailbox, bea) -> None:
    answer = mailbox.get(page(bea))
    assert "No more email for “Mentions”?" in answer.content.decode()
    assert not Rule.objects.exists()
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert bea.email not in answer.content.decode()


def test_it_can_be_turned_on_again_from_the_page(mailbox, bea) -> None:
    done = mailbox.post(page(bea)).content.decode()
    assert 'name="on"' in done
    assert f'href="{PREFERENCES}"' in done
    assert "is on" in mailbox.post(page(bea), {"on": "1"}).content.decode()
    assert "email" in ways(bea, "mention")


def test_a_token_that_is_not_ours_changes_nothing_and_names_the_preferences(mailbox, bea) -> None:
    token = token_for(bea, "mention")
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (flipped, token[:20], "x", "ü", "WyJhIl0:x", "00000000-0000-7000-8000-000000000000"):
        for answer in (mailbox.get(f"/mail/unsubscribe/{wrong}/"), mailbox.post(f"/mail/unsubscribe/{wrong}/")):
            assert answer.status_code == 404
            assert PREFERENCES in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_choice_that_there_is_no_more_is_a_404(mailbox, bea) -> None:
    for method in (mailbox.get, mailbox.post):
        assert method(page(bea, "gone")).status_code == 404


def test_the_link_ends_with_the_membership(mailbox, bea) -> None:
    bea.left_at = timezone.now()
    bea.save()
    assert mailbox.post(page(bea)).status_code == 404


def test_the_link_is_the_pages_address(mailbox, bea, settings) -> None:
    settings.PUBLIC_URL = "https://desk.shop.test"
    link = link_for(bea, "mention")
    assert link.startswith("https://desk.shop.test/mail/unsubscribe/")
    assert mailbox.get(link.removeprefix("https://desk.shop.test")).status_code == 200
