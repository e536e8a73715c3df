"""The pages of the people who work here: what they show, refuse and say before."""

from __future__ import annotations

from typing import Any

from inbox.conversations import actions
from inbox.people import teams
from inbox.people.audit import Actor
from inbox.people.models import AuditFact, Teammate
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.people.staff.conftest import browser, fresh


def test_an_agent_reads_the_list_and_changes_nothing(ada: Teammate, cem: Teammate) -> None:
    make_team(ada.workspace, "secret-team", (ada,), is_private=True)
    client = browser(cem)
    page = client.get("/settings/teammates/").content.decode()
    assert "@ada" in page
    assert "Secret-team" not in page + client.get("/settings/teams/").content.decode()
    mate = f"/settings/teammates/{ada.public_id}/"
    assert client.get(mate).status_code == 200
    for step in ("role", "teams", "about", "remove"):
        assert client.post(f"{mate}{step}/", {"role": "agent"}).status_code == 403, step
    assert client.get("/settings/teams/new/").status_code == 403


def test_a_private_team_that_one_is_not_in_is_not_there(ada: Teammate, cem: Teammate) -> None:
    team = make_team(ada.workspace, "billing", is_private=True)
    assert browser(cem).get(f"/settings/teams/{team.public_id}/").status_code == 404


def test_another_workspaces_people_and_teams_are_not_there(ada: Teammate) -> None:
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    team = make_team(stranger.workspace)
    client = browser(ada)
    for address in (
        f"/settings/teammates/{stranger.public_id}/",
        f"/settings/teammates/{stranger.public_id}/remove/",
        f"/settings/teams/{team.public_id}/",
        f"/settings/teams/{team.public_id}/delete/",
    ):
        assert client.post(address).status_code == 404 or client.get(address).status_code == 404, address
    assert fresh(stranger).is_active


def test_removing_by_the_page_says_before_what_it_will_do(ada: Teammate, cem: Teammate) -> None:
    for _ in range(2):
        actions.assign(make_conversation(cem.workspace), cem, by=ada)
    client = browser(ada)
    page = client.get(f"/settings/teammates/{cem.public_id}/").content.decode()
    assert "2 conversations will be assigned to nobody" in page
    answer = client.post(f"/settings/teammates/{cem.public_id}/remove/", follow=True)
    assert "does not work here any more" in answer.content.decode()
    assert not fresh(cem).is_active


def test_one_may_leave_by_the_page_and_the_last_owner_is_told_why_not(ada: Teammate, cem: Teammate) -> None:
    client = browser(ada)
    refused = client.post(f"/settings/teammates/{ada.public_id}/remove/")
    assert refused.status_code == 422
    assert "needs an owner" in refused.content.decode()
    browser(cem).post(f"/settings/teammates/{cem.public_id}/remove/")
    assert not fresh(cem).is_active
    assert AuditFact.objects.filter(kind="teammate.left", actor=cem).exists()


def test_handle_and_skills_are_saved_together_or_not_at_all(ada: Teammate, cem: Teammate) -> None:
    client, page = browser(cem), f"/settings/teammates/{cem.public_id}/about/"
    client.post(page, {"handle": "cemil", "skills": "Billing, français, billing"})
    assert (fresh(cem).handle, fresh(cem).skills) == ("cemil", ["billing", "français"])
    refused = client.post(page, {"handle": "ada", "skills": "other"})
    assert refused.status_code == 422
    assert "taken already" in refused.content.decode()
    assert fresh(cem).skills == ["billing", "français"]


def test_the_list_takes_the_same_queries_for_three_and_for_thirty(
    ada: Teammate, django_assert_max_num_queries: Any
) -> None:
    client = browser(ada)

    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            assert client.get("/settings/teammates/").status_code == 200
        return len(captured)

    team = make_team(ada.workspace)
    for _ in range(3):
        make_team(ada.workspace, members=(make_teammate(ada.workspace),))
    few = queries()
    for _ in range(30):
        mate = make_teammate(ada.workspace)
        teams.add_member(team, mate, by=Actor(ada))
    assert queries() == few
