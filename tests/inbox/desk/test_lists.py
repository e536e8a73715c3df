"""Lists of the inbox: page by page what the rule of sight says, at a constant number of queries."""

from __future__ import annotations

import pytest

from inbox.conversations import actions
from inbox.desk import lists
from inbox.models import Conversation
from inbox.people.models import Team
from inbox.people.models.workspaces import Role
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def mate():
    """An agent who sees one private team of three, an open team, and what is in no team."""
    workspace = make_workspace()
    owner = make_teammate(workspace, "owner", role=Role.OWNER)
    mate = make_teammate(workspace, "mate")
    teams = [make_team(workspace, f"t{n}", members=(mate,) if n == 0 else (), is_private=True) for n in range(3)]
    places: list[Team | None] = [*teams, make_team(workspace, "open"), None]
    for n in range(20):
        conversation = make_conversation(workspace)
        actions.move(conversation, places[n % 5], by=owner)
        if n % 4 == 0:
            actions.close(conversation, by=owner)
    return mate


@pytest.mark.parametrize("key", ["all", "unassigned", "closed", "mine"])
def test_pages_hold_what_the_rule_of_sight_says_and_nothing_else(mate, key: str, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)
    view = next(view for view in lists.FIXED if view.key == key)
    seen: list[int] = []
    cursor = None
    while True:
        page, cursor = lists.rows(view, mate, cursor)
        seen += [row.pk for row in page]
        if cursor is None:
            break
    wanted = view.select(mate).order_by("-last_message_at", "-id")
    assert seen == list(wanted.values_list("pk", flat=True))


def test_counts_hold_what_the_rule_of_sight_says(mate) -> None:
    views = lists.views_of(mate)
    assert lists.counts(views, mate) == {
        view.key: lists.shown(view.select(mate).count()) for view in views if view.counted
    }
    assert lists.counts(views, mate)["all"] == str(Conversation.objects.visible_to(mate).filter(status="open").count())


def test_a_list_takes_the_same_queries_whatever_is_in_it(mate, django_assert_num_queries) -> None:
    view = lists.FIXED[2]
    for _ in range(2):
        with django_assert_num_queries(5):
            lists.rows(view, mate)
        for _ in range(10):
            make_conversation(mate.workspace)
