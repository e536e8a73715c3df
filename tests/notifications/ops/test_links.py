"""What opens something, and stands in a path, is in no alert and in no log line."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core import signing
from django.test import RequestFactory
from django.urls import reverse

from inbox.routing import websocket_urlpatterns
from notifications.ops.requests import address_of, own_referrer
from settings.errors import without_secrets
from settings.links import secret_links
from settings.logging import Json, Line
from tests.walk.discover import Route, routes

SECRET = "zanzibar"
NAMES = ("token", "key", "secret", "signature", "sig", "code", "hash", "password", "credential")


def opens_something(name: str) -> bool:
    return any(part in NAMES for part in name.lower().split("_"))


SECRETIVE = [route for route in routes() if any(opens_something(name) for name in route.parameters)]


def path_of(route: Route) -> str:
    """Return the route's path, each of its arguments the secret."""
    return reverse(route.name, kwargs=dict.fromkeys(route.parameters, SECRET))


def test_invitations_farewells_and_links_to_a_new_password_are_among_them() -> None:
    assert {"invitation", "left", "account_reset_password_from_key"} <= {route.name for route in SECRETIVE}


@pytest.mark.parametrize("route", SECRETIVE, ids=lambda route: route.name)
def test_no_alert_shows_it(route: Route) -> None:
    path = path_of(route)
    assert SECRET in path
    request = RequestFactory().get(
        "/accounts/login/", {"next": path}, headers={"Referer": f"http://testserver{path}more/"}
    )
    shown = [address_of(RequestFactory().get(path)), address_of(request), own_referrer(request)]
    assert not any(SECRET in text for text in shown), shown
    assert shown[0].startswith(path.partition(SECRET)[0]), "where it was is still told"


@pytest.mark.parametrize("route", SECRETIVE, ids=lambda route: route.name)
@pytest.mark.parametrize("form", [Line(), Json()], ids=["line", "json"])
def test_no_log_line_shows_it(route: Route, form: logging.Formatter) -> None:
    path = path_of(route)
    quoted = path.replace("/", "%2F")
    for text in (f"Not Found: {path}", f"GET https://desk.example.com{path}?a=1", f"GET /?next={quoted} HTTP/1.1"):
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (text,), None)
        assert SECRET not in form.format(record)


@pytest.mark.parametrize("route", SECRETIVE, ids=lambda route: route.name)
def test_no_report_to_sentry_shows_it(route: Route) -> None:
    event: Any = {"request": {"url": f"https://desk.example.com{path_of(route)}"}, "transaction": path_of(route)}
    assert SECRET not in json.dumps(without_secrets(event, {}))


def test_a_signed_value_is_known_by_its_shape_wherever_it_stands() -> None:
    signed = signing.dumps(17, salt="left")
    shown = address_of(RequestFactory().get(f"/nowhere/{signed}/"))
    assert signed not in shown
    assert signed.rpartition(":")[2] not in shown


def test_no_socket_has_such_an_argument_in_its_path() -> None:
    names = [name for entry in websocket_urlpatterns for name in entry.pattern.regex.groupindex]
    assert not any(opens_something(name) for name in names)


def test_an_argument_that_opens_nothing_leaves_its_address_readable() -> None:
    from settings.urls import urlpatterns

    assert not any("conversations" in link or "activity" in link for link in secret_links(urlpatterns))
    assert address_of(RequestFactory().get("/start/acme/widget/")) == "/start/acme/widget/"
