"""Who works where and as what: nobody above their power, never without an owner, and an end is an end at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from inbox.conversations import actions, assignees
from inbox.models import Conversation
from inbox.people import membership
from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.membership import Refused, change_role, leave, remove, set_teams
from inbox.people.models import ApiToken, AuditFact, Teammate
from inbox.people.permissions import Forbidden
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.people.staff.conftest import browser, fresh, kinds


def test_an_owner_changes_anybodys_role_and_it_is_noted(ada: Teammate, cem: Teammate, told: list[str]) -> None:
    change_role(cem, "admin", by=Actor(ada))
    assert fresh(cem).role == "admin"
    fact = AuditFact.objects.get(kind="teammate.role_changed")
    assert (fact.actor_id, fact.data) == (ada.pk, {"before": "agent", "after": "admin"})
    assert told == ["cem"]


def test_an_admin_changes_roles_but_neither_makes_nor_touches_owners(
    ada: Teammate, bea: Teammate, cem: Teammate
) -> None:
    change_role(cem, "viewer", by=Actor(bea))
    for change in (
        lambda: change_role(cem, "owner", by=Actor(bea)),
        lambda: change_role(ada, "agent", by=Actor(bea)),
        lambda: remove(ada, by=Actor(bea)),
    ):
        with pytest.raises(Forbidden):
            change()
    assert fresh(ada).role == "owner"


def test_an_agent_changes_nobody_not_even_themselves(ada: Teammate, cem: Teammate) -> None:
    for change in (lambda: change_role(cem, "admin", by=Actor(cem)), lambda: remove(ada, by=Actor(cem))):
        with pytest.raises(Forbidden):
            change()


def test_the_power_of_who_acts_is_looked_at_anew(ada: Teammate, bea: Teammate, cem: Teammate) -> None:
    stale = Teammate.objects.select_related("user").get(pk=bea.pk)
    change_role(bea, "agent", by=Actor(ada))
    with pytest.raises(Forbidden):
        change_role(cem, "admin", by=Actor(stale))


def test_the_last_owner_is_neither_demoted_nor_removed_nor_leaves(ada: Teammate, bea: Teammate) -> None:
    for change in (
        lambda: change_role(ada, "admin", by=Actor(ada)),
        lambda: leave(ada, by=Actor(ada)),
        lambda: remove(ada, by=Actor(ada)),
        lambda: remove(ada, by=COMMAND_LINE),
    ):
        with pytest.raises(Refused, match="needs an owner"):
            change()
    change_role(bea, "owner", by=Actor(ada))
    leave(ada, by=Actor(ada))
    assert membership.owners_of(bea.workspace) == 1


def test_an_owner_whose_login_is_switched_off_does_not_count(ada: Teammate, bea: Teammate) -> None:
    change_role(bea, "owner", by=Actor(ada))
    bea.user.is_active = False
    bea.user.save()
    with pytest.raises(Refused):
        leave(ada, by=Actor(ada))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["demote", "remove", "leave"])
def test_two_owners_who_end_each_other_at_once_leave_one(verb: str) -> None:
    workspace = make_workspace()
    owners = [make_teammate(workspace, handle, role="owner") for handle in ("ada", "bea")]
    together = threading.Barrier(2)

    def act(n: int) -> bool:
        me, other = owners[n], owners[1 - n]
        try:
            together.wait(timeout=10)
            match verb:
                case "demote":
                    change_role(other, "agent", by=Actor(me))
                case "remove":
                    remove(other, by=Actor(me))
                case "leave":
                    leave(me, by=Actor(me))
        except (Refused, Forbidden):
            return False
        finally:
            connections.close_all()
        return True

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(act, range(2))) == 1
        assert membership.owners_of(workspace) == 1
        workspace.teammates.update(role="owner", left_at=None)


def test_who_is_removed_loses_teams_tokens_and_sessions_at_once(ada: Teammate, cem: Teammate, told: list[str]) -> None:
    make_team(cem.workspace, "support", (cem,))
    ApiToken.issue(cem, "Shop")
    kept = ApiToken.issue(ada, "Other")
    client = browser(cem)
    remove(cem, by=Actor(ada))
    assert fresh(cem).left_at is not None
    assert not cem.teams.exists()
    assert list(ApiToken.objects.filter(revoked_at__isnull=True).values_list("name", flat=True)) == ["Other"]
    assert kept
    assert client.get("/inbox/mine/")["Location"].startswith("/accounts/login/")
    assert "cem" in told
    assert kinds(ada.workspace) == ["teammate.removed", "token.revoked"]
    with pytest.raises(Refused, match="left"):
        remove(cem, by=Actor(ada))


def test_who_works_elsewhere_too_stays_signed_in_there(ada: Teammate, cem: Teammate) -> None:
    elsewhere = make_workspace(name="Elsewhere")
    make_teammate(elsewhere, "cem", user=cem.user)
    client = browser(cem)
    remove(cem, by=Actor(ada))
    page = client.get("/inbox/mine/")
    assert page.context["workspace"] == elsewhere


def test_a_session_by_the_workspaces_own_provider_ends_with_the_membership(ada: Teammate, cem: Teammate) -> None:
    make_teammate(make_workspace(), "cem", user=cem.user)
    client = browser(cem)
    session = client.session
    session["sso_workspace"] = cem.workspace_id
    session.save()
    remove(cem, by=Actor(ada))
    assert client.get("/inbox/mine/")["Location"].startswith("/accounts/login/")


def test_signing_in_again_tells_who_left_that_they_did(ada: Teammate, cem: Teammate) -> None:
    remove(cem, by=Actor(ada))
    page = browser(cem).get("/inbox/mine/")
    assert page.status_code == 403
    assert "You no longer work in Northwind" in page.content.decode()


def test_what_was_assigned_to_a_leaver_goes_to_nobody_but_what_is_closed_stays_told(
    ada: Teammate, cem: Teammate
) -> None:
    held = [make_conversation(cem.workspace) for _ in range(3)]
    for conversation in held:
        actions.assign(conversation, cem, by=ada)
    actions.close(held[2], by=cem)
    untouched = make_conversation(cem.workspace)
    actions.assign(untouched, ada, by=ada)
    remove(cem, by=Actor(ada))
    assert assignees.settle() == 2
    assert assignees.settle() == 0
    assert [Conversation.objects.get(pk=c.pk).assignee_id for c in (*held, untouched)] == [None, None, cem.pk, ada.pk]
    assert held[0].messages.order_by("-seq").first().action == "unassigned"
    actions.reply(held[2], held[2].contact, "Hello again")
    assert assignees.settle() == 1, "a closed one that comes back is given up, too"


def test_who_leaves_a_private_team_loses_what_is_assigned_there_and_nothing_else(ada: Teammate, cem: Teammate) -> None:
    secret = make_team(cem.workspace, "billing", (cem,), is_private=True)
    inside, outside = make_conversation(cem.workspace), make_conversation(cem.workspace)
    actions.move(inside, secret, by=ada)
    for conversation in (inside, outside):
        actions.assign(conversation, cem, by=ada)
    by_an_admin = make_conversation(cem.workspace)
    actions.move(by_an_admin, secret, by=ada)
    actions.assign(by_an_admin, ada, by=ada)
    assert assignees.settle() == 0
    set_teams(cem, [], by=Actor(ada))
    assert assignees.settle() == 1
    left = [Conversation.objects.get(pk=c.pk).assignee_id for c in (inside, outside, by_an_admin)]
    assert left == [None, cem.pk, ada.pk]


@pytest.mark.django_db(transaction=True)
def test_settling_in_many_places_at_once_does_each_once() -> None:
    workspace = make_workspace()
    ada = make_teammate(workspace, "ada", role="owner")
    cem = make_teammate(workspace, "cem")
    for _ in range(20):
        actions.assign(make_conversation(workspace), cem, by=ada)
    remove(cem, by=Actor(ada))

    def settle(_: int) -> int:
        try:
            return assignees.settle(limit=7)
        finally:
            connections.close_all()

    done = 0
    with ThreadPoolExecutor(4) as pool:
        while some := sum(pool.map(settle, range(4))):
            done += some
    assert done == 20
    assert not Conversation.objects.filter(assignee=cem).exists()


def test_teams_of_another_workspace_are_passed_over(ada: Teammate, cem: Teammate) -> None:
    set_teams(cem, [make_team(make_workspace())], by=Actor(ada))
    assert not cem.teams.exists()
