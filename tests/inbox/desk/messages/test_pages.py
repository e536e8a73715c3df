"""The place Messages: written, tried, tested, switched, taken back, and looked after."""

from __future__ import annotations

from html import unescape

import pytest
from django.core import mail
from django.utils import timezone

from notifications import routing, sending
from notifications.automations import tracking
from notifications.events import track
from notifications.models import AutomatedDelivery, Automation, AutomationVersion, Delivery, Notice
from tests.factories import make_automation, make_teammate, make_workspace
from tests.inbox.desk.messages.conftest import FIELDS
from tests.notifications.automations.conftest import signs_up

pytestmark = pytest.mark.django_db


def work() -> None:
    while routing.drain() + sending.drain():
        pass


def text(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def path(automation: Automation, rest: str = "") -> str:
    return f"/messages/{automation.rule.public_id}/{rest}"


def test_an_empty_place_says_what_a_message_is_for_and_leads_to_the_first(desk) -> None:
    page = text(desk.get("/messages/"))
    assert "Nothing is sent by itself" in page
    assert 'href="/messages/new/"' in page


def test_a_message_is_made_and_listed_in_words(desk, workspace, agent) -> None:
    made = desk.post("/messages/new/", FIELDS)
    automation = Automation.objects.get(workspace=workspace)
    assert made.status_code == 302
    assert made["Location"] == path(automation)
    assert AutomationVersion.objects.get().by == agent
    page = text(desk.get("/messages/"))
    assert "Email to the contact" in page
    assert "on contact.signed_up" in page
    assert ">on</span>" in page


def test_every_field_comes_back_as_it_was_filled_in(desk, workspace, owner) -> None:
    filled = {
        **FIELDS, "audience": "teammates", "roles": ["owner", "agent"], "skills": "billing, French",
        "permissions": ["import"], "channel": "inapp", "sender": "@ada", "condition": 'data.plan == "pro"',
        "delay_seconds": "2 h", "most": "3", "most_seconds": "7 d", "quiet_from": "22:00", "quiet_to": "08:00",
        "quiet_zone": "workspace", "is_transactional": "on",
    }  # fmt: skip
    desk.post("/messages/new/", filled)
    automation = Automation.objects.get(workspace=workspace)
    assert (automation.roles, automation.skills) == (["owner", "agent"], ["billing", "French"])
    assert (automation.rule.delay_seconds, automation.most_seconds) == (7200, 7 * 86_400)
    assert automation.quiet == {"from": "22:00", "to": "08:00"}
    page = desk.get(path(automation))
    form = page.context["form"]
    again = {name: form[name].value() for name in filled}
    assert (again["delay_seconds"], again["most_seconds"], again["skills"]) == ("2 h", "7 d", "billing, French")
    desk.post(path(automation), filled)
    automation.refresh_from_db()
    assert automation.version == 1, "nothing differs"


def test_what_cannot_be_saved_is_said_at_its_field_and_nothing_that_was_written_is_lost(desk, workspace) -> None:
    wrong = {**FIELDS, "body": "Hello {{ contct.name }}", "condition": "data.plan ==", "delay_seconds": "soon"}
    answer = desk.post("/messages/new/", wrong)
    assert answer.status_code == 422
    answer = desk.post("/messages/new/", {**wrong, "delay_seconds": ""})
    page = text(answer)
    assert answer.status_code == 422
    assert "There is no “contct”." in page
    assert "This is not a condition. Line 1" in page
    assert "Hello {{ contct.name }}" in page
    assert not Automation.objects.exists()


def test_a_trial_shows_the_last_event_of_its_kind_and_the_names_that_it_knows(desk, nadia) -> None:
    signs_up(nadia)
    page = text(desk.post("/messages/try/", FIELDS))
    assert "Welcome Nadia Okafor" in page
    assert "{{ data.plan }}" in page
    assert "data-letter" in page
    assert "With made-up values" not in page
    assert not Delivery.objects.exists()


def test_a_trial_without_an_event_is_made_up_and_says_so_and_one_that_would_not_be_sent_says_why(desk, nadia) -> None:
    assert "With made-up values" in text(desk.post("/messages/try/", FIELDS))
    signs_up(nadia)
    page = text(desk.post("/messages/try/", {**FIELDS, "condition": 'data.plan == "x"'}))
    assert "It would not be sent on this event" in page
    assert "With made-up values" in text(desk.post("/messages/try/", {**FIELDS, "event": "sample"}))
    page = text(desk.post("/messages/try/", {**FIELDS, "subject": "{{ x", "delay_seconds": "soon"}))
    assert "Subject: Line 1" in page
    assert "Wait first: Write it as" in page


def test_the_letter_is_a_document_of_its_own_without_scripts_or_an_origin(desk, nadia) -> None:
    nadia.name = "<script>alert(1)</script>"
    nadia.save()
    signs_up(nadia)
    answer = desk.post("/messages/drawn/", {**FIELDS, "body": "Hi {{ contact.name }}"})
    assert "&lt;script&gt;" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in desk.get("/messages/new/")["Content-Security-Policy"]
    assert "frame-src" not in desk.get("/messages/")["Content-Security-Policy"]


def test_a_test_goes_to_oneself_and_one_that_cannot_says_why(desk, nadia, agent) -> None:
    signs_up(nadia)
    assert f"on its way to {agent.email}" in text(desk.post("/messages/test/", FIELDS))
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([agent.email], "[Test] Welcome Nadia Okafor"),
    ]  # fmt: skip
    assert "did not go out" in text(desk.post("/messages/test/", {**FIELDS, "body": "{{ x"}))
    assert "notifications" in text(desk.post("/messages/test/", {**FIELDS, "channel": "chat"}))
    assert Notice.objects.get().teammate == agent
    assert not Delivery.objects.exists()


def test_it_is_switched_on_and_off_and_deleted(desk, workspace) -> None:
    automation = make_automation(workspace)
    desk.post(path(automation, "enabled/"), {"enabled": "false"})
    automation.rule.refresh_from_db()
    assert not automation.rule.enabled
    desk.post(path(automation, "enabled/"), {"enabled": "true"})
    desk.post(path(automation, "delete/"))
    assert not Automation.objects.exists()


def test_versions_are_listed_looked_at_and_gone_back_to(desk, workspace) -> None:
    desk.post("/messages/new/", FIELDS)
    automation = Automation.objects.get(workspace=workspace)
    desk.post(path(automation), {**FIELDS, "subject": "Second"})
    page = text(desk.get(path(automation, "versions/")))
    assert "Version 1" in page
    assert "Version 2" in page
    shown = text(desk.get(path(automation, "versions/1/")))
    assert "Welcome {{ contact.name }}" in shown
    assert "Go back to this version" in shown
    assert "Go back" not in text(desk.get(path(automation, "versions/2/")))
    desk.post(path(automation, "versions/1/restore/"))
    automation.refresh_from_db()
    assert (automation.version, automation.subject) == (3, "Welcome {{ contact.name }}")
    assert desk.get(path(automation, "versions/9/")).status_code == 404
    assert desk.post(path(automation, "versions/9/restore/")).status_code == 404


def test_what_was_sent_and_what_was_not_says_to_whom_and_why(
    desk, workspace, nadia, django_assert_max_num_queries
) -> None:
    automation = make_automation(workspace, most=1)
    for _ in range(2):
        signs_up(nadia)
    work()
    page = text(desk.get(path(automation, "sent/")))
    assert "Nadia Okafor" in page
    assert f'href="/contacts/{nadia.public_id}/"' in page
    assert "they have had it often enough" in page
    assert "version 1" in page
    with django_assert_max_num_queries(40) as few:
        desk.get(path(automation, "sent/"))
    for _ in range(20):
        signs_up(nadia)
    work()
    with django_assert_max_num_queries(len(few)):
        desk.get(path(automation, "sent/"))


def test_activity_names_no_ids_where_a_message_went(desk, workspace, nadia) -> None:
    make_automation(workspace)
    event = signs_up(nadia)
    work()
    for place in ("/activity/deliveries/", f"/activity/{event.public_id}/"):
        page = text(desk.get(place))
        assert "a contact" in page
        assert f"contact:{nadia.public_id}" not in page
    assert "Message “Welcome”" in page


def test_older_ones_are_on_the_next_page(desk, workspace, nadia) -> None:
    automation = make_automation(workspace, most=1)
    for _ in range(52):
        signs_up(nadia)
    work()
    page = text(desk.get(path(automation, "sent/")))
    assert page.count("told-what") == 50
    before = page.split("?before=")[1].split('"')[0]
    assert text(desk.get(path(automation, f"sent/?before={before}"))).count("told-what") == 2
    assert desk.get(path(automation, "sent/?before=nonsense")).status_code == 200


def test_the_list_takes_as_many_queries_for_many_as_for_one(desk, workspace, django_assert_max_num_queries) -> None:
    make_automation(workspace)
    desk.get("/messages/")
    with django_assert_max_num_queries(40) as one:
        desk.get("/messages/")
    for _ in range(6):
        make_automation(workspace)
    with django_assert_max_num_queries(len(one)):
        desk.get("/messages/")


def test_opens_and_clicks_are_counted_once_an_owner_says_so_and_shown_then(
    signed_in, owner, desk, workspace, nadia
) -> None:
    automation = make_automation(workspace)
    signs_up(nadia)
    work()
    assert desk.post("/messages/tracking/", {"on": "true"}).status_code == 403
    assert "opened" not in text(desk.get("/messages/"))
    signed_in(owner).post("/messages/tracking/", {"on": "true"})
    assert tracking.is_on(workspace)
    AutomatedDelivery.objects.update(opened_at=timezone.now())
    assert "<dt>opened</dt><dd>1</dd>" in text(desk.get("/messages/"))
    assert "opened" in text(desk.get(path(automation, "sent/")))
    signed_in(owner).post("/messages/tracking/", {"on": "false"})
    assert not tracking.is_on(workspace)


def test_who_may_only_look_sees_everything_and_changes_nothing(signed_in, viewer, workspace, nadia) -> None:
    automation, client = make_automation(workspace), signed_in(viewer)
    signs_up(nadia)
    for rest in ("", "versions/", "versions/1/", "sent/"):
        assert client.get(path(automation, rest)).status_code == 200
    page = text(client.get(path(automation)))
    assert "Your role may look at messages" in page
    assert "Send me a test" not in page
    # Disabled fields are not sent: what is tried is the message as it is.
    asked = {"automation": str(automation.rule.public_id), "subject": "Mine {{ contact.email }}"}
    tried = text(client.post("/messages/try/", asked))
    assert "Hello Nadia" in tried
    assert "Mine" not in tried
    before = (Automation.objects.get().version, automation.rule.enabled)
    refused = [
        client.get("/messages/new/"), client.post("/messages/new/", FIELDS), client.post(path(automation), FIELDS),
        client.post(path(automation, "enabled/"), {"enabled": "false"}), client.post(path(automation, "delete/")),
        client.post(path(automation, "versions/1/restore/")), client.post("/messages/test/", FIELDS),
    ]  # fmt: skip
    assert {answer.status_code for answer in refused} == {403}
    assert (Automation.objects.get().version, automation.rule.enabled) == before
    assert not mail.outbox


def test_another_workspaces_message_is_a_404_and_its_events_are_not_tried(desk, nadia) -> None:
    there = make_workspace()
    theirs = make_automation(there)
    for rest in ("", "versions/", "versions/1/", "sent/"):
        assert desk.get(path(theirs, rest)).status_code == 404
    for rest in ("", "enabled/", "delete/", "versions/1/restore/"):
        assert desk.post(path(theirs, rest), FIELDS).status_code == 404
    asked = {**FIELDS, "automation": str(theirs.rule.public_id)}
    assert desk.post("/messages/try/", asked).status_code == 404
    from tests.factories import make_contact

    event = signs_up(make_contact(there, name="Secret Person"))
    page = text(desk.post("/messages/try/", {**FIELDS, "event": str(event.public_id)}))
    assert "Secret Person" not in page
    assert "With made-up values" in page


def test_what_people_with_power_did_is_neither_tried_nor_told(desk, workspace, owner, agent) -> None:
    from notifications.kinds.audit import Audit

    track(Audit(fact="teammate.role_changed", about="Secret", by="Ada"), workspace=workspace)
    automation = make_automation(
        workspace,
        kinds=["teammate.*"],
        audience="teammates",
        roles=["agent"],
        channel="inapp",
        body="{{ event.title }}",
    )
    work()
    assert not Delivery.objects.filter(rule=automation.rule).exists()
    asked = {**FIELDS, "kinds": "teammate.role_changed", "body": "{{ event.title }}"}
    assert "Secret" not in text(desk.post("/messages/try/", asked))


def test_what_the_team_says_among_itself_reaches_no_contact(desk, workspace, owner, nadia) -> None:
    from inbox.conversations import actions
    from inbox.models import Conversation
    from tests.factories import make_conversation

    conversation = Conversation.objects.get(pk=make_conversation(workspace, nadia).pk)
    fields = {"kinds": ["mention.created"], "body": "{{ event.body }}"}
    for channel in ("email", "chat"):
        make_automation(workspace, channel=channel, **fields)
    inside = make_automation(workspace, audience="teammates", roles=["owner"], channel="inapp", **fields)
    actions.note(conversation, owner, "@bea they are about to leave us")
    make_teammate(workspace, "bea2")
    actions.note(conversation, owner, "@bea2 they are about to leave us")
    work()
    assert not mail.outbox or all(letter.to != ["nadia@shop.example"] for letter in mail.outbox)
    assert conversation.messages.filter(kind="reply", author_kind="teammate").count() == 0
    assert Delivery.objects.filter(rule=inside.rule).exists()
