"""Signing in as a person of the demo, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import httpx
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.crypto import get_random_string

from inbox.demo.story import PASSWORD
from inbox.people.models import User
from tests.stack import Stack


def signed_in(stack: Stack, who: str = "ada") -> httpx.Client:
    """Return an HTTP client that is signed in as `who`@demo.test, with its CSRF token as a default header."""
    client = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=30)
    client.get("/accounts/login/")
    form = {
        "login": f"{who}@demo.test",
        "password": PASSWORD,
        "csrfmiddlewaretoken": client.cookies["frontdesk_csrf"],
    }
    answer = client.post("/accounts/login/", data=form, headers={"Referer": f"{stack.url}/accounts/login/"})
    answer.raise_for_status()
    assert "frontdesk_session" in client.cookies, answer.text[:500]
    client.headers["X-CSRFToken"] = client.cookies["frontdesk_csrf"]
    return client


def cookie_header(client: httpx.Client) -> str:
    """Return the client's cookies as a header, for a socket."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


def session_of(stack: Stack, who: str) -> str:
    """Return the key of a new session of `who`@demo.test, made as a sign-in makes it but for the second that hashing a
    password takes. The stack's processes share their keys with this one."""
    [(pk, password)] = stack.query("SELECT id, password FROM people_user WHERE email = %s", f"{who}@demo.test")
    session = {
        SESSION_KEY: str(pk),
        BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
        HASH_SESSION_KEY: User(password=str(password)).get_session_auth_hash(),
    }
    key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
    stack.query(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s) RETURNING 1",
        key, SessionStore().encode(session), timezone.now() + timedelta(days=14),
    )  # fmt: skip
    return key
