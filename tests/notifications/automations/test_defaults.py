"""What a workspace begins with: a message that tells what an import brought, and a welcome that is off at first."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client

from imports.events import ImportFinished
from inbox.contacts.upsert import create_contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import User, Workspace
from inbox.people.workspaces import create_workspace
from notifications.automations.defaults import DEFAULTS, make_defaults
from notifications.automations.saving import restore, save_automation, version_values
from notifications.automations.values import checked
from notifications.events import track
from notifications.models import Automation, AutomationVersion, Delivery, Notice
from tests.factories import make_workspace
from tests.notifications.automations.conftest import signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
ID = "0192f0c4-0000-7000-8000-000000000001"


@pytest.fixture
def fresh() -> Workspace:
    """A workspace as its owner makes it."""
    user = User.objects.create_user("ada@example.test", "password", name="Ada Lovelace")
    return create_workspace(user, "Northwind", "Europe/Lisbon", by=COMMAND_LINE)


def imported(workspace: Workspace, **more: object) -> None:
    data = {"import_id": ID, "source": "contacts.csv", "total": 1250, "created": 1180, "updated": 52, "unchanged": 11,
            "import_url": f"/imports/{ID}/"}  # fmt: skip
    track(ImportFinished(**{**data, **more}), workspace=workspace, actor=workspace.teammates.get())  # type: ignore[arg-type]
    work()


def test_an_import_that_ends_is_one_letter_to_who_began_it_with_what_arrived_and_what_to_do(fresh) -> None:
    imported(fresh, refused=7, refused_url=f"/imports/{ID}/refused/")
    [letter] = mail.outbox
    assert letter.to == ["ada@example.test"]
    assert letter.subject == "Your contacts are in: 1180 new, 52 updated"
    assert letter.body.startswith("Hello Ada,")
    for said in ("1180 are new", "52 were updated", "11 were the same already", "7 were refused"):
        assert said in letter.body
    html = letter.alternatives[0][0]
    found = re.findall(r'href="https://desk.test([^"]*)"', html)
    assert found == [
        f"/imports/{ID}/refused/", f"/imports/{ID}/", "/contacts/", "/settings/widget/", "/settings/teammates/",
    ]  # fmt: skip
    assert "List-Unsubscribe" not in letter.extra_headers, "they asked for it"
    assert Delivery.objects.filter(transport="email").count() == 1, "no preference sends another one later"
    assert Notice.objects.count() == 1, "and the desk says so, too"


def test_its_links_lead_to_pages_that_are_there(fresh) -> None:
    client = Client()
    client.force_login(fresh.teammates.get().user)
    imported(fresh)
    assert "refused:" not in mail.outbox[0].body
    for path in re.findall(r'href="https://desk.test([^"]*)"', mail.outbox[0].alternatives[0][0]):
        if not path.startswith("/imports/"):
            assert client.get(path).status_code == 200, path


def test_the_welcome_waits_for_its_switch_and_then_comes_once(fresh) -> None:
    nadia = create_contact(fresh, {"name": "Nadia Okafor", "email": "nadia@shop.example"})
    signs_up(nadia)
    work()
    assert not [letter for letter in mail.outbox if letter.to == ["nadia@shop.example"]]
    welcome = Automation.objects.get(workspace=fresh, default="contact.signed_up")
    save_automation(fresh, {"enabled": True}, by=COMMAND_LINE, automation=welcome)
    for _ in range(2):
        signs_up(nadia)
    work()
    [letter] = [letter for letter in mail.outbox if letter.to == ["nadia@shop.example"]]
    assert letter.subject == "Welcome to Northwind"
    assert letter.body.startswith("Hi Nadia,")
    assert Delivery.objects.filter(rule=welcome.rule, cause="enough").count() == 1


def test_they_are_messages_that_could_be_saved_with_versions_to_go_back_to(fresh) -> None:
    for one in Automation.objects.filter(workspace=fresh):
        fields = DEFAULTS[one.default]
        clean = checked(fresh, fields, None)
        kept = AutomationVersion.objects.get(automation=one)
        assert version_values(kept) == {name: value for name, value in clean.items() if name != "enabled"}
        save_automation(fresh, {"subject": "Mine"}, by=COMMAND_LINE, automation=one)
        assert restore(one, 1, by=COMMAND_LINE).subject == fields["subject"]


def test_workspaces_that_are_there_already_get_theirs_by_migration_once(fresh) -> None:
    old = make_workspace()
    assert not old.automations.exists()
    migration = import_module("notifications.migrations.0012_default_automations")
    for _ in range(2):
        migration.add(apps, None)
        assert sorted(old.automations.values_list("default", flat=True)) == sorted(DEFAULTS)
        assert fresh.automations.count() == len(DEFAULTS)
    make_defaults(fresh, fresh.teammates.get())
    assert fresh.automations.count() == len(DEFAULTS)
