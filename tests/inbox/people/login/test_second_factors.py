"""Second factors: an app, its codes, and recovery codes."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache

from inbox.people.models import AuditFact, User
from tests.inbox.people.login.steps import (
    PASSWORD,
    app_code,
    app_of,
    browser,
    found_in,
    is_signed_in,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_asks_who_is_there_and_shows_recovery_codes_once(client, ada) -> None:
    sign_in(client, ada.user)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = found_in(page, r'id="totp-secret">([A-Z2-7]+)')
    late = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret, off=86_400)})
    assert "check your phone" in late.content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret, off=-20)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    first, second = (client.get(done["Location"]).content.decode() for _ in range(2))
    assert len(re.findall(r"<code>(\d{8})</code>", first)) == 10
    assert not re.findall(r"<code>", second)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert mail.outbox[-1].subject == "An authenticator app was added"
    fact = AuditFact.objects.get(workspace=ada.workspace)
    assert (fact.kind, fact.subject, fact.actor) == ("two_factor.added", "authenticator app", ada)


def test_the_second_step_takes_a_code_of_the_app_and_each_code_once(ada) -> None:
    secret = app_of(ada.user)
    client = browser()
    assert sign_in(client, ada.user, next="/settings/teams/")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    page = client.post("/accounts/2fa/authenticate/", {"code": app_code(secret, off=7200)}).content.decode()
    assert "check your phone&#x27;s clock" in page
    code = app_code(secret)
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/settings/teams/"
    again = browser()
    sign_in(again, ada.user)
    # allauth forgets a used code after one period; within our tolerance it would be good again then.
    cache.delete(totp.TOTP(Authenticator.objects.get(type="totp"))._get_used_cache_key(code))
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_signed_in(again)


def test_a_recovery_code_opens_once(ada) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    app_of(ada.user)
    [code, *_] = RecoveryCodes.activate(ada.user).get_unused_codes()
    outcomes = []
    for client in (browser(), browser()):
        sign_in(client, ada.user)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        outcomes.append(is_signed_in(client))
    assert outcomes == [True, False]


def test_codes_of_an_app_cannot_be_guessed_for_long(ada) -> None:
    secret = app_of(ada.user)
    client = browser()
    sign_in(client, ada.user)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Too many" in client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).content.decode()
    assert not is_signed_in(client)


def test_turning_the_app_off_is_confirmed_mailed_and_noted(client, ada) -> None:
    app_of(ada.user)
    sign_in(client, ada.user)
    client.post("/accounts/2fa/authenticate/", {"code": app_code_of(ada.user)})
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Your authenticator app was removed"
    assert AuditFact.objects.filter(kind="two_factor.removed", workspace=ada.workspace).exists()


def app_code_of(user: User) -> str:
    from allauth.mfa.utils import decrypt

    return app_code(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))
