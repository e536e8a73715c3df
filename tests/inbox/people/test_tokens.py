"""API tokens: who may make one, as whom it acts, that it is seen once, and that revoking ends it at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import ApiToken, AuditFact, Teammate, Workspace
from inbox.people.permissions import Forbidden
from inbox.people.secrets import token_hash
from inbox.people.tokens import TokenRefused, issue_token, revoke_token
from tests.factories import make_teammate, make_workspace
from tests.inbox.api.conftest import Api, made, problem

PAGE = "/settings/tokens/"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def admin(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea", role="admin")


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def form(teammate: Teammate, **fields: str) -> dict[str, str]:
    return {"name": "Shop", "scope": "read", "acts_as": str(teammate.public_id), **fields}


def shown(page: Any) -> str:
    """Return the token that a page shows, "" for none."""
    return (page.context["fresh"] or {}).get("token", "")


def test_a_token_is_shown_once_and_only_its_hash_is_kept(owner: Teammate) -> None:
    client = browser(owner)
    first = client.post(PAGE, form(owner), follow=True)
    token = shown(first)
    assert token.startswith("fd_")
    assert token in first.content.decode()
    assert made(Api(token).get("contacts/"), 200)["results"] == []
    row = ApiToken.objects.get()
    assert (row.hash, row.hint, row.scope, row.acts_as) == (token_hash(token), token[-4:], "read", owner)
    again = client.get(PAGE)
    assert shown(again) == ""
    assert token not in again.content.decode()
    assert "no-store" in again["Cache-Control"]
    assert f"…{token[-4:]}" in again.content.decode()
    assert "by Ada" in again.content.decode()
    assert token not in str(list(AuditFact.objects.values()))


def test_a_token_on_its_way_to_the_page_is_not_in_the_session_in_clear(owner: Teammate) -> None:
    client = browser(owner)
    client.post(PAGE, form(owner))
    assert "fd_" not in str(dict(client.session.items()))
    assert shown(client.get(PAGE)).startswith("fd_")


def test_making_and_revoking_are_audit_facts(owner: Teammate) -> None:
    client = browser(owner)
    client.post(PAGE, form(owner, name="Shop  backend"), REMOTE_ADDR="203.0.113.7")
    token = ApiToken.objects.get()
    client.post(f"{PAGE}{token.public_id}/revoke/")
    client.post(f"{PAGE}{token.public_id}/revoke/")  # once more says the same, and is not a second fact
    made, revoked = AuditFact.objects.order_by("id")
    assert (made.kind, made.subject, made.actor, made.via, made.ip) == (
        "token.created", "Shop backend", owner, "desk", "203.0.113.7",
    )  # fmt: skip
    assert made.data == {
        "token": str(token.public_id), "scope": "read", "acts_as": "@ada", "hint": f"…{token.hint}",
    }  # fmt: skip
    assert (revoked.kind, revoked.subject, revoked.actor) == ("token.revoked", "Shop backend", owner)


def test_a_revoked_token_is_refused_from_the_next_call_on(owner: Teammate) -> None:
    client = browser(owner)
    token = shown(client.post(PAGE, form(owner), follow=True))
    made(Api(token).get("contacts/"), 200)
    page = client.post(f"{PAGE}{ApiToken.objects.get().public_id}/revoke/", follow=True)
    problem(Api(token).get("contacts/"), 401, "authentication_failed")
    assert "No token yet" in page.content.decode()


def test_an_admin_acts_as_agents_and_admins_and_never_as_an_owner(owner: Teammate, admin: Teammate) -> None:
    agent = make_teammate(admin.workspace, "cem")
    client = browser(admin)
    offered = client.get(PAGE).context["form"].fields["acts_as"].queryset
    assert {mate.handle for mate in offered} == {"bea", "cem"}
    assert client.post(PAGE, form(agent)).status_code == 302
    refused = client.post(PAGE, form(owner))
    assert refused.status_code == 422
    assert "whose role is not above yours" in refused.content.decode()
    with pytest.raises(TokenRefused, match="may do more here than you"):
        issue_token(owner, name="Too much", by=Actor(admin))
    assert ApiToken.objects.get().acts_as == agent


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_handle_keys_sees_none_and_makes_none(owner: Teammate, role: str) -> None:
    mate = make_teammate(owner.workspace, "cem", role=role)
    issued = issue_token(owner, name="Theirs", by=Actor(owner))
    client = browser(mate)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, form(mate)).status_code == 403
    assert client.post(f"{PAGE}{issued.row.public_id}/revoke/").status_code == 403
    with pytest.raises(Forbidden):
        issue_token(mate, name="Mine", by=Actor(mate))
    with pytest.raises(Forbidden):
        revoke_token(issued.row, by=Actor(mate))
    assert list(ApiToken.objects.values_list("revoked_at", flat=True)) == [None]


def test_another_workspaces_token_and_people_are_out_of_reach(owner: Teammate) -> None:
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    theirs = issue_token(stranger, name="Zoe's", by=Actor(stranger)).row
    client = browser(owner)
    assert client.post(f"{PAGE}{theirs.public_id}/revoke/").status_code == 404
    assert client.post(PAGE, form(stranger)).status_code == 422
    assert "Zoe" not in client.get(PAGE).content.decode()
    with pytest.raises(TokenRefused, match="this workspace"):
        issue_token(stranger, name="Theirs", by=Actor(owner))
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_nobody_acts_as_a_teammate_who_has_left(owner: Teammate) -> None:
    gone = make_teammate(owner.workspace, "cem")
    issue_token(gone, name="Old", by=Actor(owner))
    gone.left_at = gone.created_at
    gone.save()
    client = browser(owner)
    assert client.post(PAGE, form(gone)).status_code == 422
    with pytest.raises(TokenRefused, match="does not work here any more"):
        issue_token(gone, name="Late", by=COMMAND_LINE)
    assert "so it opens nothing" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"name": " "}, "Give it a name"), ({"name": "x" * 81}, "80"), ({"scope": "all"}, "all"), ({"acts_as": "x"}, "")],
)
def test_a_wrong_form_is_said_in_words_and_makes_nothing(owner: Teammate, fields: dict[str, str], said: str) -> None:
    answer = browser(owner).post(PAGE, form(owner, **fields))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert said in str(answer.context["form"].errors)
    assert not ApiToken.objects.exists()


def test_the_list_takes_the_same_queries_whatever_its_length(owner: Teammate, django_assert_num_queries: Any) -> None:
    from inbox.people.tokens import live_tokens

    for n in range(30):
        issue_token(owner, name=f"Token {n}", by=Actor(owner))
    with django_assert_num_queries(1):
        tokens = live_tokens(owner.workspace)
        told = [(token.name, token.made_by.name, token.acts_as.name) for token in tokens]
    assert told[:1] == [("Token 29", "Ada", "Ada")]


def test_the_command_prints_a_token_and_nothing_else(owner: Teammate, capsys: Any) -> None:
    call_command("api_token", owner.workspace.slug)
    call_command("api_token", owner.workspace.slug, "--scope", "read")
    write, read = capsys.readouterr().out.split("\n")[:2]
    scopes = {row.hash: row.scope for row in ApiToken.objects.all()}
    assert scopes == {token_hash(write): "write", token_hash(read): "read"}
    fact = AuditFact.objects.first()
    assert (fact.kind, fact.actor, fact.actor_name, fact.via) == ("token.created", None, "command line", "command line")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("api_token", owner.workspace.slug, "--scope", "all")


@pytest.mark.django_db(transaction=True)
def test_a_power_that_is_taken_away_at_this_moment_makes_no_token_any_more() -> None:
    workspace = make_workspace()
    owner = make_teammate(workspace, role="owner")
    admin = make_teammate(workspace, role="admin")
    held, let_go = threading.Event(), threading.Event()

    def demote() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                Teammate.objects.filter(pk=admin.pk).update(role="agent")
                held.set()
                assert let_go.wait(30)
        finally:
            connections.close_all()

    def make() -> str:
        try:
            issue_token(admin, name="Just in time", by=Actor(admin))
        except Forbidden as forbidden:
            return forbidden.detail
        finally:
            connections.close_all()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        demotion = pool.submit(demote)
        assert held.wait(30)
        making = pool.submit(make)
        let_go.set()
        demotion.result(30)
        assert "Your role may not" in making.result(30)
    assert not ApiToken.objects.filter(acts_as__in=[owner, admin]).exists()
