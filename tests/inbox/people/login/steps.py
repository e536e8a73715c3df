"""What somebody does who comes in, and what they read there."""

from __future__ import annotations

import re
import secrets
import time
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.utils import timezone

from inbox.people.models import Invitation, User
from inbox.people.secrets import token_hash
from inbox.people.sessions import INVITATION
from tests.factories import make_workspace

PASSWORD = "three blue bicycles"
CODE = re.compile(r"^    ([A-Z]{4}-[A-Z]{4})$", re.MULTILINE)


def browser(**headers: Any) -> Client:
    """A browser somewhere else than all others: limits are counted by address."""
    address = ".".join(str(secrets.randbelow(254) + 1) for _ in range(4))
    return Client(REMOTE_ADDR=address, **headers)


def address() -> str:
    return f"{secrets.token_hex(4)}@shop.test"


def sign_up(client: Client, email: str, **more: str) -> Any:
    form = {"name": "Nora Ek", "email": email, "password1": PASSWORD, "timezone": "Europe/Lisbon", **more}
    return client.post("/accounts/signup/", form)


def sign_in(client: Client, user: User | str, password: str = PASSWORD, **more: str) -> Any:
    login = user if isinstance(user, str) else str(user.email)
    return client.post("/accounts/login/", {"login": login, "password": password, "remember": "on", **more})


def found_in(text: str, pattern: str | re.Pattern[str]) -> str:
    """The first group of what a text holds."""
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def mailed_code() -> str:
    return found_in(str(mail.outbox[-1].body), CODE)


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/profile/").status_code == 200


def invite(email: str, **fields: Any) -> tuple[Invitation, str]:
    token = f"fi_{secrets.token_hex(8)}"
    fields = {"workspace": make_workspace(), "expires_at": timezone.now() + timedelta(days=1), **fields}
    return Invitation.objects.create(email=email, token_hash=token_hash(token), **fields), token


def holding(client: Client, token: str) -> Client:
    """What opening an invitation's link does to a browser."""
    session = client.session
    session[INVITATION] = token_hash(token)
    session.save()
    return client


def app_of(user: User) -> str:
    """Give the login an authenticator app, and return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def app_code(secret: str, off: float = 0) -> str:
    """What an app shows whose clock is `off` seconds wrong."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time() + off) // 30))


def confirmed(client: Client, user: User) -> Client:
    """Sign in and confirm the password, as is asked before a second factor is touched."""
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client
