"""Activity's pages: what they show, to whom, and that their number of queries does not grow."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.events import track
from notifications.kind import Who
from notifications.kinds.custom import Custom
from notifications.kinds.money import PaymentSucceeded
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Event, Rule
from notifications.words import Cause, Status
from tests.factories import make_contact, make_delivery, make_teammate, make_workspace
from tests.inbox.desk.activity.conftest import failed
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db


def titles(answer) -> list[str]:
    return [line.event.title for line in answer.context["lines"]]


def test_signed_out_leads_to_the_sign_in(client) -> None:
    assert client.get("/activity/").status_code == 302


def test_the_newest_comes_first_and_older_pages_go_on_from_there(workspace, agent, signed_in) -> None:
    for n in range(55):
        track(Custom(own_name="user.step", data={"title": f"Step {n}"}), workspace=workspace)
    page = signed_in(agent)
    first = page.get("/activity/")
    assert titles(first)[:2] == ["Step 54", "Step 53"]
    older = page.get(f"/activity/rows/{first.context['older']}")
    assert titles(older) == [f"Step {n}" for n in range(4, -1, -1)]
    assert not older.context["older"]


def test_a_place_in_another_workspace_is_the_beginning(workspace, agent, signed_in) -> None:
    for n in range(2):
        track(Custom(own_name="user.step", data={"title": f"Step {n}"}), workspace=workspace)
    mine = Event.objects.get(title="Step 1")
    theirs = failed(make_workspace())
    failed(workspace)
    page = signed_in(agent)
    assert titles(page.get(f"/activity/?before={mine.public_id}")) == ["Step 0"]
    everything = titles(page.get("/activity/"))
    assert len(everything) == 3
    assert titles(page.get(f"/activity/?before={theirs.public_id}")) == everything


def test_deliveries_go_on_from_no_place_of_another_workspace(workspace, agent, signed_in) -> None:
    mine = [make_delivery(failed(workspace, f"in_{n}"), status=Status.FAILED) for n in range(2)]
    theirs = make_delivery(failed(make_workspace()), status=Status.FAILED)
    make_delivery(failed(workspace, "in_3"), status=Status.FAILED)
    page = signed_in(agent)

    def told(before: Delivery) -> list[Delivery]:
        answer = page.get(f"/activity/deliveries/?status=failed&before={before.public_id}")
        return [row.delivery for section in answer.context["sections"] for row in section["told"]]

    assert told(mine[1]) == [mine[0]]
    assert len(told(theirs)) == 3
    # What was sent meanwhile is still a place to go on from.
    Delivery.objects.filter(pk=mine[1].pk).update(status=Status.SENT)
    assert told(mine[1]) == [mine[0]]


def test_equal_events_in_a_row_are_one_line_and_each_can_be_reached(workspace, agent, signed_in) -> None:
    for where in ("a", "a", "a", "b", "a"):
        track(ServerError(error="E: boom", where=where), workspace=workspace)
    first, second, third, *_ = Event.objects.order_by("id")
    page = signed_in(agent)
    assert [len(line.ids) for line in page.get("/activity/").context["lines"]] == [1, 1, 3]
    assert f"/activity/{second.public_id}/" in page.get(f"/activity/{third.public_id}/").content.decode()
    assert "happened before" not in page.get(f"/activity/{first.public_id}/").content.decode()


def test_filters_narrow_what_is_shown_and_nonsense_is_no_filter(workspace, agent, signed_in) -> None:
    event = failed(workspace)
    track(ServerError(error="E: boom", where="a"), workspace=workspace)
    track(Custom(own_name="user.step"), workspace=workspace, occurred_at=timezone.now() - timedelta(days=3))
    Event.objects.filter(pk=event.pk).update(settled_at=timezone.now())
    page = signed_in(agent)

    def kinds(query: str) -> set[str]:
        return {line.event.kind for line in page.get(f"/activity/?{query}").context["lines"]}

    everything = {"payment.failed", "server.error", "user.step"}
    assert kinds("") == kinds("topic=weather&severity=x&time=y&state=z&before=nothing") == everything
    assert kinds("topic=financials") == {"payment.failed"}
    assert kinds("severity=error") == {"payment.failed", "server.error"}
    assert kinds("time=24h") == {"payment.failed", "server.error"}
    assert kinds("state=settled") == {"payment.failed"}
    assert kinds("state=open") == {"server.error", "user.step"}
    assert kinds("kind=payment.*") == {"payment.failed"}
    assert kinds("kind=payment") == set()


def test_a_person_is_found_by_email_and_by_a_former_name(workspace, agent, signed_in) -> None:
    contact = make_contact(workspace, name="Nadia Novak", email="nadia@lagos.test")
    failed(workspace, contact=Who(str(contact.public_id), "Nadia Okafor"))
    failed(workspace, "in_2", contact=Who(str(uuid.uuid4()), "Somebody Else"))
    page = signed_in(agent)
    for words in ("nadia@lagos.test", "novak", "okafor"):
        assert len(titles(page.get("/activity/", {"q": words}))) == 1, words
    assert titles(page.get("/activity/", {"q": "nobody at all"})) == []


def test_an_account_is_found_by_its_name(workspace, agent, signed_in) -> None:
    account = workspace.accounts.create(name="Lagos Freight", external_id="acc_1")
    failed(workspace, account=Who(account.external_id, "Lagos Ltd"))
    assert len(titles(signed_in(agent).get("/activity/?q=freight"))) == 1


def test_an_event_shows_its_deliveries_its_message_and_why(workspace, agent, signed_in, medium) -> None:
    Rule.objects.create(
        workspace=workspace, name="Money", transport="recorder", address="#money", topics=["financials"]
    )
    Rule.objects.create(workspace=workspace, name="Errors", transport="recorder", address="#e", topics=["errors"])
    event = failed(workspace)
    work()
    text = signed_in(agent).get(f"/activity/{event.public_id}/").content.decode()
    assert "could not be collected: Nadia Okafor" in text
    assert "#money" in text
    assert "topic financials is not among errors" in text
    assert "Not to you yourself, as no route goes to @bea" in text
    assert "in_1" in text


def test_who_was_told_themselves_reads_so(workspace, agent, signed_in) -> None:
    Rule.objects.create(workspace=workspace, name="Mine", transport="inapp", address="@bea")
    event = failed(workspace)
    work()
    assert (
        "You were told yourself: Desk (sent)" in signed_in(agent).get(f"/activity/{event.public_id}/").content.decode()
    )


def test_what_a_route_decided_then_stays_said_after_it_was_changed_or_deleted(
    workspace, agent, signed_in, medium
) -> None:
    kept = Rule.objects.create(workspace=workspace, name="Kept", transport="recorder", address="#a")
    gone = Rule.objects.create(workspace=workspace, name="Gone", transport="recorder", address="#b")
    event = failed(workspace)
    work()
    kept.topics = ["errors"]
    kept.save()
    gone.delete()
    Rule.objects.create(workspace=workspace, name="Later", transport="recorder", address="#c")
    text = signed_in(agent).get(f"/activity/{event.public_id}/").content.decode()
    assert "Changed since: now it would not take it" in text
    assert "A route that was deleted since" in text
    assert "made after it happened" in text


def test_a_grouped_delivery_shows_the_message_that_it_was_counted_into(workspace, agent, signed_in, medium) -> None:
    Rule.objects.create(workspace=workspace, name="All", transport="recorder", address="#a", group_seconds=600)
    failed(workspace)
    second = failed(workspace)
    work()
    Delivery.objects.filter(sent_at__isnull=False).update(payload={"text": "As it was said then"})
    assert "As it was said then" in signed_in(agent).get(f"/activity/{second.public_id}/").content.decode()


def test_acknowledging_settles_an_event_and_takes_its_message_back(workspace, agent, signed_in, medium) -> None:
    Rule.objects.create(workspace=workspace, name="All", transport="recorder", address="#a")
    event = failed(workspace)
    work()
    page = signed_in(agent)
    answer = page.post(f"/activity/{event.public_id}/acknowledge/", headers={"HX-Request": "true"})
    assert "Acknowledged" in answer.content.decode()
    work()
    assert [call[0] for call in medium.calls] == ["send", "retract"]
    assert "taken back" in page.get(f"/activity/{event.public_id}/").content.decode()


def test_an_event_that_another_settled_says_which(workspace, agent, signed_in, medium) -> None:
    event = failed(workspace)
    work()
    track(PaymentSucceeded(invoice="in_1"), workspace=workspace)
    work()
    assert "Settled by payment.succeeded" in signed_in(agent).get(f"/activity/{event.public_id}/").content.decode()


def test_what_failed_is_sent_again_one_by_one_or_all_of_an_address(workspace, agent, signed_in) -> None:
    event = failed(workspace)
    rows = [
        Delivery.objects.create(
            workspace=workspace, event=event, rule_key=f"test:{n}", transport="log", address=address, reason="x",
            status=Status.FAILED, error="boom",
        )
        for n, address in enumerate(("#a", "#a", "#b", "#c"))
    ]  # fmt: skip
    page = signed_in(agent)
    text = page.get("/activity/deliveries/").content.decode()
    assert text.count("Resend all to") == 3
    page.post(f"/activity/deliveries/{rows[3].public_id}/resend/")
    page.post("/activity/deliveries/resend/", {"like": str(rows[0].public_id)})
    states = Delivery.objects.order_by("id").values_list("status", flat=True)
    assert list(states) == ["pending", "pending", "failed", "pending"]


def test_failed_deliveries_come_first_and_a_state_has_pages(workspace, agent, signed_in) -> None:
    for n in range(60):
        Delivery.objects.create(
            workspace=workspace, event=failed(workspace, f"in_{n}"), rule_key="route:1", transport="log", reason="x",
            status=Status.SUPPRESSED if n else Status.FAILED, cause=Cause.MUTED if n else "",
        )  # fmt: skip
    page = signed_in(agent)
    sections = page.get("/activity/deliveries/").context["sections"]
    assert [(section["key"], len(section["told"])) for section in sections] == [("failed", 1), ("suppressed", 10)]
    first = page.get("/activity/deliveries/?status=suppressed").context["sections"][0]
    rest = page.get(f"/activity/deliveries/{first['more']}").context["sections"][0]
    assert (len(first["told"]), len(rest["told"]), rest["more"]) == (50, 9, "")


def test_an_address_on_the_web_is_shown_without_what_may_be_secret(workspace, agent, signed_in) -> None:
    address = "https://hooks.example.com/T1/sEcReT"
    rule = Rule.objects.create(workspace=workspace, name="Hook", transport="log", address=address)
    event = failed(workspace)
    work()
    page = signed_in(agent)
    here = ("/activity/routes/", f"/activity/routes/{rule.public_id}/", "/activity/deliveries/")
    for path in (*here, f"/activity/{event.public_id}/"):
        answer = page.get(path)
        assert answer.status_code == 200
        assert "sEcReT" not in answer.content.decode(), path
        assert "hooks.example.com/…" in answer.content.decode(), path


def test_another_workspaces_ids_are_not_there(workspace, agent, signed_in) -> None:
    other = make_workspace()
    event = failed(other)
    rule = Rule.objects.create(workspace=other, name="Theirs", transport="log")
    delivery = Delivery.objects.create(
        workspace=other, event=event, rule_key="x", transport="log", reason="x", status=Status.FAILED
    )
    page = signed_in(make_teammate(workspace, "max", role="owner"))
    assert page.get(f"/activity/{event.public_id}/").status_code == 404
    assert page.get(f"/activity/routes/{rule.public_id}/").status_code == 404
    for path in (
        f"/activity/{event.public_id}/acknowledge/",
        f"/activity/deliveries/{delivery.public_id}/resend/",
        f"/activity/routes/{rule.public_id}/mute/",
        f"/activity/routes/{rule.public_id}/enabled/",
        f"/activity/routes/{rule.public_id}/delete/",
    ):
        assert page.post(path).status_code == 404, path
    assert page.post("/activity/deliveries/resend/", {"like": str(delivery.public_id)}).status_code == 404
    assert Delivery.objects.get(pk=delivery.pk).status == "failed"
    assert Rule.objects.filter(pk=rule.pk, enabled=True, muted_until=None).exists()


def test_who_may_only_look_acknowledges_and_resends_nothing(workspace, signed_in) -> None:
    event = failed(workspace)
    delivery = Delivery.objects.create(
        workspace=workspace, event=event, rule_key="x", transport="log", reason="x", status=Status.FAILED
    )
    page = signed_in(make_teammate(workspace, "vera", role="viewer"))
    text = page.get(f"/activity/{event.public_id}/").content.decode()
    assert "Acknowledge<" not in text
    assert "Resend" not in text
    assert page.post(f"/activity/{event.public_id}/acknowledge/").status_code == 403
    assert page.post(f"/activity/deliveries/{delivery.public_id}/resend/").status_code == 403
    assert Event.objects.get(pk=event.pk).settled_at is None


@pytest.mark.parametrize("path", ["/activity/", "/activity/?q=nadia", "/activity/deliveries/", "/activity/routes/"])
def test_the_number_of_queries_does_not_grow(workspace, agent, signed_in, medium, path) -> None:
    page = signed_in(agent)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert page.get(path).status_code == 200
        return len(found)

    def fill(count: int) -> None:
        for n in range(count):
            Rule.objects.create(workspace=workspace, name=f"R{n}", transport="recorder", address=f"#{n}")
            failed(workspace, f"in_{n}")
        work()

    fill(2)
    queries()
    few = queries()
    fill(12)
    assert queries() == few


def test_an_event_with_many_deliveries_takes_as_many_queries_as_one_with_few(
    workspace, agent, signed_in, medium
) -> None:
    page = signed_in(agent)

    def queries() -> int:
        event = failed(workspace)
        work()
        with CaptureQueriesContext(connection) as found:
            assert page.get(f"/activity/{event.public_id}/", headers={"HX-Request": "true"}).status_code == 200
        return len(found)

    Rule.objects.create(workspace=workspace, name="One", transport="recorder", address="#1", group_seconds=600)
    queries()
    few = queries()
    for n in range(10):
        Rule.objects.create(
            workspace=workspace, name=f"R{n}", transport="recorder", address=f"#x{n}", group_seconds=600
        )
    assert queries() <= few + 0
