"""What is on by itself, and what a teammate makes of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Rule
from notifications.personal.choices import WAYS, Choice, all_choices, choice_of, register_choice
from notifications.personal.preferences import ChoiceRefused, choose, choosers, chosen
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "mention": {"inapp", "push", "email"},
    "assigned": {"inapp", "push"},
    "followed": {"inapp", "push"},
    "new_conversation": set(),
    "import": {"inapp"},
    "kickoff": set(),
    "alert": set(),
}


def ways_of(teammate) -> dict[str, set[str]]:
    return {key: set(ways) for (_, key), ways in chosen([teammate.pk], all_choices().values()).items()}


def test_a_newcomer_is_told_of_what_is_theirs_and_of_nothing_that_is_everybody_s(bea) -> None:
    assert ways_of(bea) == DEFAULTS
    assert not Rule.objects.filter(teammate=bea).exists()


def test_turning_one_way_off_leaves_all_else_as_it_was(bea, ada) -> None:
    choose(bea, "mention", "push", on=False)
    choose(bea, "alert", "slack", on=True)
    assert ways_of(bea) == DEFAULTS | {"mention": {"inapp", "email"}, "alert": {"slack"}}
    assert ways_of(ada) == DEFAULTS


def test_the_last_word_counts_and_is_one_row(bea) -> None:
    for on in (False, True, False, True):
        choose(bea, "mention", "email", on=on)
    assert "email" in ways_of(bea)["mention"]
    assert Rule.objects.filter(teammate=bea).count() == 1


@pytest.mark.parametrize(
    ("choice", "way"), [("mention", "webhook"), ("mention", ""), ("nothing", "push"), ("", "push")]
)
def test_what_there_is_not_is_refused_in_words(bea, choice, way) -> None:
    with pytest.raises(ChoiceRefused, match="Load the page again"):
        choose(bea, choice, way, on=True)


def test_choosers_are_those_who_turned_something_on_each_in_their_workspace(bea, ada) -> None:
    eve = make_teammate(make_workspace(), "eve")
    choose(bea, "alert", "push", on=True)
    choose(ada, "alert", "push", on=False)
    choose(eve, "alert", "email", on=True)
    found = choosers([bea.workspace_id, eve.workspace_id], all_choices()["alert"])
    assert found == {bea.workspace_id: {bea.pk}, eve.workspace_id: {eve.pk}}


@pytest.mark.parametrize(("role", "ways"), [("owner", {"email"}), ("admin", {"email"}), ("viewer", set())])
def test_what_is_on_for_a_role_is_on_for_nobody_else_until_they_ask(workspace, role, ways) -> None:
    mate = make_teammate(workspace, role=role)
    assert ways_of(mate)["kickoff"] == ways
    choose(mate, "kickoff", "slack", on=True)
    assert ways_of(mate)["kickoff"] == ways | {"slack"}
    choose(mate, "kickoff", "email", on=not ways)
    assert ways_of(mate)["kickoff"] == {"slack"} | ({"email"} - ways)


def test_what_many_chose_is_one_query_and_one_for_their_roles(workspace) -> None:
    mates = [make_teammate(workspace) for _ in range(5)]
    for mate in mates:
        choose(mate, "mention", "push", on=False)
    with CaptureQueriesContext(connection) as found:
        chosen([mate.pk for mate in mates], all_choices().values())
    assert len(found) == 2


def test_every_choice_has_words_and_is_on_by_ways_that_there_are() -> None:
    for key, choice in all_choices().items():
        assert choice.title and choice.says.endswith(".") and choice.why, key
        assert set(choice.on) <= set(WAYS)
        assert choice_of(choice.rule_key) is choice
        assert len(choice.rule_key) <= 40


def test_two_choices_cannot_share_a_key() -> None:
    mention = all_choices()["mention"]
    register_choice(mention)
    with pytest.raises(ValueError, match="mention"):
        register_choice(Choice("mention", "", "", "", (), mention.audience))
