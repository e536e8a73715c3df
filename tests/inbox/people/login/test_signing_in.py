"""Sign-in: with a password, as often as it may be tried."""

from __future__ import annotations

import pytest

from tests.factories import make_teammate
from tests.inbox.people.login.steps import (
    PASSWORD,
    browser,
    found_in,
    sign_in,
)

pytestmark = pytest.mark.django_db


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(ada) -> None:
    pages = [sign_in(browser(), who, "not it").content.decode() for who in (ada.user.email, "nobody@shop.test")]
    problems = [found_in(page, r'role="alert">([^<]*)<') for page in pages]
    assert problems[0] == problems[1]
    assert "Check both" in problems[0]


def test_signing_in_leads_where_one_wanted_to_go_and_never_to_another_site(ada) -> None:
    assert sign_in(browser(), ada.user, next="/settings/teams/")["Location"] == "/settings/teams/"
    assert sign_in(browser(), ada.user, next="https://evil.test/")["Location"] == "/"
    assert sign_in(browser(), ada.user, next="//evil.test/")["Location"] == "/"


def test_after_five_wrong_passwords_the_right_one_waits_too_and_other_logins_do_not(ada) -> None:
    other = make_teammate(ada.workspace, "bea")
    for _ in range(5):
        sign_in(browser(), ada.user, "not it")
    assert "Too many attempts" in sign_in(browser(), ada.user).content.decode()
    assert sign_in(browser(), other.user, "password").status_code == 302


def test_too_many_tries_from_one_place_are_answered_by_a_page_of_ours(client, settings, ada) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _ in range(3):
        answer = sign_in(client, ada.user, "not it")
    assert answer.status_code == 429
    assert "Wait five minutes" in answer.content.decode()
    assert sign_in(browser(), ada.user).status_code == 302


def test_a_session_ends_with_the_browser_unless_one_stays_signed_in(ada) -> None:
    stays, goes = browser(), browser()
    sign_in(stays, ada.user)
    goes.post("/accounts/login/", {"login": ada.user.email, "password": PASSWORD})
    assert stays.cookies["frontdesk_session"]["max-age"]
    assert not goes.cookies["frontdesk_session"]["max-age"]
