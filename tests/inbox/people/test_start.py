"""A workspace's beginning, and the way from one to another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.db.models.functions import Now
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.membership import Refused
from inbox.people.models import AuditFact, Teammate, User, Workspace
from inbox.people.workspaces import RESERVED, create_workspace, may_create_workspace, slug_for
from tests.factories import make_teammate, make_workspace

HERE = Actor(via="desk")


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ada@shop.test", "a long password", name="Ada Lindqvist")


@pytest.fixture
def client(user: User) -> Client:
    return browser(user)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Northwind Traders", "northwind-traders"), ("Kōen Łabs & Söhne", "koen-labs-sohne"), ("北風", "company"),
     ("Settings", "settings-2"), ("Straße", "strasse"), ("  --  ", "company"), ("x" * 80, "x" * 50)],
)  # fmt: skip
def test_the_slug_comes_from_the_name_in_any_script(user: User, name: str, slug: str) -> None:
    assert create_workspace(user, name, "UTC", by=HERE).slug == slug


@given(st.text(max_size=80))
def test_any_name_makes_a_slug(name: str) -> None:
    slug = slug_for(name)
    assert slug
    assert len(slug) <= 50
    assert slug.strip("-") == slug
    assert slug.isascii()


def test_who_makes_a_workspace_owns_it(user: User) -> None:
    workspace = create_workspace(user, "Northwind", "Europe/Lisbon", by=HERE)
    mate = workspace.teammates.get()
    assert (mate.user, mate.role, mate.handle) == (user, "owner", "ada")
    user.refresh_from_db()
    assert user.timezone == "Europe/Lisbon"
    fact = AuditFact.objects.get(workspace=workspace)
    assert (fact.kind, fact.actor) == ("workspace.created", mate)


@pytest.mark.parametrize(("name", "zone"), [("", "UTC"), ("  ", "UTC"), ("x" * 121, "UTC"), ("Shop", "Mars/Crater")])
def test_what_makes_no_workspace_is_refused_in_words(user: User, name: str, zone: str) -> None:
    with pytest.raises(Refused):
        create_workspace(user, name, zone, by=HERE)
    assert not Workspace.objects.exists()


def test_whether_one_may_is_said_by_the_installation(user: User, settings: Any) -> None:
    settings.SIGNUP = "first"
    assert may_create_workspace(user)
    create_workspace(user, "First", "UTC", by=HERE)
    assert not may_create_workspace(user)
    with pytest.raises(Refused):
        create_workspace(user, "Second", "UTC", by=HERE)
    settings.SIGNUP = "closed"
    with pytest.raises(Refused):
        create_workspace(user, "Third", "UTC", by=HERE)
    assert create_workspace(user, "By hand", "UTC", by=COMMAND_LINE)


@pytest.mark.django_db(transaction=True)
def test_of_many_first_ones_at_once_one_is_first(settings: Any) -> None:
    settings.SIGNUP = "first"
    users = [User.objects.create_user(f"u{n}@shop.test", "a long password", name="U") for n in range(6)]

    def make(user: User) -> bool:
        try:
            create_workspace(user, "Shop", "UTC", by=HERE)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(make, users)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_of_one_name_at_once_get_slugs_of_their_own() -> None:
    users = [User.objects.create_user(f"u{n}@shop.test", "a long password", name="U") for n in range(6)]

    def make(user: User) -> str:
        try:
            return create_workspace(user, "Shop", "UTC", by=HERE).slug
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(make, users))) == 6


def test_reserved_words_make_no_slug(user: User) -> None:
    for word in list(RESERVED)[:5]:
        assert create_workspace(user, word, "UTC", by=HERE).slug not in RESERVED


# The three steps.


def test_somebody_without_a_workspace_is_led_to_make_one(client: Client, settings: Any) -> None:
    page = client.get("/inbox/mine/")
    assert page.status_code == 403
    assert 'href="/start/"' in page.content.decode()
    settings.SIGNUP = "closed"
    assert 'href="/start/"' not in client.get("/inbox/mine/").content.decode()
    closed = client.get("/start/")
    assert closed.status_code == 403
    assert "does not let you make a workspace" in closed.content.decode()


def test_the_start_goes_over_three_steps_to_the_desk_and_can_be_left_and_resumed(client: Client) -> None:
    step = client.post("/start/", {"name": "Northwind", "timezone": "europe/lisbon"})
    assert step["Location"] == "/start/northwind/widget/"
    workspace = Workspace.objects.get()
    assert workspace.timezone == "Europe/Lisbon"
    page = client.get("/start/northwind/widget/").content.decode()
    assert workspace.widget_key in page
    assert client.get("/start/")["Location"] == "/start/northwind/widget/"
    client.get("/start/northwind/invite/")
    assert client.get("/start/")["Location"] == "/start/northwind/invite/"
    done = client.post("/start/northwind/invite/", {"addresses": "cem@shop.test", "role": "agent"})
    assert done["Location"] == "/"
    assert mail.outbox[-1].to == ["cem@shop.test"]
    assert client.get("/start/").status_code == 200, "finished: this is another one"
    assert Teammate.objects.count() == 1


def test_steps_may_be_skipped(client: Client) -> None:
    client.post("/start/", {"name": "Northwind", "timezone": "UTC"})
    assert client.post("/start/northwind/invite/", {"skip": "1"})["Location"] == "/"
    assert client.get("/", follow=True).status_code == 200


def test_what_is_typed_wrong_is_said_where_it_stands(client: Client) -> None:
    page = client.post("/start/", {"name": "", "timezone": "Nowhere"})
    assert page.status_code == 422
    assert "such as Europe/Lisbon" in page.content.decode()
    assert not Workspace.objects.exists()
    client.post("/start/", {"name": "Northwind", "timezone": "UTC"})
    page = client.post("/start/northwind/invite/", {"addresses": "cem@shop.test nobody", "role": "agent"})
    assert page.status_code == 422
    assert len(mail.outbox) == 1
    assert "is not an email address" in page.content.decode()


def test_the_second_step_asks_until_the_widget_was_seen(client: Client) -> None:
    client.post("/start/", {"name": "Northwind", "timezone": "UTC"})
    assert "every 2s" in client.get("/start/northwind/widget/").content.decode()
    assert client.get("/start/northwind/seen/").status_code == 204
    Workspace.objects.update(widget_seen_at=Now(), widget_seen_url="https://shop.test/cart")
    there = client.get("/start/northwind/seen/").content.decode()
    assert "https://shop.test/cart" in there
    assert "hx-get" not in there


def test_the_steps_of_another_workspace_are_not_there(client: Client, user: User) -> None:
    make_workspace(slug="other")
    make_teammate(make_workspace(slug="mine"), "ada", user=user, role="agent")
    for step in ("widget", "seen", "invite"):
        assert client.get(f"/start/other/{step}/").status_code == 404
        assert client.get(f"/start/mine/{step}/").status_code == 404, "an agent starts nothing"


# From one workspace to another.


def test_one_works_in_the_workspace_that_one_switched_to(client: Client, user: User) -> None:
    first, second = make_workspace(name="First"), make_workspace(name="Second")
    for workspace in (first, second):
        make_teammate(workspace, "ada", user=user)
    page = client.get("/inbox/all/")
    assert page.context["workspace"] == first
    assert f"/workspaces/{second.slug}/" in page.content.decode()
    client.post(f"/workspaces/{second.slug}/")
    assert client.get("/inbox/all/").context["workspace"] == second
    assert client.get(f"/workspaces/{first.slug}/").status_code == 405


def test_nobody_switches_to_where_they_do_not_work(client: Client, user: User) -> None:
    make_teammate(make_workspace(), "ada", user=user)
    left = make_teammate(make_workspace(slug="left"), "ada", user=user, left_at=Now())
    make_workspace(slug="other")
    for slug in ("other", left.workspace.slug, "nowhere"):
        assert client.post(f"/workspaces/{slug}/").status_code == 404


def test_a_session_of_single_sign_on_neither_switches_nor_starts(client: Client, user: User) -> None:
    here, there = make_workspace(name="Here"), make_workspace(name="There", slug="there")
    for workspace in (here, there):
        make_teammate(workspace, "ada", user=user, role="owner")
    session = client.session
    session["sso_workspace"] = here.pk
    session.save()
    assert client.post("/workspaces/there/").status_code == 403
    assert client.get("/start/").status_code == 403
    assert client.post("/start/", {"name": "Mine", "timezone": "UTC"}).status_code == 403


def test_who_was_just_removed_reads_why(client: Client, user: User) -> None:
    from inbox.desk.access import page_for_who_left

    mate = make_teammate(make_workspace(name="Northwind"), "ada", user=user)
    assert page_for_who_left(mate) == ""
    Teammate.objects.update(left_at=Now())
    page = Client().get(page_for_who_left(mate))
    assert "You no longer work in Northwind" in page.content.decode()
    assert Client().get("/left/forged/").status_code == 404
    address = page_for_who_left(mate)
    Teammate.objects.update(left_at=None)
    assert Client().get(address).status_code == 302
