"""The page on which a team sets its sidebar up, chooses what it shows, and sees whether it works."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database

from inbox.models import AttributeDefinition, Contact
from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import AuditFact, Teammate, Workspace
from inbox.people.permissions import Forbidden
from integrations.connections import remove_connection, set_connection
from integrations.helpscout.layout import RowRefused, change_rows, change_snippet, layout_of
from integrations.helpscout.models import SidebarLayout, SidebarRequest
from integrations.helpscout.testing import check
from tests.factories import make_teammate, make_workspace
from tests.integrations.helpscout.conftest import EMAIL, SECRET, Ask, browser, post

PAGE = "/settings/connections/helpscout/sidebar/"


def test_the_four_steps_show_the_address_and_what_is_done(owner: Teammate, ask: Ask, contact: Contact) -> None:
    client = browser(owner)
    page = client.get(PAGE).content.decode()
    assert page.count('<li class="is-done">') == 1
    assert f"/integrations/helpscout/{owner.workspace.slug}/sidebar/</code>" in page
    assert SECRET not in page
    assert "Nothing has come from Help Scout yet" in page
    ask(EMAIL)
    post(owner.workspace.slug, b"{}", "x")
    page = client.get(PAGE).content.decode()
    assert page.count('<li class="is-done">') == 4
    assert f'<a href="/contacts/{contact.public_id}/">Found</a>' in page
    assert "Wrong signature" in page


def test_the_preview_shows_an_invented_customer_or_the_one_asked_for(owner: Teammate, contact: Contact) -> None:
    client = browser(owner)
    assert "Northwind Traders" in client.get(PAGE).content.decode()
    page = client.get(PAGE, {"email": EMAIL}).content.decode()
    assert "Nadia Okafor" in page
    assert "Northwind Traders" not in page
    nobody = client.get(PAGE, {"email": "no@one.example"}).content.decode()
    assert "Nobody is known by no@one.example" in nobody
    assert client.get(PAGE, {"email": "\0<script>"}).status_code == 200


def test_rows_are_raised_lowered_hidden_and_shown_by_buttons(owner: Teammate) -> None:
    client = browser(owner)
    for pressed in ({"up": "since"}, {"down": "plan"}, {"hide": "events"}, {"up": "since"}, {"hide": "stripe"}):
        assert client.post(f"{PAGE}rows/", pressed).status_code == 302
    client.post(f"{PAGE}rows/", {"show": "stripe"})
    rows = layout_of(owner.workspace_id).rows
    assert rows == [
        "since", "company", "seats", "plan", "time", "company_time", "modules", "score", "conversations", "stripe",
    ]  # fmt: skip
    page = client.get(PAGE).content.decode()
    assert page.index('name="hide" value="stripe"') < page.index('name="show" value="events"')
    assert AuditFact.objects.filter(kind="sidebar.changed").count() == 5
    assert "changed what Help Scout shows of customers" in client.get("/settings/audit/").content.decode()


@pytest.mark.parametrize("pressed", [{}, {"show": "nothing"}, {"show": "contact:none"}, {"up": ""}, {"drop": "since"}])
def test_a_row_that_there_is_not_changes_nothing(owner: Teammate, pressed: dict[str, str]) -> None:
    page = browser(owner).post(f"{PAGE}rows/", pressed, follow=True).content.decode()
    assert "There is no such row any more" in page
    assert not SidebarLayout.objects.exists()


def test_own_fields_can_be_chosen_and_there_is_an_end(owner: Teammate) -> None:
    workspace = owner.workspace
    fields = [
        AttributeDefinition(workspace=workspace, of="contact", key=f"k{n}", label=f"Field {n}", type="text")
        for n in range(40)
    ]
    AttributeDefinition.objects.bulk_create(fields)
    definitions = {f"contact:{one.key}": one for one in fields}
    assert "Field 7 (contact field)" in browser(owner).get(PAGE).content.decode()
    for n in range(29):
        change_rows(workspace, "show", f"contact:k{n}", definitions, by=COMMAND_LINE)
    with pytest.raises(RowRefused, match="40 rows at most"):
        change_rows(workspace, "show", "contact:k30", definitions, by=COMMAND_LINE)


def test_the_preview_follows_what_is_typed_and_saves_nothing(owner: Teammate) -> None:
    client = browser(owner)
    seen = client.post(f"{PAGE}preview/", {"snippet": "<p>Region {{ account.plan }}</p>"}).content.decode()
    assert "<p>Region Pro</p>" in seen
    wrong = client.post(f"{PAGE}preview/", {"snippet": "{% if %}"}).content.decode()
    assert "Line 1" in wrong
    assert "Northwind Traders" in wrong
    assert not SidebarLayout.objects.exists()


def test_a_snippet_is_saved_or_said_to_be_wrong_beside_it(owner: Teammate, ask: Ask, contact: Contact) -> None:
    client = browser(owner)
    refused = client.post(f"{PAGE}snippet/", {"snippet": "{% if %}<i>"})
    assert refused.status_code == 422
    assert "Line 1" in refused.content.decode()
    assert "{% if %}&lt;i&gt;" in refused.content.decode()
    assert client.post(f"{PAGE}snippet/", {"snippet": "<p>Plan\r\n{{ account.plan }}</p>"}).status_code == 302
    assert "<p>Plan\n{}</p>".format("Pro") in ask(EMAIL).json()["html"]
    client.post(f"{PAGE}snippet/", {"snippet": ""})
    assert layout_of(owner.workspace_id).snippet == ""


def said(workspace: Workspace) -> list[tuple[bool | None, str]]:
    return [(finding.is_right, finding.says) for finding in check(workspace)]


def test_the_test_button_says_what_is_right(owner: Teammate, ask: Ask, settings: Any) -> None:
    settings.PUBLIC_URL = "https://desk.example.com"
    found = said(owner.workspace)
    assert [right for right, _ in found] == [True, True, True, None, None]
    assert "cannot be seen from here" in found[3][1]
    assert "Nothing has come" in found[4][1]
    ask(EMAIL)
    assert said(owner.workspace)[-1] == (True, "The last request was signed with this very key.")
    page = browser(owner).post(f"{PAGE}test/").content.decode()
    assert "A request signed with this key was answered 200" in page
    assert SidebarRequest.objects.count() == 1


def test_the_test_button_says_what_is_wrong(owner: Teammate, settings: Any) -> None:
    workspace = owner.workspace
    settings.PUBLIC_URL = ""
    post(workspace.slug, b"{}", "x")
    wrong = [text for right, text in said(workspace) if right is False]
    assert [text.partition(" ")[0] for text in wrong] == ["Help", "The"]
    assert "set PUBLIC_URL" in wrong[0]
    assert "signed with another key" in wrong[1]
    post(workspace.slug, b"{}", None)
    assert "had no signature" in said(workspace)[-1][1]
    set_connection(workspace, "helpscout", {"secret": "x" * 41}, by=COMMAND_LINE)
    assert "has 41 signs" in said(workspace)[0][1]
    with database.cursor() as cursor:
        lost = Fernet(Fernet.generate_key()).encrypt(json.dumps({"secret": "x"}).encode()).decode()
        cursor.execute("UPDATE integrations_connection SET config = %s", [lost])
    assert said(workspace) == [
        (False, "The secret key is stored under a key that this installation no longer has. Give it anew.")
    ]
    remove_connection(workspace, "helpscout", by=COMMAND_LINE)
    assert "No secret key is set" in said(workspace)[0][1]


def test_small_roles_and_other_workspaces_change_nothing(owner: Teammate, contact: Contact) -> None:
    agent = make_teammate(owner.workspace, "cem")
    stranger = browser(make_teammate(make_workspace(), "zoe", role="owner"))
    client = browser(agent)
    assert client.get(PAGE).status_code == 403
    for part in ("rows", "snippet", "preview", "test"):
        assert client.post(f"{PAGE}{part}/", {"hide": "since", "snippet": "x"}).status_code == 403
        assert client.get(f"{PAGE}{part}/").status_code == 405
    for verb in (lambda by: change_rows(owner.workspace, "hide", "since", {}, by=by),
                 lambda by: change_snippet(owner.workspace, "x", by=by)):  # fmt: skip
        with pytest.raises(Forbidden):
            verb(Actor(agent))
    assert not SidebarLayout.objects.exists()
    assert "Nobody is known" in stranger.get(PAGE, {"email": EMAIL}).content.decode()
    stranger.post(f"{PAGE}rows/", {"hide": "since"})
    assert "since" in layout_of(owner.workspace_id).rows
