"""Signing in as a person of the demo, over HTTP."""

from __future__ import annotations

import httpx

from inbox.demo.story import PASSWORD
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
