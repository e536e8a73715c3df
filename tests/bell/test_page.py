"""The Bell page."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bell.models import Device, Ring
from bell.rings import ring
from inbox.people.models import Teammate
from inbox.people.secrets import token_hash
from notifications.events import track
from notifications.kinds.plans import PlanUpgraded
from notifications.models import Event
from tests.factories import make_teammate, make_workspace


def client_of(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user)
    return client


@pytest.fixture
def owner(workspace) -> Client:
    return client_of(make_teammate(workspace, "ada", role="owner"))


def test_a_bells_token_is_shown_on_one_page_and_never_again(workspace, owner) -> None:
    page = owner.post("/bell/devices/", {"name": "Reception"}, follow=True)
    token = page.context["fresh"]["token"]
    assert token in page.content.decode()
    assert Device.objects.get().hash == token_hash(token)
    assert token not in owner.get("/bell/").content.decode()


def test_what_to_run_on_the_pi_names_the_public_address(workspace, owner, settings) -> None:
    page = owner.post("/bell/devices/", {"name": "Reception"}, follow=True)
    assert "FRONTDESK_BELL_URL=http://testserver " in page.content.decode()
    settings.PUBLIC_URL = "https://desk.example.com"
    page = owner.post("/bell/devices/", {"name": "Kitchen"}, follow=True)
    assert "FRONTDESK_BELL_URL=https://desk.example.com " in page.content.decode()


def test_a_name_that_is_taken_comes_back_with_what_was_typed(workspace, owner, bell) -> None:
    bell()
    page = owner.post("/bell/devices/", {"name": "reception"})
    assert page.status_code == 422
    assert "Another bell has that name" in page.content.decode()
    assert 'value="reception"' in page.content.decode()


def test_the_button_rings_every_bell_that_is_not_muted(workspace, owner, bell) -> None:
    device = bell()
    bell("Attic", muted=True)
    assert owner.post("/bell/ring/", {"pattern": "roll"}).status_code == 302
    row = Ring.objects.get()
    assert (row.device, row.reason, row.rung_by.handle) == (device, "Ada rang", "ada")
    assert "Ada rang" in owner.get("/bell/parts/").content.decode()


def test_quiet_hours_and_mute_are_set_on_the_page(workspace, owner, bell) -> None:
    device = bell()
    at = f"/bell/devices/{device.public_id}"
    page = owner.post(f"{at}/quiet/", {"from": "22:00", "to": "07:00"}, follow=True)
    assert "is quiet from 22:00 to 07:00" in page.content.decode()
    assert "Give both hours" in owner.post(f"{at}/quiet/", {"from": "22:00"}, follow=True).content.decode()
    owner.post(f"{at}/mute/", {"muted": "yes"})
    device.refresh_from_db()
    assert (device.muted, device.quiet) == (True, {"from": "22:00", "to": "07:00"})


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_is_shown_no_button_and_refused_in_words(workspace, bell, role) -> None:
    device, client = bell(), client_of(make_teammate(workspace, role=role))
    page = client.get("/bell/").content.decode()
    assert "Add a bell" not in page
    assert ("Mute" in page) is (role == "agent")
    assert client.post("/bell/devices/", {"name": "x"}).status_code == 403
    assert client.post(f"/bell/devices/{device.public_id}/remove/").status_code == 403
    assert client.post("/bell/ring/").status_code == (302 if role == "agent" else 403)


def test_another_workspaces_bell_is_not_there(workspace, bell) -> None:
    device, stranger = bell("Tea kitchen"), client_of(make_teammate(make_workspace(), role="owner"))
    for verb in ("remove", "mute", "quiet"):
        assert stranger.post(f"/bell/devices/{device.public_id}/{verb}/").status_code == 404
    assert stranger.post(f"/bell/devices/{uuid.uuid4()}/remove/").status_code == 404
    assert "Tea kitchen" not in stranger.get("/bell/").content.decode()
    assert Device.objects.count() == 1


def test_a_ring_for_a_private_teams_matter_is_heard_of_by_those_who_may_see_it(workspace, owner, bell) -> None:
    device = bell()
    track(PlanUpgraded(plan="pro"), workspace=workspace, is_private=True)
    ring(workspace, [device], [80], "A secret matter", event=Event.objects.get(kind="plan.upgraded"))
    assert "A secret matter" in owner.get("/bell/").content.decode()
    assert "A secret matter" not in client_of(make_teammate(workspace)).get("/bell/").content.decode()


def test_the_page_asks_as_many_questions_for_ten_bells_as_for_one(workspace, owner, bell) -> None:
    asked = []
    owner.get("/bell/parts/")  # notes when they were last seen, which the next ones need not
    for names in (range(1), range(1, 10)):
        for n in names:
            ring(workspace, [bell(f"Bell {n}")], [80], "<b>x</b>")
        with CaptureQueriesContext(connection) as queries:
            assert "<b>x</b>" not in owner.get("/bell/parts/").content.decode()
        asked.append(len(queries))
    assert asked[0] == asked[1]
