"""Each save is a version; going back is one, too; and a delivery says which it was."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import AuditFact
from inbox.people.permissions import Forbidden
from notifications import routing
from notifications.automations.figures import by_version, figures_of
from notifications.automations.saving import delete_automation, restore, save_automation, switch
from notifications.automations.values import AutomationRefused
from notifications.models import AutomatedDelivery, Automation, AutomationVersion, Delivery, Rule
from tests.factories import make_team, make_teammate, make_workspace
from tests.notifications.automations.conftest import became, signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


def texts(automation: Automation) -> list[tuple[int, str, str]]:
    rows = AutomationVersion.objects.filter(automation=automation).order_by("number")
    return [(row.number, row.subject, row.by_name) for row in rows]


def change(automation: Automation, mate=None, **values) -> Automation:
    by = Actor(mate) if mate else COMMAND_LINE
    return save_automation(automation.workspace, values, by=by, automation=automation)


def test_each_change_is_a_version_with_its_author_and_one_that_changes_nothing_is_none(make, ada) -> None:
    automation = make(subject="One")
    change(automation, ada, subject="Two")
    change(automation, ada, subject="Two")
    assert switch(automation, on=False, by=Actor(ada)).version == 2
    assert texts(automation) == [(1, "One", "command line"), (2, "Two", "Ada")]
    assert AuditFact.objects.filter(kind="automation.changed").count() == 2
    said = AuditFact.objects.filter(kind="automation.changed").order_by("pk").first()
    assert (said.data["changes"], said.data["also"]) == ({}, ["subject"])


def test_going_back_brings_everything_back_as_a_version_of_its_own(make, ada) -> None:
    automation = make(subject="One", kinds=["contact.signed_up"], delay_seconds=60)
    change(automation, ada, subject="Two", kinds=["plan.*"], delay_seconds=0, audience="actor", enabled=False)
    back = restore(automation, 1, by=Actor(ada))
    assert (back.version, back.subject, back.audience) == (3, "One", "contact")
    rule = Rule.objects.get(pk=automation.rule_id)
    assert (rule.kinds, rule.delay_seconds, rule.enabled) == (["contact.signed_up"], 60, False)
    assert AutomationVersion.objects.get(automation=automation, number=3).restores == 1
    assert restore(automation, 3, by=Actor(ada)).version == 3, "it says that already"
    with pytest.raises(AutomationVersion.DoesNotExist):
        restore(automation, 9, by=Actor(ada))


def test_going_back_to_a_team_that_is_gone_says_so_and_changes_nothing(make, workspace, ada) -> None:
    team = make_team(workspace, "sales")
    automation = make(audience="teammates", teams=["sales"])
    change(automation, teams=[], roles=["owner"])
    team.delete()
    with pytest.raises(AutomationRefused) as refused:
        restore(automation, 1, by=Actor(ada))
    assert refused.value.problems["teams"].startswith("There is no team “sales”.")
    assert Automation.objects.get(pk=automation.pk).version == 2


def test_a_delivery_says_which_version_it_went_out_in_and_what_waits_takes_the_newest(make, nadia) -> None:
    automation = make(subject="One")
    signs_up(nadia)
    work()
    change(automation, delay_seconds=60)
    signs_up(nadia)
    routing.drain()
    change(automation, subject="Three")
    Delivery.objects.filter(status="pending").update(due_at=timezone.now())
    work()
    assert [letter.subject for letter in mail.outbox] == ["One", "Three"]
    rows = AutomatedDelivery.objects.order_by("delivery")
    assert [row.version for row in rows] == [1, 3]
    figures = by_version(automation)
    assert {version: one.sent for version, one in figures.items()} == {1: 1, 3: 1}


def test_figures_count_what_was_sent_seen_failed_and_held_back_with_the_reason(
    make, nadia, django_assert_num_queries
) -> None:
    automation, other = make(most=2, most_seconds=0), make(enabled=False)
    for _ in range(4):
        signs_up(nadia)
    work()
    first = AutomatedDelivery.objects.order_by("delivery").first()
    AutomatedDelivery.objects.filter(pk=first.pk).update(opened_at=timezone.now(), clicked_at=timezone.now())
    with django_assert_num_queries(1):
        figures = figures_of([automation, other])
    one = figures[automation.pk]
    assert (one.sent, one.opened, one.clicked, one.failed, one.waiting) == (2, 1, 1, 0, 0)
    assert one.reasons == [("they have had it often enough", 2)]
    assert figures[other.pk].sent == 0


def test_who_may_only_look_changes_nothing(make, workspace) -> None:
    automation, viewer = make(), Actor(make_teammate(workspace, role="viewer"))
    for call in (
        lambda: save_automation(workspace, {}, by=viewer),
        lambda: save_automation(workspace, {"subject": "x"}, by=viewer, automation=automation),
        lambda: restore(automation, 1, by=viewer),
        lambda: switch(automation, on=False, by=viewer),
        lambda: delete_automation(automation, by=viewer),
    ):
        with pytest.raises(Forbidden):
            call()
    save_automation(workspace, {"subject": "x"}, by=Actor(make_teammate(workspace)), automation=automation)


def test_what_a_deleted_one_sent_stays_with_its_reason_and_what_waits_is_not_sent(make, nadia) -> None:
    automation = make(delay_seconds=60)
    signs_up(nadia)
    routing.drain()
    delete_automation(automation, by=COMMAND_LINE)
    Delivery.objects.update(due_at=timezone.now())
    work()
    row = Delivery.objects.get()
    assert (row.status, row.cause, row.rule) == ("suppressed", "message_gone", None)
    assert row.reason.startswith("automation Welcome:")
    assert not AutomationVersion.objects.exists()
    assert became(automation) == []


@pytest.mark.parametrize(
    "values, field, said",
    [
        ({"name": " "}, "name", "Give the message a name."),
        ({"kinds": []}, "kinds", "Say on what kind of event"),
        ({"kinds": ["no kind"]}, "kinds", "is no kind of event"),
        ({"condition": "data.plan =="}, "condition", "This is not a condition. Line 1"),
        ({"subject": "{{ contct }}"}, "subject", "There is no “contct”"),
        ({"body": "a\n{{ contact.name"}, "body", "Line 2, column 1"),
        ({"body": ""}, "body", "Write what it says."),
        ({"audience": "all"}, "audience", "Choose one of"),
        ({"channel": "slack"}, "channel", "Choose one of"),
        ({"channel": "inapp"}, "channel", "A notification on the desk is for teammates."),
        ({"audience": "actor", "channel": "chat"}, "channel", "A chat message is for a contact."),
        ({"audience": "teammates"}, "roles", "Say which teammates"),
        ({"audience": "teammates", "roles": ["king"]}, "roles", "There is no role “king”"),
        ({"audience": "teammates", "teams": ["elsewhere"]}, "teams", "There is no team “elsewhere”"),
        ({"audience": "teammates", "permissions": ["fly"]}, "permissions", "There is no permission “fly”"),
        ({"sender": "@stranger"}, "sender", "Nobody here has that handle."),
        ({"delay_seconds": -1}, "delay_seconds", "Give a whole number"),
        ({"most": True}, "most", "Give a whole number"),
        ({"quiet": {"from": "25:00", "to": "1"}}, "quiet", "Give both times"),
        ({"quiet_zone": "moon"}, "quiet_zone", "Choose one of"),
        ({"is_transactional": "yes"}, "is_transactional", "Say true or false."),
        ({"nonsense": 1}, "nonsense", "A message has no such field."),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(make, values, field, said) -> None:
    there = make_workspace()
    make_team(there, "elsewhere")
    make_teammate(there, "stranger")
    with pytest.raises(AutomationRefused) as refused:
        make(**values)
    assert refused.value.problems[field].startswith(said) or said in refused.value.problems[field]
    assert not Automation.objects.exists()
    assert not Rule.objects.exists()
