"""Whom a note may name: the best match first, and nobody who is not to be known."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inbox.conversations import actions
from inbox.conversations.spelling import plain
from inbox.conversations.suggesting import MOST, RECENT, Suggestion, suggest
from inbox.models import Conversation, GuestAccess, Message
from inbox.people.models import Team, Teammate, TeamMembership, User
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada", name="Ada Lindqvist")


@pytest.fixture
def conversation(ada: Teammate) -> Conversation:
    return make_conversation(ada.workspace)


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_related("team").get(pk=conversation.pk)


def handles(found: Iterable[Suggestion]) -> list[str]:
    return [each.handle for each in found if each.sees]


def test_a_handle_itself_comes_first_then_its_beginning_then_a_words_beginning_then_any_part(ada, conversation) -> None:
    make_teammate(ada.workspace, "rosal", name="Rosa")
    make_teammate(ada.workspace, "turing", name="Mathison Alan")
    make_teammate(ada.workspace, "alan", name="Zed")
    make_teammate(ada.workspace, "al", name="Zoe")
    make_teammate(ada.workspace, "zed", name="Zed Unlike")
    assert handles(suggest(fresh(conversation), ada, "al")) == ["al", "alan", "turing", "rosal"]


def test_of_those_who_fit_alike_who_spoke_here_last_comes_first_then_the_team_then_colleagues_then_the_name(
    ada, conversation
) -> None:
    stranger, colleague, member, early, late = (
        make_teammate(ada.workspace, f"mo.{n}", name=name) for n, name in enumerate(["Aa", "Ab", "Ac", "Ad", "Ae"])
    )
    other = make_teammate(ada.workspace, "mo.9", name="Zz")
    make_team(ada.workspace, "shared", members=(ada, colleague))
    actions.move(conversation, make_team(ada.workspace, "support", members=(member,)), by=None)
    actions.reply(conversation, early, "first")
    actions.note(conversation, late, "second")
    expected = [late, early, member, colleague, stranger, other]
    assert handles(suggest(fresh(conversation), ada, "mo")) == [mate.handle for mate in expected]
    assert handles(suggest(fresh(conversation), ada, ""))[:6] == [mate.handle for mate in expected]


def test_who_spoke_long_ago_is_not_active_here_any_more(ada, conversation) -> None:
    first, second = make_teammate(ada.workspace, "mo.a"), make_teammate(ada.workspace, "mo.b")
    actions.reply(conversation, second, "hello")
    assert handles(suggest(fresh(conversation), ada, "mo")) == ["mo.b", "mo.a"]
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=RECENT + 2)
    assert handles(suggest(fresh(conversation), ada, "mo")) == ["mo.a", "mo.b"]
    assert first.pk != second.pk
    assert Message.objects.filter(conversation=conversation).count() == 2


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Çağla Şahin", "cagla"), ("Łukasz Zieliński", "zielinski"), ("ZOË", "zoe"), ("Zoe", "zoë"),
        ("Bjo\u0308rn", "bjorn"), ("Anna Weiß", "weiss"), ("Anna Weiß", "weiß"), ("Anne-Marie", "marie"),
        ("Иван Фёдоров", "федоров"), ("דניאל כהן", "כהן"), ("عُمر", "عمر"), ("Pål Grønmo", "gronmo"),
        ("Sean O'Neill", "neill"), ("김민수", "김"), ("İpek", "ipek"), ("Thị Linh", "ＴＨＩ"),
        ("Eva Weißmann", "weismann"), ("Eva Weißmann", "weissmann"), ("ANNA WEIẞ", "weiss"), ("Anne-Marie", "e-m"),
    ],
)  # fmt: skip
def test_a_name_is_found_without_its_accents_and_capitals(ada, conversation, name, typed) -> None:
    make_teammate(ada.workspace, "someone", name=name)
    assert handles(suggest(fresh(conversation), ada, typed)) == ["someone"]


@given(st.text(max_size=45))
def test_whatever_is_typed_is_found_in_a_name_that_is_just_that(typed: str) -> None:
    words = plain(typed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT strpos(people_sought(%s), substr(people_marked(%s), 2)) > 0", [f"Ann {words} B", words])
        assert cursor.fetchone() == (True,), words


def test_signs_with_a_meaning_in_patterns_find_only_themselves(ada, conversation) -> None:
    make_teammate(ada.workspace, "plain", name="Plain Name")
    for typed in (".*", "p.*n", "(", "[a-z]", "^", "\\w", "%", "_", "a" * 300):
        assert handles(suggest(fresh(conversation), ada, typed)) == [], typed
    for unseen in ("\x00", "\ud800", "\u0301"):
        assert handles(suggest(fresh(conversation), ada, unseen)) == ["plain", "here"], "as if nothing were typed"
    make_teammate(ada.workspace, "odd.one", name="Odd (1+1)")
    assert handles(suggest(fresh(conversation), ada, "(1+1)")) == ["odd.one"]
    assert handles(suggest(fresh(conversation), ada, "d.o")) == ["odd.one"]


def test_neither_oneself_nor_leavers_nor_other_workspaces_are_suggested(ada, conversation) -> None:
    make_teammate(ada.workspace, "adam.left", left_at=timezone.now())
    off = make_teammate(ada.workspace, "adam.off")
    User.objects.filter(pk=off.user_id).update(is_active=False)
    elsewhere = make_workspace()
    make_teammate(elsewhere, "adam")
    make_team(elsewhere, "adams")
    assert suggest(fresh(conversation), ada, "ada") == []
    assert handles(suggest(fresh(conversation), ada, "")) == ["here"]


def test_a_team_and_here_say_how_many_people_they_would_tell(ada, conversation) -> None:
    mates = [make_teammate(ada.workspace, f"m{n}", availability="away" if n else "available") for n in range(3)]
    off, left = make_teammate(ada.workspace, "off"), make_teammate(ada.workspace, "left", left_at=timezone.now())
    User.objects.filter(pk=off.user_id).update(is_active=False)
    make_team(ada.workspace, "support", members=(ada, off, left, *mates))
    make_team(ada.workspace, "suppliers")
    found = {each.handle: each for each in suggest(fresh(conversation), ada, "supp")}
    assert [found[handle].people for handle in ("support", "suppliers")] == [3, 0]
    [here] = suggest(fresh(conversation), ada, "he")
    assert (here.kind, here.people) == ("here", 1)


def test_in_a_private_teams_conversation_only_who_sees_it_counts(ada, conversation) -> None:
    bea, cem, dan = (make_teammate(ada.workspace, f"mo.{name}") for name in ("bea", "cem", "dan"))
    owner = make_teammate(ada.workspace, "mo.owner", role="owner")
    make_team(ada.workspace, "mostly", members=(bea, cem, dan))
    actions.move(conversation, make_team(ada.workspace, "billing", members=(ada, bea), is_private=True), by=None)
    found = suggest(fresh(conversation), ada, "mo")
    assert handles(found) == ["mo.bea", "mo.owner", "mostly"]
    assert [each.people for each in found if each.kind == "team"] == [1]
    assert [(each.handle, each.sees) for each in found if not each.sees] == [("mo.cem", False), ("mo.dan", False)]
    assert [each.people for each in suggest(fresh(conversation), ada, "here")] == [2]
    GuestAccess.objects.create(
        workspace=ada.workspace, conversation=conversation, teammate=cem, ends_at=timezone.now() + timedelta(hours=1)
    )
    assert "mo.cem" in handles(suggest(fresh(conversation), ada, "mo"))
    assert owner.sees_all_teams


def test_who_cannot_see_it_is_named_only_to_who_typed_two_letters(ada, conversation) -> None:
    for n in range(4):
        make_teammate(ada.workspace, f"zed{n}")
    actions.move(conversation, make_team(ada.workspace, "billing", members=(ada,), is_private=True), by=None)
    assert [each.handle for each in suggest(fresh(conversation), ada, "z")] == []
    assert [each.handle for each in suggest(fresh(conversation), ada, "ze")] == ["zed0", "zed1"]


def test_private_teams_are_known_to_those_inside_and_to_admins_alone(ada, conversation) -> None:
    secret = make_team(ada.workspace, "mergers", is_private=True)
    assert suggest(fresh(conversation), ada, "merg") == []
    owner = make_teammate(ada.workspace, "owner", role="owner")
    assert handles(suggest(fresh(conversation), owner, "merg")) == ["mergers"]
    TeamMembership.objects.create(workspace=ada.workspace, team=secret, teammate=ada)
    assert handles(suggest(fresh(conversation), ada, "merg")) == ["mergers"]


def test_somebody_whose_name_was_not_made_ready_yet_is_found_and_placed_as_all_others(ada, conversation) -> None:
    for n, name in enumerate(("Mo Ünal", "Mo Abel", "Zed Móre", "Mo Zorn")):
        make_teammate(ada.workspace, f"q{n}", name=name)
    make_team(ada.workspace, "q.team", name="Móders")
    expected = [handles(suggest(fresh(conversation), ada, typed)) for typed in ("mo", "une", "abel", "")]
    assert expected[0] == ["q1", "q3", "q0", "q2", "q.team"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("people_teammate", "people_team"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER sought")
            cursor.execute(f"UPDATE {table} SET sought = NULL WHERE handle IN ('q0', 'q2', 'q.team')")
    assert [handles(suggest(fresh(conversation), ada, typed)) for typed in ("mo", "une", "abel", "")] == expected


def test_it_takes_one_query_for_three_people_and_for_three_hundred(
    ada, conversation, django_assert_num_queries
) -> None:
    found = fresh(conversation)
    for many in (3, 300):
        for n in range(many):
            make_teammate(ada.workspace, f"m{many}.{n}")
        for typed in ("", "m", "m3.", "here", "nobody"):
            with django_assert_num_queries(1):
                suggest(found, ada, typed)


def _folded(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))


def _expected(
    mates: list[Teammate], typed: str, said: dict[int, int], near: set[int], colleagues: set[int]
) -> list[str]:
    """Return what reading everybody, one by one, gives."""
    places = []
    for mate in mates:
        name = _folded(mate.name)
        begins = any(name[at:].startswith(typed) for at in range(len(name)) if not at or not name[at - 1].isalnum())
        fits = (mate.handle == typed, mate.handle.startswith(typed), begins, typed in name or typed in mate.handle)
        if any(fits):
            close = fits.index(True) if typed else 3
            spoke = -said.get(mate.pk, 0)
            places.append(
                (close, spoke, mate.pk not in near, mate.pk not in colleagues, mate.name.lower(), mate.handle)
            )
    return [place[-1] for place in sorted(places)[: MOST if typed else 6]]


@pytest.mark.parametrize("is_private", [False, True])
def test_looking_for_the_best_first_finds_what_reading_everybody_would(is_private) -> None:
    dice = random.Random(7)
    workspace = make_workspace()
    me = make_teammate(workspace, "me.myself", name="Me")
    names = [f"{one} {other}" for one in ("Al", "Ála", "Bo", "Lab", "Ba") for other in ("Alba", "Lob", "Öl", "La-Bo")]
    prefixes = ("al", "b", "la", "ab")
    mates = [make_teammate(workspace, f"{dice.choice(prefixes)}{n}", name=dice.choice(names)) for n in range(60)]
    inside = tuple(dice.sample(mates, 25))
    conversation = make_conversation(workspace)
    actions.move(conversation, make_team(workspace, "near", members=(me, *inside), is_private=is_private), by=None)
    others = tuple(dice.sample(mates, 10))
    make_team(workspace, "others", members=(me, *others))
    said = {}
    for mate in dice.sample(inside, 5):
        said[mate.pk] = actions.reply(conversation, mate, "hi").seq
    near = {mate.pk for mate in inside}
    colleagues = near | {mate.pk for mate in others}
    seen = list(inside) if is_private else mates
    for typed in ("", "a", "al", "b", "la", "ol", "al1", "bal", "lab", "bo", "1", "2", "al b", "-b", "zz"):
        found = [
            each.handle for each in suggest(fresh(conversation), me, typed) if each.kind == "teammate" and each.sees
        ]
        assert found == _expected(seen, typed, said, near, colleagues)[: len(found)], typed
        teams = [each for each in suggest(fresh(conversation), me, typed) if each.kind != "teammate"]
        assert len(found) + len(teams) >= min(6, len(_expected(seen, typed, said, near, colleagues))), typed
    assert Team.objects.filter(workspace=workspace).count() == 2
