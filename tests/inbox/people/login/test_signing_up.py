"""Sign-up: who may make a login, and what proves its address."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connections
from django.utils import timezone

from inbox.people.models import User
from tests.factories import make_workspace
from tests.inbox.people.login.steps import (
    PASSWORD,
    address,
    browser,
    holding,
    invite,
    is_signed_in,
    mailed_code,
    sign_in,
    sign_up,
)

pytestmark = pytest.mark.django_db


def test_a_stranger_signs_up_and_comes_in_with_the_mailed_code(client) -> None:
    email = address()
    answer = sign_up(client, email.upper())
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    [letter] = mail.outbox
    assert letter.to == [email]
    assert not letter.subject.startswith("[")
    assert "Nora Ek" in letter.body
    answer = client.post("/accounts/confirm-email/", {"code": mailed_code().lower().replace("-", "")})
    assert answer["Location"] == "/"
    user = User.objects.get(email=email)
    assert (user.name, user.timezone) == ("Nora Ek", "Europe/Lisbon")
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_login_whose_address_is_not_proved_opens_nothing(client) -> None:
    email = address()
    sign_up(client, email)
    other = browser()
    sign_in(other, email)
    assert not is_signed_in(other)
    assert "_auth_user_id" not in other.session


def test_an_address_with_a_login_gets_the_same_answer_as_one_without(ada) -> None:
    new, known = browser(), browser()
    answers = [sign_up(new, address()), sign_up(known, ada.user.email)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/confirm-email/")}
    pages = [client.get("/accounts/confirm-email/").content.decode() for client in (new, known)]
    shapes = [re.sub(r'value="[^"]*"|<b>[^<]*</b>', "", page) for page in pages]
    assert shapes[0] == shapes[1]
    assert User.objects.filter(email=ada.user.email).count() == 1
    assert mail.outbox[-1].to == [ada.user.email]
    assert "There is one already" in mail.outbox[-1].body


def test_codes_cannot_be_guessed_for_long(client) -> None:
    sign_up(client, address())
    for _ in range(5):
        last = client.post("/accounts/confirm-email/", {"code": "BCDF-GHJK"})
    assert last["Location"] == "/accounts/login/"
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert "_auth_user_id" not in client.session


def test_a_name_that_shows_nothing_and_a_bad_password_are_refused_in_words(client) -> None:
    answer = sign_up(client, address(), name="\u200b \u2028", password1="password12")
    page = answer.content.decode()
    assert "Give the name" in page
    assert "too common" in page
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("signup", "workspaces", "open_"),
    [("open", 1, True), ("first", 0, True), ("first", 1, False), ("closed", 0, False)],
)
def test_sign_up_is_open_as_the_installation_says(client, settings, signup, workspaces, open_) -> None:
    settings.SIGNUP = signup
    for _ in range(workspaces):
        make_workspace()
    assert ("Your name" in client.get("/accounts/signup/").content.decode()) is open_
    sign_up(client, address())
    assert User.objects.exists() is open_
    assert ("Create your login" in browser().get("/accounts/login/").content.decode()) is open_


def test_an_invitation_opens_a_closed_sign_up_for_its_address_alone(client, settings) -> None:
    settings.SIGNUP = "closed"
    email = address()
    invitation, token = invite(email)
    page = holding(client, token).get("/accounts/signup/").content.decode()
    assert f'value="{email}"' in page
    assert invitation.workspace.name in page
    refused = sign_up(client, address())
    assert f"mailed to {email}" in refused.content.decode()
    assert not User.objects.exists()
    answer = sign_up(client, email)
    assert answer["Location"] == "/invitations/opened/"
    assert mail.outbox == []  # the link was mailed there: that is proof enough
    assert EmailAddress.objects.get(user__email=email).verified


@pytest.mark.parametrize(
    "over",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"withdrawn_at": timezone.now()},
        {"accepted_at": timezone.now()},
    ],
)
def test_an_invitation_that_is_over_opens_nothing(client, settings, over) -> None:
    settings.SIGNUP = "closed"
    email = address()
    _, token = invite(email, **over)
    sign_up(holding(client, token), email)
    assert not User.objects.exists()
    assert "by invitation" in client.get("/accounts/signup/").content.decode()


def test_who_is_invited_and_has_a_login_is_told_to_use_it(client, ada) -> None:
    _, token = invite(ada.user.email)
    answer = sign_up(holding(client, token), ada.user.email)
    assert "You have a login with this address already" in answer.content.decode()
    assert sign_in(client, ada.user)["Location"] == "/invitations/opened/"


def test_a_login_that_was_begun_in_ones_name_does_not_stand_in_the_way_of_an_invitation(client) -> None:
    email = address()
    sign_up(browser(), email, password1="the squatter's words")
    _, token = invite(email)
    assert sign_up(holding(client, token), email)["Location"] == "/invitations/opened/"
    user = User.objects.get(email=email)
    assert user.check_password(PASSWORD)
    assert "_auth_user_id" not in browser().session


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_makes_one_login(client) -> None:
    email = address()

    def send(_: int) -> int:
        try:
            return int(sign_up(browser(), email).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(4))) <= {302, 429}
    assert User.objects.filter(email=email).count() == 1
