"""One call to Intercom, and what of it is tried again: bounded in time and size, in step with the limits that the
answers tell."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from integrations.intercom.errors import CursorGone, Later, refused

VERSION = "2.14"
REGIONS = {"us": "https://api.intercom.io/", "eu": "https://api.eu.intercom.io/", "au": "https://api.au.intercom.io/"}
CONNECT_SECONDS = 5
READ_SECONDS = 15
# A call is over soon after, however slowly its bytes come, and before the lease of whoever makes it.
ALL_SECONDS = 30
MAX_BYTES = 32 * 1024 * 1024
# A worker waits for so long by itself. Longer waits are a time in the import's row.
PATIENCE = 5.0
TRIES = 4
BACKOFF = 0.5
# Where Intercom says "too fast" and not for how long; and what is believed at most: its windows are of ten seconds.
PAUSE = 10.0
LONGEST_PAUSE = 60.0
# For how long it is left alone after all tries have failed.
DOWN_SECONDS = 10.0


class Broken(Exception):
    """No whole answer came. The text says what did."""


def base_url(region: str = "") -> str:
    """Return where Intercom's API is for a region; INTERCOM_API_URL, where it is set, is for all of them."""
    return f"{settings.INTERCOM_API_URL.rstrip('/')}/" if settings.INTERCOM_API_URL else REGIONS[region or "us"]


class Wire:
    """A line to Intercom's API. `before` is called before each call; `patience` is for how many seconds it may wait by
    itself, 0 for not trying anything again."""

    def __init__(
        self, token: str, *, region: str = "", before: Callable[[], None] | None = None, patience: float = PATIENCE
    ) -> None:
        self._base = base_url(region)
        self._before = before
        self._patience = patience
        self._free_at = 0.0
        self._session = requests.Session()
        self._session.auth = _Bearer(token)  # and no other that a .netrc holds
        self._session.headers.update({"Accept": "application/json", "Intercom-Version": VERSION})

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, at: str | None = None) -> dict[str, Any]:
        """Ask for something. `at` is the cursor, if any, that the parameters hold."""
        return self._ask("GET", path, at, params=params)

    def post(self, path: str, body: Mapping[str, Any], *, at: str | None = None) -> dict[str, Any]:
        """Ask with a body of JSON. `at` is the cursor, if any, that it holds."""
        return self._ask("POST", path, at, json=body)

    def _ask(self, method: str, path: str, at: str | None, **what: Any) -> dict[str, Any]:
        """Call until there is an answer. Raises IntercomRefused, Gone, CursorGone (with `at`), Later."""
        tries = TRIES if self._patience else 1
        for attempt in range(tries):
            self._wait(self._free_at - time.monotonic(), "Intercom's limit is used up.", throttled=True)
            if self._before:
                self._before()
            try:
                response, body = self._call(method, path, what)
            except (requests.RequestException, Broken) as error:
                said = str(error) if isinstance(error, Broken) else _said(error)
            else:
                if response.status_code == 429:
                    self._note(response, spent=True)
                    continue
                if response.status_code < 500:
                    return _judged(response.status_code, body, at)
                said = f"Intercom has trouble of its own ({response.status_code})."
            if attempt < tries - 1:
                self._wait(BACKOFF * 2**attempt * random.uniform(0.5, 1.5), said, throttled=False)  # noqa: S311
                continue
            raise Later(DOWN_SECONDS, said)
        raise Later(max(1.0, self._free_at - time.monotonic()), "Intercom asked to go slower.", throttled=True)

    def _wait(self, seconds: float, said: str, *, throttled: bool) -> None:
        if seconds <= 0:
            return
        if seconds > self._patience:
            raise Later(seconds, said, throttled=throttled)
        time.sleep(seconds)

    def _call(self, method: str, path: str, what: dict[str, Any]) -> tuple[requests.Response, dict[str, Any]]:
        until = time.monotonic() + ALL_SECONDS
        response = self._session.request(
            method,
            self._base + path.lstrip("/"),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,  # the token is for one address
            stream=True,
            **what,
        )
        try:
            said = _read(response, until)
        finally:
            response.close()
        if response.status_code != 429:
            self._note(response)
        try:
            body = json.loads(said)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            if response.status_code < 300:
                raise Broken("Intercom's answer broke off, or was none of Intercom's.")
            body = {}
        return response, body

    def _note(self, response: requests.Response, *, spent: bool = False) -> None:
        """Keep until when nothing may be asked: the limit is used up, or Intercom has just said that it is."""
        if not spent and response.headers.get("X-RateLimit-Remaining", "").strip() != "0":
            return
        reset = _number(response.headers.get("X-RateLimit-Reset"))
        after = _number(response.headers.get("Retry-After"))
        pause = reset - time.time() if reset is not None else after if after is not None else PAUSE
        self._free_at = time.monotonic() + min(max(1.0, pause), LONGEST_PAUSE)


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read(response: requests.Response, until: float) -> bytes:
    """Return the body, all of it, read as it comes. Raises Broken."""
    body = bytearray()
    try:
        while part := response.raw.read1(65_536, decode_content=True):
            body += part
            if len(body) > MAX_BYTES:
                raise Broken("Intercom's answer was too long.")
            if time.monotonic() > until:
                raise Broken("Intercom's answer took too long.")
    except (HTTPError, OSError) as error:
        raise Broken("Intercom's answer broke off.") from error
    return bytes(body)


def _judged(status: int, body: dict[str, Any], at: str | None) -> dict[str, Any]:
    if status < 300:
        return body
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    no = refused(status, str(first.get("code") or ""), str(first.get("message") or ""))
    if at is not None and status in (400, 404, 422):
        raise CursorGone(no.code, no.detail)
    raise no


def _said(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "Intercom did not answer in time."
    return "Intercom could not be reached."


def _number(value: str | None) -> float | None:
    try:
        found = float(value) if value else None
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None
