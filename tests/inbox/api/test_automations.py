"""Automations over the API: what is sent to people by itself, its versions, and how it is doing."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.contacts.upsert import create_contact
from inbox.people.models import Workspace
from notifications import routing, sending
from notifications.models import Automation
from tests.factories import make_automation, make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem
from tests.notifications.automations.conftest import signs_up

AUTOMATION = {"name": "Hi", "kinds": ["contact.*"], "subject": "Hi", "body": "Hello {{ contact.name }}"}


def test_an_automation_is_made_changed_taken_back_and_deleted(api: Api, workspace: Workspace) -> None:
    automation = made(api.post("automations/", AUTOMATION))
    path = f"automations/{automation['id']}/"
    assert (automation["enabled"], automation["audience"], automation["channel"]) == (False, "contact", "email")
    assert (automation["quiet"], automation["sender"], automation["version"]) == (None, None, 1)
    change = {"audience": "actor", "channel": "inapp", "sender": "@ada", "enabled": True}
    changed = made(api.patch(path, change), 200)
    assert changed == {**automation, **change, "version": 2}
    assert made(api.patch(path, {"enabled": False, "sender": None}), 200)["version"] == 3
    restored = made(api.post(f"{path}restore/", {"version": 1}), 200)
    assert restored == {**automation, "version": 4}
    assert made(api.get(path), 200) == restored
    versions = made(api.get(f"{path}versions/"), 200)["results"]
    assert [(one["number"], one["restores"], one["by"]) for one in versions] == [
        (4, 1, "Ada"), (3, None, "Ada"), (2, None, "Ada"), (1, None, "Ada"),
    ]  # fmt: skip
    assert versions[0]["values"]["body"] == AUTOMATION["body"]
    answer = api.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    problem(api.get(path), 404, "not_found")
    assert not Automation.objects.filter(workspace=workspace).exists()


@pytest.mark.parametrize(
    "change, field",
    [
        ({"condition": "data.plan =="}, "condition"),
        ({"body": "{{ contct.name }}"}, "body"),
        ({"subject": "{% if %}"}, "subject"),
        ({"channel": "inapp"}, "channel"),
        ({"kinds": []}, "kinds"),
        ({"teams": ["nowhere"]}, "teams"),
        ({"audience": "teammates"}, "roles"),
        ({"quiet": {"from": "25:00", "to": "07:00"}}, "quiet"),
    ],
)
def test_one_that_cannot_work_is_refused_with_the_field(api: Api, change: dict[str, Any], field: str) -> None:
    problem(api.post("automations/", {**AUTOMATION, **change}), 400, "automation_refused", field)
    automation = made(api.post("automations/", AUTOMATION))
    problem(api.patch(f"automations/{automation['id']}/", change), 400, "automation_refused", field)
    assert made(api.get(f"automations/{automation['id']}/"), 200) == automation


def test_a_version_that_there_is_not_cannot_be_gone_back_to(api: Api, workspace: Workspace) -> None:
    automation = make_automation(workspace)
    problem(api.post(f"automations/{automation.rule.public_id}/restore/", {"version": 7}), 404, "not_found")
    problem(api.post(f"automations/{automation.rule.public_id}/restore/", {"version": 0}), 400, "invalid", "version")


def test_the_list_has_the_figures_in_as_many_queries_for_many_as_for_one(
    api: Api, workspace: Workspace, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    first = make_automation(workspace, most=1)
    nadia = create_contact(workspace, {"name": "Nadia", "email": "n@x.example"})
    for _ in range(2):
        signs_up(nadia)
    while routing.drain() + sending.drain():
        pass
    with django_assert_max_num_queries(20) as one:
        made(api.get("automations/"), 200)
    for _ in range(5):
        make_automation(workspace)
    with django_assert_max_num_queries(len(one)):
        found = made(api.get("automations/"), 200)["results"]
    assert len(found) == 6
    figures = next(row["figures"] for row in found if row["id"] == str(first.rule.public_id))
    assert (figures["sent"], figures["suppressed"]) == (1, {"enough": 1})


def test_a_viewers_token_reads_and_an_agents_writes(workspace: Workspace) -> None:
    viewer, agent = (api_of(make_teammate(workspace, role=role)) for role in ("viewer", "agent"))
    automation = made(agent.post("automations/", AUTOMATION))
    path = f"automations/{automation['id']}/"
    assert made(viewer.get(path), 200)["name"] == "Hi"
    problem(viewer.patch(path, {"name": "Mine"}), 403, "read_only")
    problem(viewer.post(f"{path}restore/", {"version": 1}), 403, "read_only")
    problem(viewer.call("DELETE", path), 403, "read_only")
