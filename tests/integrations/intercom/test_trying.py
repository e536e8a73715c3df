"""A connection can be tried: the page says what works, or exactly what does not."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client

from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate, Workspace
from integrations.connections import connection_of, set_connection
from integrations.models import Integration
from integrations.trying import TrialFailed, try_connection
from tests.factories import make_teammate, make_workspace
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Fault, errors, too_fast

PAGE = "/settings/connections/"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def connected(workspace: Workspace) -> Workspace:
    set_connection(workspace, "intercom", {"access_token": stand_in.TOKEN}, by=COMMAND_LINE)
    return workspace


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_works_is_said_with_the_name_of_whose_it_is(there: Any, connected: Workspace) -> None:
    said = try_connection(connected, Integration.INTERCOM)
    assert said == "It is Acme. Its contacts, companies and conversations can be read."
    assert sum(there.calls.values()) == 4


@pytest.mark.parametrize(
    ("route", "fault", "said"),
    [
        ("GET me", errors(401, "unauthorized"), "does not know this access token"),
        ("GET contacts", errors(403, "token_unauthorized"), "It may not read contacts.*give the app the permissions"),
        ("POST companies/list", errors(403, "forbidden"), "It may not read companies"),
        ("GET me", Fault(500), "trouble of its own .500.*Try again in a moment"),
        ("GET me", Fault(drop=True), "could not be reached"),
        ("GET me", too_fast(30), "asked to go slower"),
    ],
)
def test_what_does_not_work_is_said_exactly(
    there: Any, connected: Workspace, route: str, fault: Fault, said: str
) -> None:
    there.always[route] = fault
    with pytest.raises(TrialFailed, match=said):
        try_connection(connected, Integration.INTERCOM)
    assert there.calls[route] == 1


def test_conversations_that_cannot_be_read_are_said_and_do_not_fail_it(there: Any, connected: Workspace) -> None:
    there.always["GET conversations"] = errors(403, "api_plan_restricted")
    assert "but not its conversations" in try_connection(connected, Integration.INTERCOM)


def test_what_is_not_connected_or_cannot_be_read_cannot_be_tried(workspace: Workspace) -> None:
    with pytest.raises(TrialFailed, match="is not connected"):
        try_connection(workspace, Integration.INTERCOM)
    set_connection(workspace, "intercom", {"access_token": "a"}, by=COMMAND_LINE)
    lost = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_connection SET config = %s", [lost])
    with pytest.raises(TrialFailed, match="Set it anew"):
        try_connection(workspace, Integration.INTERCOM)


def test_the_page_has_a_button_for_what_is_connected_and_can_be_tried(there: Any, connected: Workspace) -> None:
    set_connection(connected, "helpscout", {"secret": "s"}, by=COMMAND_LINE)
    owner = browser(make_teammate(connected, role="owner"))
    page = owner.get(PAGE).content.decode()
    assert "/settings/connections/intercom/test/" in page and "/helpscout/test/" not in page
    said = owner.post(f"{PAGE}intercom/test/", follow=True).content.decode()
    assert "Intercom answers. It is Acme." in said
    there.token = "another"
    said = owner.post(f"{PAGE}intercom/test/", follow=True).content.decode()
    assert "Intercom does not work. Intercom does not know this access token." in said
    assert stand_in.TOKEN not in said


def test_only_who_handles_keys_may_try_them(there: Any, connected: Workspace) -> None:
    agent = browser(make_teammate(connected, role="agent"))
    assert agent.post(f"{PAGE}intercom/test/").status_code == 403
    owner = browser(make_teammate(connected, role="owner"))
    assert owner.get(f"{PAGE}intercom/test/").status_code == 405
    assert owner.post(f"{PAGE}helpscout/test/").status_code == 404
    assert owner.post(f"{PAGE}github/test/").status_code == 404
    assert not there.calls


def test_a_region_is_one_of_three(workspace: Workspace) -> None:
    owner = browser(make_teammate(workspace, role="owner"))
    refused = owner.post(f"{PAGE}intercom/", {"intercom-access_token": "a", "intercom-region": "mars"})
    assert "It is us, eu or au." in refused.content.decode()
    owner.post(f"{PAGE}intercom/", {"intercom-access_token": "a", "intercom-region": " EU "})
    assert connection_of(workspace, "intercom").clear() == {"access_token": "a", "region": "eu"}
