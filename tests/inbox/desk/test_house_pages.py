"""The pages of the workspace's settings: what they keep, refuse and never show."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import subprocess

import pytest
from django.test import Client

from inbox.desk.settings.house.signing import NODE, PHP, PYTHON, RUBY
from inbox.people.models import AuditFact
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db

PAGES = ("workspace", "hours", "widget", "identity", "webhooks")


@pytest.fixture
def workspace():
    return make_workspace(name="Northwind", timezone="Europe/Lisbon")


def signed_in(workspace, role: str = "admin") -> Client:
    client = Client()
    client.force_login(make_teammate(workspace, role=role).user)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_an_agent_is_told_whom_to_ask(workspace, page) -> None:
    answer = signed_in(workspace, "agent").get(f"/settings/{page}/")
    assert answer.status_code == 403
    assert "Ask an owner or admin" in answer.content.decode()


@pytest.mark.parametrize("door", ["show", "rotate", "retire"])
def test_the_secret_is_reached_by_a_post_of_somebody_who_may_alone(workspace, door) -> None:
    assert signed_in(workspace, "agent").post(f"/settings/identity/{door}/").status_code == 403
    assert signed_in(workspace).get(f"/settings/identity/{door}/").status_code == 405
    assert not AuditFact.objects.exists()


def test_the_secret_is_shown_on_purpose_only_and_kept_by_no_cache(workspace) -> None:
    ada = signed_in(workspace)
    assert workspace.identity_secret not in ada.get("/settings/identity/").content.decode()
    shown = ada.post("/settings/identity/show/")
    assert workspace.identity_secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    rotated = ada.post("/settings/identity/rotate/")
    workspace.refresh_from_db()
    assert workspace.identity_secret in rotated.content.decode()
    assert workspace.previous_identity_secret not in rotated.content.decode()
    assert "no-store" in rotated["Cache-Control"]
    again = ada.post("/settings/identity/rotate/", follow=True)
    assert "Retire the former secret first" in again.content.decode()


def test_a_week_with_two_spans_and_a_holiday_is_kept(workspace) -> None:
    form = {
        "when": "week",
        "mon-from": ["13:30", "09:00", ""],
        "mon-to": ["00:00", "12:30", ""],
        "holiday-on": ["2026-12-24", ""],
        "holiday-name": ["Christmas Eve", ""],
    }
    assert signed_in(workspace).post("/settings/hours/", form).status_code == 302
    workspace.refresh_from_db()
    assert workspace.business_hours == {"mon": [["09:00", "12:30"], ["13:30", "24:00"]]}
    assert workspace.holidays == [{"on": "2026-12-24", "name": "Christmas Eve"}]
    page = signed_in(workspace).get("/settings/hours/").content.decode()
    assert 'value="13:30"' in page
    assert "Christmas Eve" in page


def test_what_cannot_be_kept_comes_back_as_it_was_sent_with_the_problem_beside_it(workspace) -> None:
    form = {"when": "week", "mon-from": ["09:00", "11:00"], "mon-to": ["12:00", "14:00"], "tue-from": "09:00"}
    answer = signed_in(workspace).post("/settings/hours/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "11:00 to 14:00 overlaps 09:00 to 12:00." in page
    assert "Give both times" in page
    assert 'value="14:00"' in page
    workspace.refresh_from_db()
    assert workspace.business_hours == {}


def test_hours_without_any_hour_are_asked_about(workspace) -> None:
    answer = signed_in(workspace).post("/settings/hours/", {"when": "week"})
    assert answer.status_code == 422
    assert "At any time" in answer.content.decode()


def test_sites_that_are_none_are_told_by_the_line_they_stand_on(workspace) -> None:
    form = {"title": "", "greeting": "Hi", "side": "right", "accent": "#2d5fc8", "origins": "ok.example\nnot a site"}
    answer = signed_in(workspace).post("/settings/widget/", form)
    assert answer.status_code == 422
    assert "“not a site” is no site" in answer.content.decode()
    workspace.refresh_from_db()
    assert workspace.widget_origins == []


def test_markup_in_a_name_or_greeting_stays_text(workspace) -> None:
    workspace.name = workspace.greeting = '"><script>alert(1)</script>'
    workspace.save()
    ada = signed_in(workspace)
    for page in PAGES:
        assert "<script>alert" not in ada.get(f"/settings/{page}/").content.decode()


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#ffffff", "#2d5fc8", "#808080"])
def test_whatever_the_colour_what_is_drawn_can_be_read(workspace, accent) -> None:
    page = signed_in(workspace).get("/settings/workspace/colour/", {"accent": accent}).content.decode()
    assert page.count('class="sample"') == 3
    assert page.count("tag ok") == 3


def test_a_colour_that_is_half_written_draws_nothing(workspace) -> None:
    answer = signed_in(workspace).get("/settings/workspace/colour/", {"accent": '#2d5"/>'})
    assert answer.status_code == 200
    assert "<rect" not in answer.content.decode()


SAMPLES = [
    (["python3", "-c"], PYTHON + "\nprint(frontdesk_hash('u-17'))"),
    (["node", "-e"], NODE + "\nconsole.log(frontdeskHash('u-17'))"),
    (["ruby", "-e"], RUBY + "\nputs frontdesk_hash('u-17')"),
    (["php", "-r"], PHP + "\necho frontdesk_hash('u-17', $secret);"),
]


# Each language that this machine speaks.
@pytest.mark.parametrize(("program", "script"), [sample for sample in SAMPLES if shutil.which(sample[0][0])])
def test_the_samples_of_code_sign_as_the_widget_expects(program, script) -> None:
    env = {**os.environ, "FRONTDESK_IDENTITY_SECRET": "is_test"}
    said = subprocess.run([*program, script], env=env, capture_output=True, text=True, check=True).stdout.strip()
    assert said == hmac.new(b"is_test", b"u-17", hashlib.sha256).hexdigest()
