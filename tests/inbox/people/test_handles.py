"""Handles: nobody can be mistaken for somebody else, in any script, and not for who they were before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inbox.people.audit import Actor
from inbox.people.handles import HandleRefused, check_handle, free_handle, rename_handle
from inbox.people.models import AuditFact, Teammate, Workspace
from inbox.people.models.workspaces import HANDLE
from inbox.people.permissions import Forbidden
from inbox.people.skeleton import skeleton
from tests.factories import make_team, make_teammate, make_workspace

BY = Actor(via="desk")


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.mark.parametrize(
    ("wish", "kept"),
    [("@Ada", "ada"), ("  bea ", "bea"), ("Ｃｅｍ", "cem"), ("d.e-f_2", "d.e-f_2"), ("STRASSE", "strasse")],
)
def test_a_handle_is_kept_in_its_plain_form(workspace: Workspace, wish: str, kept: str) -> None:
    assert check_handle(workspace, wish) == kept


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("аda", "only looks like “a”: it is another letter (cyrillic small letter a)"),
        ("οtto", "only looks like “o”"),
        ("josé", "(latin small letter e with acute)"),
        ("a​da", "A sign that cannot be seen (zero width space)"),
        ("İlker", "combining dot above"),
        ("ada lovelace", "no space in it"),
        ("ada!", "no “!” in it"),
        ("-ada", "begins with a letter or a digit"),
        ("", "Write a handle"),
        ("@", "Write a handle"),
        ("a" * 40, "at most 39 signs"),
        ("here", "kept for Frontdesk itself"),
        ("EVERYONE", "kept for Frontdesk itself"),
        ("a11", "kept for Frontdesk itself"),
    ],
)
def test_what_cannot_be_a_handle_is_refused_in_words(workspace: Workspace, wish: str, told: str) -> None:
    with pytest.raises(HandleRefused) as refused:
        check_handle(workspace, wish)
    assert told in refused.value.detail


@pytest.mark.parametrize("wish", ["bernd", "BERND", "bemd"])
def test_a_handle_that_is_taken_or_looks_like_one_is_refused(workspace: Workspace, wish: str) -> None:
    mate = make_teammate(workspace, "bernd")
    with pytest.raises(HandleRefused, match="@bemd looks too much like @bernd" if wish == "bemd" else "taken"):
        check_handle(workspace, wish)
    assert check_handle(workspace, wish, teammate=mate) == wish.lower()
    assert check_handle(make_workspace(), wish) == wish.lower()


def test_teams_and_teammates_share_their_handles(workspace: Workspace) -> None:
    make_team(workspace, "billing")
    make_teammate(workspace, "ada")
    with pytest.raises(HandleRefused, match="a team's"):
        check_handle(workspace, "bi11ing")
    with pytest.raises(HandleRefused, match="a teammate's"):
        check_handle(workspace, "ada", team=make_team(workspace, "support"))


def test_a_former_handle_stays_its_owners_and_can_be_taken_back(workspace: Workspace) -> None:
    ada, bea = make_teammate(workspace, "ada", role="owner"), make_teammate(workspace, "bea")
    rename_handle(ada, "lovelace", by=Actor(ada))
    with pytest.raises(HandleRefused, match="belonged to another teammate"):
        rename_handle(bea, "ada", by=Actor(bea))
    rename_handle(ada, "ada", by=Actor(ada))
    ada.refresh_from_db()
    assert ada.handle == "ada"
    with pytest.raises(HandleRefused):
        rename_handle(bea, "love1ace", by=Actor(bea))
    facts = AuditFact.objects.filter(workspace=workspace, kind="teammate.handle_changed").order_by("id")
    assert [(fact.data["before"], fact.data["after"]) for fact in facts] == [("ada", "lovelace"), ("lovelace", "ada")]


def test_a_handle_may_change_into_one_that_looks_the_same(workspace: Workspace) -> None:
    ada = make_teammate(workspace, "ada.b")
    rename_handle(ada, "ada-b", by=Actor(ada))
    rename_handle(ada, "ada_b", by=Actor(ada))
    rename_handle(ada, "ada", by=Actor(ada))
    rename_handle(ada, "ada.b", by=Actor(ada))
    assert Teammate.objects.get(pk=ada.pk).handle == "ada.b"


def test_only_who_manages_people_changes_the_handle_of_another(workspace: Workspace) -> None:
    ada, bea = make_teammate(workspace, "ada", role="admin"), make_teammate(workspace, "bea")
    with pytest.raises(Forbidden):
        rename_handle(ada, "nobodys", by=Actor(bea))
    rename_handle(bea, "beatrice", by=Actor(ada))
    assert bea.handle == "beatrice"


@pytest.mark.parametrize(
    ("wish", "handle"),
    [
        ("Ada Lindqvist", "ada"),
        ("Élodie Ångström", "elodie"),
        ("Łukasz", "lukasz"),
        ("ada.l+work@shop.test", "ada.l"),
        ("王小明", "mate"),
        ("Ольга", "mate"),
        ("", "mate"),
        ("Everyone Else", "everyone.else"),
        ("...", "mate"),
    ],
)
def test_a_free_handle_is_made_from_a_name_in_any_script(workspace: Workspace, wish: str, handle: str) -> None:
    assert free_handle(workspace, wish) == handle


def test_a_free_handle_passes_over_what_is_taken_or_looks_like_it(workspace: Workspace) -> None:
    make_teammate(workspace, "ada")
    assert free_handle(workspace, "Ada Lindqvist") == "ada.lindqvist"
    make_team(workspace, "ada-1indqvist")
    assert free_handle(workspace, "Ada Lindqvist") == "ada2"
    for n in range(2, 12):
        make_teammate(workspace, f"ada{n}")
    assert free_handle(workspace, "ada") == "ada12"


class FreeHandles(TestCase):
    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
    def test_any_names_at_all_get_handles_that_may_be_kept_and_told_apart(self, names: list[str]) -> None:
        workspace = make_workspace()
        seen = set()
        for name in names:
            handle = free_handle(workspace, name)
            HANDLE(handle)
            assert check_handle(workspace, handle) == handle
            make_teammate(workspace, handle)
            seen.add(skeleton(handle))
        assert len(seen) == len(names)

    @settings(deadline=None, max_examples=100)
    @given(st.text(max_size=60))
    def test_any_wish_at_all_is_kept_as_it_may_be_or_refused_in_words(self, wish: str) -> None:
        try:
            HANDLE(check_handle(Workspace(pk=0), wish))
        except HandleRefused as refused:
            assert refused.detail.endswith(".")


@pytest.mark.django_db(transaction=True)
def test_ten_who_want_look_alike_handles_at_once_get_one_between_them() -> None:
    workspace = make_workspace()
    mates = [make_teammate(workspace) for _ in range(10)]
    wishes = ["clara", "c1ara"]

    def wish(n: int) -> bool:
        try:
            rename_handle(mates[n], wishes[n % 2], by=Actor(mates[n]))
        except HandleRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(wish, range(10))) == 1
