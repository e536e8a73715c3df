"""Contacts are brought in from Intercom by whoever may import, from one page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from imports.errors import ImportRefused
from imports.intercom.beginning import begin
from imports.models import Import, ImportStatus
from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import AuditFact, Teammate, Workspace
from inbox.people.permissions import Forbidden
from integrations.connections import connection_of
from integrations.models import Connection
from tests.factories import make_teammate, make_workspace
from tests.imports.intercom.people import fill, work_all
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Intercom

PAGE = "/imports/intercom/"


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def owner(workspace: Workspace) -> Client:
    return browser(make_teammate(workspace, role="owner"))


def test_a_token_is_kept_encrypted_tried_at_once_and_never_shown(there: Intercom, db: None) -> None:
    workspace = make_workspace()
    owner = browser(make_teammate(workspace, role="owner"))
    page = owner.get(PAGE).content.decode()
    assert "Connect Intercom" in page and "Start the import" not in page
    said = owner.post(f"{PAGE}connect/", {"intercom-access_token": stand_in.TOKEN}, follow=True).content.decode()
    assert "Intercom answers. It is Acme." in said and "Start the import" in said
    assert stand_in.TOKEN not in said
    assert connection_of(workspace, "intercom").clear() == {"access_token": stand_in.TOKEN}
    said = owner.post(f"{PAGE}connect/", {"intercom-access_token": "wrong"}, follow=True).content.decode()
    assert "does not know this access token" in said
    refused = owner.post(f"{PAGE}connect/", {"intercom-access_token": "a", "intercom-region": "mars"})
    assert refused.status_code == 422 and "It is us, eu or au." in refused.content.decode()


def test_a_connection_can_be_tried(there: Intercom, owner: Client) -> None:
    assert "Intercom answers" in owner.post(f"{PAGE}test/", follow=True).content.decode()
    there.token = "another"
    assert "does not know this access token" in owner.post(f"{PAGE}test/", follow=True).content.decode()


def test_what_was_chosen_is_brought_and_its_progress_shown(there: Intercom, owner: Client) -> None:
    fill(there, 20)
    answer = owner.post(f"{PAGE}start/", {"conversations": "on", "action": "start"})
    import_ = Import.objects.get()
    assert answer["Location"] == f"/imports/{import_.public_id}/"
    assert import_.options == {"tags": False, "conversations": True, "full": False}
    assert (import_.status, import_.dry_run, import_.by.role) == (ImportStatus.PLANNING, False, "owner")
    assert "under way" in owner.get(PAGE).content.decode()
    work_all()
    import_.refresh_from_db()
    assert import_.created == 20
    page = owner.get(PAGE).content.decode()
    assert "Everything again" in page and "finished" in page
    assert AuditFact.objects.filter(kind="contacts.import_begun").count() == 1


def test_a_trial_is_begun_by_its_own_button(there: Intercom, owner: Client) -> None:
    owner.post(f"{PAGE}start/", {"tags": "on", "action": "check"})
    assert Import.objects.get().dry_run


def test_one_sync_at_a_time(there: Intercom, workspace: Workspace, owner: Client) -> None:
    begin(workspace, COMMAND_LINE, {})
    with pytest.raises(ImportRefused, match="under way") as refused:
        begin(workspace, COMMAND_LINE, {})
    assert refused.value.code == "sync_under_way"
    assert "under way" in owner.post(f"{PAGE}start/", follow=True).content.decode()
    assert Import.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_begin_one_sync(there: Intercom, workspace: Workspace) -> None:
    def click(_: int) -> str:
        try:
            begin(workspace, COMMAND_LINE, {})
        except ImportRefused as refused:
            return refused.code
        finally:
            connection.close()
        return "begun"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == ["begun", *["sync_under_way"] * 3]


def test_what_cannot_begin_says_why(there: Intercom, workspace: Workspace) -> None:
    with pytest.raises(ImportRefused, match="tags, conversations, full") as refused:
        begin(workspace, COMMAND_LINE, {"everything": True})
    assert refused.value.code == "unknown_option"
    Connection.objects.all().delete()
    with pytest.raises(ImportRefused, match="Set its access token"):
        begin(workspace, COMMAND_LINE, {})


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_small_roles_bring_nothing(there: Intercom, workspace: Workspace, role: str) -> None:
    mate = make_teammate(workspace, role=role)
    client = browser(mate)
    assert client.get(PAGE).status_code == 403
    for verb in ("connect", "test", "start"):
        assert client.post(f"{PAGE}{verb}/", {"intercom-access_token": "mine"}).status_code == 403
    with pytest.raises(Forbidden):
        begin(workspace, Actor(mate), {})
    assert not Import.objects.exists() and not there.calls
    assert connection_of(workspace, "intercom").clear() == {"access_token": stand_in.TOKEN}


def test_another_workspace_has_nothing_to_do_with_it(there: Intercom, workspace: Workspace, db: Any) -> None:
    begin(workspace, COMMAND_LINE, {})
    other = browser(make_teammate(make_workspace(), role="owner"))
    page = other.get(PAGE).content.decode()
    assert "under way" not in page and "Connect Intercom" in page
    assert "not connected" in other.post(f"{PAGE}start/", follow=True).content.decode()
    assert Import.objects.count() == 1
