"""Who wants no more letters gets none but what they asked for: one click, without signing in."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from inbox.contacts.upsert import create_contact
from notifications.automations.leaving import token_for
from notifications.models import Delivery, Unsubscription
from tests.factories import make_workspace
from tests.notifications.automations.conftest import EMAIL, became, signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox() -> Client:
    """A mail program: no session, no cookie, and CSRF is checked."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def path(make, nadia) -> str:
    """The link in a letter to Nadia."""
    make()
    signs_up(nadia)
    work()
    [letter] = mail.outbox
    link = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://desk.test/mail/no-more/")
    return link.removeprefix("https://desk.test")


def test_the_letter_carries_its_link_in_header_text_and_html_and_what_is_kept_of_it_does_not(path) -> None:
    [letter] = mail.outbox
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path in letter.body
    assert path in letter.alternatives[0][0]
    assert path not in str(Delivery.objects.get().payload)
    assert EMAIL not in path


def test_one_click_ends_such_letters_of_this_workspace_and_twice_is_the_same(path, mailbox, make, nadia) -> None:
    for _ in range(2):
        answer = mailbox.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200, "a redirect is no answer to one click (RFC 8058)"
    again = make(name="Again")
    signs_up(nadia)
    work()
    assert became(again) == ["unsubscribed"]
    assert len(mail.outbox) == 1


def test_what_they_asked_for_still_comes_and_has_no_such_link(path, mailbox, make, nadia) -> None:
    mailbox.post(path)
    mail.outbox.clear()
    make(name="Receipt", is_transactional=True)
    signs_up(nadia)
    work()
    [letter] = mail.outbox
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "no-more" not in letter.body + letter.alternatives[0][0]


def test_another_workspace_is_not_left(path, mailbox, nadia) -> None:
    mailbox.post(path)
    there = create_contact(make_workspace(), {"name": "N", "email": EMAIL})
    assert not Unsubscription.objects.filter(workspace=there.workspace).exists()
    assert Unsubscription.objects.get().workspace == nadia.workspace


def test_looking_changes_nothing_and_the_page_takes_it_back(path, mailbox) -> None:
    answer = mailbox.get(path)
    assert "No more letters?" in answer.content.decode()
    assert EMAIL not in answer.content.decode()
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert not Unsubscription.objects.exists()
    assert 'name="on"' in mailbox.post(path).content.decode()
    assert "again" in mailbox.post(path, {"on": "1"}).content.decode()
    assert not Unsubscription.objects.exists()


def test_a_token_that_is_not_ours_or_of_a_letter_nobody_knows_changes_nothing(path, mailbox) -> None:
    token = path.split("/")[-2]
    row = Delivery.objects.get()
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    unknown = re.sub(r"^.", "f", row.public_id.hex)
    import uuid

    for wrong in (flipped, token[:20], "x", "ü", "x:y", token_for(uuid.UUID(unknown))):
        for answer in (mailbox.get(f"/mail/no-more/{wrong}/"), mailbox.post(f"/mail/no-more/{wrong}/")):
            assert answer.status_code == 404
    assert not Unsubscription.objects.exists()
    Delivery.objects.update(payload={"erased": True})
    assert mailbox.post(path).status_code == 404
