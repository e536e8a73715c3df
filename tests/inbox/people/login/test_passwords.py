"""Passwords that are lost or changed, and addresses."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail

from inbox.people.models import AuditFact, User
from tests.factories import make_teammate, make_workspace
from tests.inbox.people.login.steps import (
    PASSWORD,
    address,
    browser,
    confirmed,
    found_in,
    is_signed_in,
    mailed_code,
    sign_in,
    sign_up,
)

pytestmark = pytest.mark.django_db


def test_a_mailed_link_resets_the_password_once_and_ends_every_session(ada) -> None:
    inside, outside = browser(), browser()
    sign_in(inside, ada.user)
    outside.post("/accounts/password/reset/", {"email": ada.user.email})
    link = found_in(str(mail.outbox[-1].body), r"http://testserver(\S+)")
    form = outside.get(link)["Location"]
    answer = outside.post(form, {"password1": "four green trains", "password2": "four green trains"})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    assert not is_signed_in(inside)
    assert not UserSession.objects.filter(user=ada.user).exists()
    assert "This link does not work any more" in browser().get(link).content.decode()
    assert sign_in(browser(), ada.user, "four green trains").status_code == 302
    assert mail.outbox[-1].subject == "Your password was reset"


def test_nobody_learns_from_a_reset_which_addresses_have_a_login(ada) -> None:
    answers = [
        browser().post("/accounts/password/reset/", {"email": email}) for email in (ada.user.email, "no@shop.test")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/password/reset/done/")}
    assert "No login has this address" not in mail.outbox[0].body
    assert mail.outbox[1].subject == "No login at Frontdesk has this address"


def test_changing_the_password_ends_the_other_sessions_and_not_this_one(client, ada) -> None:
    other = browser()
    for one in (client, other):
        sign_in(one, ada.user)
    form = {"oldpassword": PASSWORD, "password1": "four green trains", "password2": "four green trains"}
    wrong = client.post("/accounts/password/change/", {**form, "oldpassword": "guessed"})
    assert "This is not your current password" in wrong.content.decode()
    assert is_signed_in(other)
    assert client.post("/accounts/password/change/", form)["Location"] == "/settings/security/"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert AuditFact.objects.get(workspace=ada.workspace).kind == "login.password_changed"
    assert re.search(r"on \w+day, \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)", str(mail.outbox[-1].body))


def test_the_address_changes_once_its_code_is_entered_and_the_old_one_hears_of_it(client, ada) -> None:
    confirmed(client, ada.user)
    before, after = ada.user.email, address()
    client.post("/accounts/email/", {"email": after, "action_add": ""})
    assert User.objects.get(pk=ada.user.pk).email == before
    assert client.post("/accounts/confirm-email/", {"code": mailed_code()})["Location"] == "/settings/security/"
    assert User.objects.get(pk=ada.user.pk).email == after
    assert [row.email for row in EmailAddress.objects.filter(user=ada.user)] == [after]
    assert mail.outbox[-1].to == [before]
    assert after in mail.outbox[-1].body


def test_somebody_elses_address_cannot_be_taken(client, ada) -> None:
    other = make_teammate(make_workspace(), "bea").user
    confirmed(client, ada.user)
    client.post("/accounts/email/", {"email": other.email, "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert EmailAddress.objects.get(email=other.email).user_id == other.pk
    assert User.objects.get(pk=ada.user.pk).email == ada.user.email


def test_a_terminal_that_prints_letters_is_named_where_a_letter_is_awaited(client, settings) -> None:
    sign_up(client, address())
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "terminal" not in client.get("/accounts/confirm-email/").content.decode()
    settings.MAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    for path in ("/accounts/confirm-email/", "/accounts/password/reset/done/"):
        assert "printed in the terminal" in client.get(path).content.decode()
