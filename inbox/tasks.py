"""Nudges: each loads nothing, decides nothing, and may run as often as it likes."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

import inbox.health.worker  # noqa: F401  (connects the worker's signals)
from inbox import figures
from inbox.api.idempotency import forget_expired
from inbox.contacts import exporting
from inbox.contacts.journey import tell_stalled
from inbox.contacts.suggesting.queue import look_for_recent
from inbox.conversations import assignees, guests
from inbox.conversations.actions import wake_due
from inbox.conversations.waiting import tell_waiting
from inbox.desk.notices.forgetting import forget_read
from inbox.kickoff.reporting import report_due
from inbox.mailing import incoming as incoming_mail
from inbox.people import mail
from inbox.people.nudge import work_through
from notifications.ops.runs import nightly, once


@shared_task
def wake_snoozed() -> None:
    """Open every conversation whose snooze has ended."""
    work_through("inbox.tasks.wake_snoozed", wake_due)


@shared_task
def end_guest_access() -> None:
    """End every guest's access whose time is over."""
    work_through("inbox.tasks.end_guest_access", guests.end_due)


@shared_task
def send_mail() -> None:
    """Send the letters that are due."""
    work_through("inbox.tasks.send_mail", mail.drain)


@shared_task
def work_incoming_mail() -> None:
    """Make notes of the answers to letters that have come in."""
    work_through("inbox.tasks.work_incoming_mail", incoming_mail.drain)


@shared_task
def forget_incoming_mail() -> None:
    """Forget what came in by mail long ago, once a night."""
    with once("forget incoming mail", nightly(3, 50)) as mine:
        if mine:
            incoming_mail.forget_old()


@shared_task
def forget_idempotency_keys() -> None:
    """Delete the keys that are older than a day."""
    work_through("inbox.tasks.forget_idempotency_keys", forget_expired)


@shared_task
def settle_assignees() -> None:
    """Take conversations from those who left, or who may no longer see them; tell those who see more now what named
    them."""
    work_through("inbox.tasks.settle_assignees", assignees.settle)
    guests.tell_newly_sighted()


@shared_task
def clear_sessions() -> None:
    """Forget sessions that have ended by themselves, once a night."""
    with once("clear sessions", nightly(3, 40)) as mine:
        if mine:
            call_command("clearsessions")


@shared_task
def forget_read_notices() -> None:
    """Forget the notices that were read long ago, once a night."""
    with once("forget read notices", nightly(3, 45)) as mine:
        if mine:
            forget_read()


@shared_task
def suggest_merges() -> None:
    """Look for whom contacts that changed may be."""
    from inbox.contacts.suggesting import seeking

    work_through("inbox.tasks.suggest_merges", seeking.drain)


@shared_task
def suggest_recent_merges() -> None:
    """Look again for the contacts that changed of late, once a night."""
    with once("suggest merges", nightly(2, 30)) as mine:
        if mine:
            look_for_recent()


@shared_task
def tell_stalled_contacts() -> None:
    """Tell of those who signed up and are not set up."""
    work_through("inbox.tasks.tell_stalled_contacts", tell_stalled)


@shared_task
def tell_waiting_conversations() -> None:
    """Tell of those who wait too long for an answer."""
    work_through("inbox.tasks.tell_waiting_conversations", tell_waiting)


@shared_task
def report_figures() -> str:
    """Tell every workspace its figures of yesterday, once a night; return what there is to say of it."""
    with once("report figures", nightly(4, 10)) as mine:
        told = figures.report_all() if mine else 0
    return f"told {told} workspaces their figures" if told else ""


@shared_task
def report_kickoff() -> str:
    """Tell every workspace where it is Monday morning what its last week brought; return what there is to say of it."""
    told = report_due()
    return f"told {told} workspaces their week" if told else ""


@shared_task
def make_exports() -> None:
    """Make the files that are asked for, and delete those whose time is over."""
    work_through("inbox.tasks.make_exports", exporting.drain, exporting.forget_old)
