"""Asks Stripe's API, for one workspace: reads, and changes nothing there."""

from __future__ import annotations

from typing import Any

import requests
from django.conf import settings

from inbox.people.models import Workspace
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.models import Integration
from integrations.stripe.shapes import at

TIMEOUT = (3, 15)
PAGE = 100
# The version whose shapes are read; an account's own may be any.
VERSION = "2025-03-31.basil"


class StripeError(Exception):
    """Stripe did not give what was asked for. `permanent`: asking again is in vain; `retry_after` are seconds."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class Stripe:
    """One workspace's Stripe. Every method raises StripeError."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises StripeError for a workspace without an API key."""
        try:
            config = connection_of(workspace, Integration.STRIPE)
        except ConnectionUnreadable as unreadable:
            raise StripeError(str(unreadable), permanent=True) from None
        if config is None:
            raise StripeError("Stripe is not connected. Set its signing secret in Connections.", permanent=True)
        if config.api_key is None:
            raise StripeError("There is no API key. Set one in Connections to fetch what was before.", permanent=True)
        self._key = config.api_key.get_secret_value()

    def page(self, resource: str, after: str = "", **asked: str) -> tuple[list[dict[str, Any]], bool]:
        """Return a page of a list ("customers"), and whether there are more; `after` is the id of the last one."""
        answer = self._get(resource, {**asked, "limit": str(PAGE), **({"starting_after": after} if after else {})})
        rows = answer.get("data")
        if not isinstance(rows, list) or not all(isinstance(at(row).get("id"), str) for row in rows):
            raise StripeError("Stripe's answer is no list.")
        return rows, answer.get("has_more") is True and bool(rows)

    def one(self, resource: str, id_: str) -> dict[str, Any]:
        """Return one object as it is now."""
        return self._get(f"{resource}/{id_}", {})

    def _get(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        try:
            answer = requests.get(
                f"{settings.STRIPE_API_URL.rstrip('/')}/v1/{path}",
                params=asked,
                headers={"Authorization": f"Bearer {self._key}", "Stripe-Version": VERSION},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            said = answer.json()
        except requests.Timeout:
            raise StripeError("Stripe did not answer in time.") from None
        except (requests.RequestException, ValueError) as error:
            raise StripeError(f"Stripe was not reached ({type(error).__name__}).") from None
        if answer.status_code == 200 and isinstance(said, dict):
            return said
        raise _error(answer, said)


def _error(answer: requests.Response, said: Any) -> StripeError:
    status = answer.status_code
    if status == 401:
        return StripeError("Stripe does not know this API key. Copy it once more, or make a new one.", permanent=True)
    if status == 403:
        return StripeError("The API key may not read this. Let it read customers and subscriptions.", permanent=True)
    if status == 429:
        wait = answer.headers.get("Retry-After", "")
        return StripeError("Stripe asks for fewer calls.", retry_after=float(wait) if wait.isdecimal() else None)
    code = at(said, "error").get("code")
    why = f" ({str(code)[:60]})" if code else ""
    return StripeError(f"Stripe answered {status}{why}.", permanent=400 <= status < 429)
