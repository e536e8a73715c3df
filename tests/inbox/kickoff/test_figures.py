"""What a week's figures count, and what they do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.conversations import actions
from inbox.kickoff.figures import Movement, Score, figures_of, kickoff_of
from inbox.models import Contact, Conversation
from notifications.kind import Who
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.kickoff.conftest import INSIDE, WEEK, talked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "change", "category", "movement"),
    [
        ("plan.started", 4000, "customers", Movement("EUR", new=4000)),
        ("trial.converted", 4000, "customers", Movement("EUR", new=4000)),
        ("plan.upgraded", 4000, "upgrades", Movement("EUR", expansion=4000)),
        ("plan.quantity_changed", 4000, "upgrades", Movement("EUR", expansion=4000)),
        ("plan.downgraded", -4000, "downgrades", Movement("EUR", contraction=-4000)),
        ("plan.downgraded", 4000, "downgrades", Movement("EUR", contraction=-4000)),
        ("plan.quantity_changed", -4000, "downgrades", Movement("EUR", contraction=-4000)),
        ("plan.cancelled", -4000, "cancellations", Movement("EUR", churn=-4000)),
    ],
)
def test_each_kind_counts_as_what_it_is(workspace, happened, kind, change, category, movement) -> None:
    happened(kind, change_minor=change, currency="EUR")
    found = figures_of(workspace, WEEK)
    assert {key: count for key, count in found.counts.items() if count} == {category: 1}
    assert found.movements == (movement,)
    assert found.movements[0].net == movement.new + movement.expansion + movement.contraction + movement.churn


@pytest.mark.parametrize(
    "kind",
    [
        "plan.changed",
        "plan.resumed",
        "plan.cancellation_scheduled",
        "trial.ending",
        "trial.expired",
        "card.added",
    ],
)
def test_what_moves_nothing_yet_is_not_counted(workspace, happened, kind) -> None:
    happened(kind)
    found = figures_of(workspace, WEEK)
    assert not any(found.counts.values())
    assert found.is_empty


def test_currencies_are_never_added_up(workspace, happened) -> None:
    for currency, change in (("EUR", 4000), ("EUR", 100), ("JPY", 300), ("KWD", 1005), ("USD", -5)):
        happened("plan.upgraded" if change > 0 else "plan.downgraded", change_minor=change, currency=currency)
    assert figures_of(workspace, WEEK).movements == (
        Movement("EUR", expansion=4100), Movement("JPY", expansion=300), Movement("KWD", expansion=1005),
        Movement("USD", contraction=-5),
    )  # fmt: skip


def test_sums_beyond_what_a_row_may_hold_are_exact(workspace, happened) -> None:
    for _ in range(3):
        happened("plan.started", change_minor=10**15, currency="EUR")
    assert figures_of(workspace, WEEK).movements == (Movement("EUR", new=3 * 10**15),)


def test_what_nobody_priced_is_counted_and_said(workspace, happened) -> None:
    happened("plan.upgraded")
    happened("plan.upgraded", change_minor=100)
    happened("plan.started", mrr_minor=700, currency="EUR")
    happened("trial.started")
    found = figures_of(workspace, WEEK)
    assert found.unpriced == 2
    assert found.movements == (Movement("EUR", new=700),)
    assert (found.counts["upgrades"], found.counts["trials"]) == (2, 1)


def test_a_week_ends_where_the_next_begins(workspace, happened) -> None:
    moment = timedelta(microseconds=1)
    for at in (WEEK.begin - moment, WEEK.begin, WEEK.end - moment, WEEK.end):
        happened("trial.started", at=at)
        talked(workspace, at)
        make_contact(workspace, signed_up_at=at)
        happened("feedback.given", at=at, score=5)
    found = figures_of(workspace, WEEK)
    assert (found.counts["trials"], found.opened, found.signups, found.scores[0].count) == (2, 2, 2, 2)


def test_nothing_of_another_workspace_is_counted(workspace, happened) -> None:
    other = make_workspace()
    happened("plan.started", where=other, change_minor=4000, currency="EUR")
    happened("feedback.given", where=other, score=5)
    talked(other)
    make_contact(other, signed_up_at=INSIDE)
    assert figures_of(workspace, WEEK).is_empty
    assert not figures_of(other, WEEK).is_empty


def test_who_signed_up_counts_once_however_many_profiles_they_have(workspace) -> None:
    root = make_contact(workspace, signed_up_at=INSIDE)
    Contact.objects.filter(pk=make_contact(workspace, signed_up_at=INSIDE).pk).update(root=root)
    assert figures_of(workspace, WEEK).signups == 1


def test_scores_are_averaged_on_their_own_scale(workspace, happened) -> None:
    for score, out_of in ((5, 5), (4, 5), (9, 10), (3, None)):
        happened("feedback.given", score=score, **({"out_of": out_of} if out_of else {}))
    happened("feedback.given", comment="No score")
    assert set(figures_of(workspace, WEEK).scores) == {Score(4.5, 2, 5), Score(9, 1, 10), Score(3, 1, None)}


def test_the_median_is_of_what_was_answered(workspace) -> None:
    for minutes in (10, 14, 600):
        talked(workspace, answered_after=timedelta(minutes=minutes))
    talked(workspace)
    found = figures_of(workspace, WEEK)
    assert (found.opened, found.answered, found.median) == (4, 3, timedelta(minutes=14))


def test_what_a_teammate_began_waits_for_no_reply(workspace) -> None:
    begun, _ = actions.start(make_contact(workspace), "Hello", author=make_teammate(workspace))
    Conversation.objects.filter(pk=begun.pk).update(created_at=INSIDE)
    assert figures_of(workspace, WEEK).opened == 0


def test_as_many_queries_whatever_happened(workspace, happened, django_assert_num_queries) -> None:
    with CaptureQueriesContext(connection) as found:
        kickoff_of(workspace, WEEK)
    for number in range(15):
        happened("plan.started", change_minor=4000, currency="EUR", account=Who(f"a-{number}", f"A {number}"))
        happened("feedback.given", score=number)
        talked(workspace, answered_after=timedelta(minutes=number))
    with django_assert_num_queries(len(found)):
        kickoff_of(workspace, WEEK)
    assert len(found) == 9


def test_the_newest_are_named_with_what_they_did(workspace, happened) -> None:
    for number in range(14):
        happened("trial.started", at=INSIDE + timedelta(minutes=number), account=Who(f"a/{number}", f"A {number}"))
    happened("plan.cancelled", plan="Pro", change_minor=-500, currency="EUR", reason="Too\nexpensive.")
    happened("plan.quantity_changed", plan="Pro", quantity=9, previous_quantity=7, change_minor=5, currency="JPY")
    named = kickoff_of(workspace, WEEK).named
    assert [change.name for change in named["trials"]] == [f"A {number}" for number in range(13, 1, -1)]
    assert named["trials"][0].url == "/contacts/accounts/a~2F13/"
    (gone,) = named["cancellations"]
    assert (gone.worth, gone.currency, gone.reason, gone.plan) == (-500, "EUR", "Too expensive.", "Pro")
    assert named["upgrades"][0].plan == "Pro, 7 → 9 seats"
