"""The kickoff's pages: weeks, numbers with the records behind them, and who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.conversations import actions
from inbox.incoming import event_named
from inbox.kickoff.week import Week
from inbox.models import Conversation
from inbox.people.models import Teammate, Workspace
from inbox.people.zones import zone_of
from notifications.events import track
from notifications.kind import Who
from notifications.models import Event
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db
WEEK = Week.read("2026-W40", zone_of("UTC"))
INSIDE = WEEK.begin + timedelta(days=3)
PAGE = "/kickoff/2026-W40/"
MARKUP = "<script>alert(1)</script><b>Acme</b>"


@pytest.fixture
def desk(agent: Teammate, signed_in: Callable[[Teammate], Client]) -> Client:
    return signed_in(agent)


def happen(workspace: Workspace, kind: str, name: str = "Acme", **data: Any) -> None:
    track(event_named(kind, data), workspace=workspace, account=Who("acme", name), occurred_at=INSIDE)


def talk(workspace: Workspace, answered: bool = False) -> Conversation:
    conversation = make_conversation(workspace)
    first = INSIDE + timedelta(minutes=14) if answered else None
    Conversation.objects.filter(pk=conversation.pk).update(created_at=INSIDE, first_reply_at=first)
    return conversation


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def number(page: str, title: str) -> str:
    """Return what a tile says."""
    found = re.search(rf'<span class="what">{title}</span> <b>([^<]*)</b>', page)
    assert found is not None
    return found[1]


def listed(page: str) -> int:
    return page.count("<time datetime=")


def test_the_address_without_a_week_leads_to_the_one_that_is_over(desk, workspace) -> None:
    over = Week.of(timezone.now(), zone_of(workspace.timezone)).before
    assert desk.get("/kickoff/").headers["Location"] == f"/kickoff/{over.key}/"


@pytest.mark.parametrize("path", ["2026-W54/", "1999-W01/", "2026-W1/", "nonsense/", "2026-W40/nothing/"])
def test_a_week_or_number_that_there_is_not_is_not_found(desk, path) -> None:
    assert desk.get(f"/kickoff/{path}").status_code == 404


def test_whoever_reads_may_read_it_and_nobody_else(workspace, viewer, signed_in) -> None:
    assert signed_in(viewer).get(PAGE).status_code == 200
    assert Client().get(PAGE).status_code == 302
    assert Client().get(f"{PAGE}conversations/").status_code == 302


@pytest.mark.parametrize(("week", "links"), [("2000-W01", 1), ("2000-W02", 2), ("2099-W53", 1)])
def test_the_weeks_at_the_ends_lead_nowhere_else(desk, week, links) -> None:
    assert len(re.findall('aria-label="The week (before|after): ', text_of(desk, f"/kickoff/{week}/"))) == links


def test_a_week_leads_to_the_one_before_and_after_but_not_into_the_future(desk, workspace) -> None:
    page = text_of(desk, PAGE)
    assert 'href="/kickoff/2026-W39/"' in page
    assert 'href="/kickoff/2026-W41/"' in page
    now = Week.of(timezone.now(), zone_of(workspace.timezone))
    page = text_of(desk, f"/kickoff/{now.key}/")
    assert "This week is not over" in page
    assert f'href="/kickoff/{now.after.key}/"' not in page
    assert "This week has not begun" in text_of(desk, f"/kickoff/{now.after.key}/")


def test_every_number_leads_to_as_many_records(desk, workspace) -> None:
    happen(workspace, "trial.started")
    for kind in ("plan.started", "plan.upgraded", "plan.downgraded", "plan.cancelled"):
        happen(workspace, kind, change_minor=100, currency="EUR")
    happen(workspace, "trial.converted")
    happen(workspace, "plan.quantity_changed", change_minor=-100, currency="EUR")
    for answered in (True, True, False):
        talk(workspace, answered)
    make_contact(workspace, signed_up_at=INSIDE)
    page = text_of(desk, PAGE)
    for title, key, count in (
        ("New customers", "customers", 2), ("Trials", "trials", 1), ("Upgrades", "upgrades", 1),
        ("Downgrades", "downgrades", 2), ("Cancellations", "cancellations", 1), ("Sign-ups", "signups", 1),
        ("Conversations opened", "conversations", 3), ("Answered", "answered", 2),
    ):  # fmt: skip
        assert number(page, title) == str(count)
        assert f'href="{PAGE}{key}/"' in page
        assert listed(text_of(desk, f"{PAGE}{key}/")) == count


def test_scores_lead_to_what_customers_said(desk, workspace) -> None:
    for score in (4, 5):
        happen(workspace, "feedback.given", score=score, out_of=5, comment="Lovely <i>indeed</i>")
    happen(workspace, "feedback.given", comment="No score")
    assert number(text_of(desk, PAGE), "Score") == "4.5 of 5"
    records = text_of(desk, f"{PAGE}scores/")
    assert listed(records) == 2
    assert "Lovely &lt;i&gt;indeed&lt;/i&gt;" in records


def test_lists_go_on_page_by_page(desk, workspace) -> None:
    for _ in range(53):
        happen(workspace, "trial.started")
    first = text_of(desk, f"{PAGE}trials/")
    assert listed(first) == 50
    older = re.search(r'href="(\?before=[0-9a-f-]+)">Older', first)
    assert older is not None
    assert listed(text_of(desk, f"{PAGE}trials/{older[1]}")) == 3
    page = text_of(desk, PAGE)
    assert page.count('class="name"') == 12
    assert "and 41 more" in page


def test_conversations_out_of_sight_are_counted_and_not_listed(workspace, agent, owner, signed_in) -> None:
    hidden = make_team(workspace, is_private=True)
    conversation = talk(workspace)
    talk(workspace)
    actions.move(conversation, hidden, by=owner)
    assert number(text_of(signed_in(agent), PAGE), "Conversations opened") == "2"
    records = text_of(signed_in(agent), f"{PAGE}conversations/")
    assert listed(records) == 1
    assert f"#{conversation.number}," not in records
    assert "not listed" in records
    records = text_of(signed_in(owner), f"{PAGE}conversations/")
    assert listed(records) == 2
    assert "not listed" not in records


def test_nothing_of_another_workspace_is_shown(desk) -> None:
    other = make_workspace()
    happen(other, "plan.started", name="Elsewhere", change_minor=100, currency="EUR")
    talk(other)
    page = text_of(desk, PAGE)
    assert "Elsewhere" not in page
    assert "A quiet week" in page
    for key in ("customers", "conversations"):
        assert "Nothing here in this week" in text_of(desk, f"{PAGE}{key}/")


def test_markup_in_names_plans_and_reasons_stays_text(desk, workspace) -> None:
    happen(workspace, "plan.cancelled", name=MARKUP, plan=MARKUP, reason=f"{MARKUP}</textarea>", change_minor=-1,
           currency="EUR")  # fmt: skip
    for path in (PAGE, f"{PAGE}cancellations/"):
        page = text_of(desk, path)
        assert "<script>alert" not in page
        assert "<b>Acme" not in page
        assert "&lt;b&gt;Acme" in page
    assert text_of(desk, PAGE).count("</textarea>") == 1


def test_names_lead_to_the_account_the_contact_or_the_event(desk, workspace) -> None:
    contact = make_contact(workspace)
    track(event_named("trial.started", {}), workspace=workspace, occurred_at=INSIDE,
          contact=Who(str(contact.public_id), "Nadia"))  # fmt: skip
    track(event_named("trial.started", {}), workspace=workspace, occurred_at=INSIDE)
    happen(workspace, "trial.started")
    page = text_of(desk, PAGE)
    nameless = Event.objects.get(kind="trial.started", contact=None, account="")
    for url in ("/contacts/accounts/acme/", f"/contacts/{contact.public_id}/", f"/activity/{nameless.public_id}/"):
        assert f'class="name" href="{url}"' in page


def test_the_chart_has_words_and_a_table_beside_it_for_each_currency(desk, workspace) -> None:
    happen(workspace, "plan.started", change_minor=24000, currency="EUR")
    happen(workspace, "plan.cancelled", change_minor=-300, currency="JPY")
    happen(workspace, "plan.upgraded")
    page = text_of(desk, PAGE)
    assert page.count('role="img"') == 2
    assert "In JPY a month: new ±¥0, expansion ±¥0, contraction ±¥0, churn −¥300, net −¥300." in page
    assert "<td>+€240</td>" in page
    assert "1 change came without an amount" in page
    assert "style=" not in page.partition("<main")[2].partition("</main>")[0]


def test_as_many_queries_whatever_happened(desk, workspace) -> None:
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        desk.get(PAGE)
    for index in range(20):
        happen(workspace, "plan.started", name=f"A {index}", change_minor=100, currency="EUR")
        talk(workspace, answered=True)
    with CaptureQueriesContext(connection) as after:
        desk.get(PAGE)
    assert len(after) == len(before)
    with CaptureQueriesContext(connection) as many:
        desk.get(f"{PAGE}conversations/")
    Conversation.objects.filter(number__gt=1).delete()
    with CaptureQueriesContext(connection) as few:
        desk.get(f"{PAGE}conversations/")
    assert len(many) == len(few)


def test_a_week_is_by_the_clocks_of_the_workspace(workspace, agent, signed_in) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone="Asia/Kathmandu")
    track(event_named("trial.started", {}), workspace=workspace, occurred_at=WEEK.begin - timedelta(hours=2))
    page = text_of(signed_in(agent), PAGE)
    assert number(page, "Trials") == "1"
    assert "Kathmandu time" in page
    assert "Mon 28 Sep, 03:45" in text_of(signed_in(agent), f"{PAGE}trials/")


def test_an_erased_customers_event_says_nothing(desk, workspace) -> None:
    happen(workspace, "plan.cancelled", reason="Because", change_minor=-1, currency="EUR")
    Event.objects.update(title="", body="", data={}, account="", account_name="", group_key="erased")
    page = text_of(desk, PAGE)
    assert "Because" not in page
    assert "A customer" in page


def test_the_rail_leads_there(desk) -> None:
    assert re.search(r'<a href="/kickoff/" class="rail-link" aria-current="page"', text_of(desk, PAGE))


def test_teammates_of_another_workspace_see_their_own_weeks(signed_in, workspace) -> None:
    happen(workspace, "trial.started", name="Acme")
    assert "Acme" not in text_of(signed_in(make_teammate(make_workspace())), f"{PAGE}trials/")
