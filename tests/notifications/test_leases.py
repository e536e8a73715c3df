"""A worker holds what it sends for as long as its lease: the slow are left, and what others took is not touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import outcomes, postings, routing, sending, tasks
from notifications.claiming import LEASE, claim
from notifications.events import track
from notifications.kinds.money import PaymentFailed
from notifications.models import Delivery, Event, Posting
from notifications.settling import settle
from notifications.transports import TransportError
from notifications.words import Status
from tests.notifications.conftest import work
from tests.notifications.meanwhile import elsewhere
from tests.stand_ins.slow_mail import slow_mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def fail_to_pay(workspace, invoice: str = "in_1") -> None:
    track(PaymentFailed(amount_minor=1250, currency="EUR", invoice=invoice), workspace=workspace)


def test_a_mail_server_that_never_ends_its_reply_holds_up_neither_the_worker_nor_the_others(
    workspace, medium, route, settings
) -> None:
    route(transport="email", address="cfo@shop.test")
    route()
    settings.EMAIL_TIMEOUT = 1
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with slow_mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        fail_to_pay(workspace)
        work()
    rows = {row.transport: row for row in Delivery.objects.all()}
    assert rows["recorder"].status == Status.SENT
    assert (rows["email"].status, rows["email"].attempts) == (Status.PENDING, 1)
    assert rows["email"].error == "The mail server was too slow: it did not take the letter yet."
    assert rows["email"].due_at is not None


def test_what_could_not_begin_in_time_is_given_back_untried(workspace, medium, route, monkeypatch) -> None:
    route(address="#one")
    route(address="#two")
    fail_to_pay(workspace)
    routing.drain()
    monkeypatch.setattr(sending, "BEGIN_WITHIN", -1.0)
    assert sending.drain() == 2
    assert set(Delivery.objects.values_list("status", "attempts", "error")) == {("pending", 0, "")}
    assert not medium.calls
    monkeypatch.undo()
    work()
    assert len(medium.said()) == 2


def test_a_posting_that_could_not_be_looked_at_in_time_is_given_back(workspace, medium, route, monkeypatch) -> None:
    route()
    fail_to_pay(workspace)
    work()
    settle(Event.objects.get())
    monkeypatch.setattr(postings, "BEGIN_WITHIN", -1.0)
    assert postings.drain() == 1
    assert len(medium.calls) == 1
    assert Posting.objects.get().attempts == 0
    monkeypatch.undo()
    work()
    assert [call[0] for call in medium.calls] == ["send", "retract"]


def test_who_lost_the_lease_takes_nothing_from_who_has_it(workspace, medium, route) -> None:
    route()

    def outlive(message) -> None:
        Delivery.objects.update(due_at=timezone.now())
        elsewhere(claim)()
        raise TransportError("500")

    medium.fail = outlive
    fail_to_pay(workspace)
    routing.drain()
    sending.drain()
    row = Delivery.objects.get()
    assert (row.status, row.attempts, row.error) == (Status.SENDING, 2, "")
    assert row.due_at is not None
    assert row.due_at > timezone.now() + LEASE / 2


def test_who_lost_the_lease_and_did_send_it_says_so(workspace, medium, route) -> None:
    route()

    def outlive(message) -> None:
        Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        elsewhere(claim)()

    medium.fail = outlive
    fail_to_pay(workspace)
    routing.drain()
    sending.drain()
    assert Delivery.objects.get().status == Status.SENT


def test_an_outcome_is_noted_though_the_database_was_away_for_a_moment(workspace, medium, route) -> None:
    route()
    fail_to_pay(workspace)
    routing.drain()

    def cut(message) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF nextval('first_time') = 1 THEN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END IF; "
                "RETURN NEW; END $$; CREATE SEQUENCE first_time; "
                "CREATE TRIGGER fail_once BEFORE UPDATE ON notifications_delivery "
                "FOR EACH ROW EXECUTE FUNCTION fail_once()"
            )

    medium.fail = cut
    try:
        sending.drain()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION fail_once CASCADE; DROP SEQUENCE first_time")
    row = Delivery.objects.get()
    assert row.status == Status.SENT
    assert row.posting is not None
    assert len(medium.said()) == 1


def test_a_run_ends_before_it_is_ended_and_a_call_before_its_lease() -> None:
    lease = LEASE.total_seconds()
    call = 2 * 15  # what Transport promises
    assert sending.BEGIN_WITHIN + call < lease
    assert tasks.LONGEST_RUN + 2 * (sending.BEGIN_WITHIN + call) < tasks.TIME_LIMIT == tasks.deliver.time_limit
    assert outcomes.TRIES > 1
