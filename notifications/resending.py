"""Sending again, by hand: one delivery, or all that failed at one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from inbox.people.nudge import nudge_on_commit
from notifications import grouping, settling
from notifications.events import TASK
from notifications.matching import stopped
from notifications.models import Delivery, Posting
from notifications.words import FOLLOWING, Cause, Status

MOST_AT_ONCE = 1000
AGAIN = {"status": Status.PENDING, "cause": "", "error": "", "attempts": 0, "has_turn": False, "by_hand": True}


class ResendRefused(ValueError):
    """A delivery is not sent again. The text says why, and what to do."""


@dataclass(frozen=True)
class Resent:
    """How many messages are being sent again, and how many are not, as their route was deleted or switched off."""

    count: int
    refused: int = 0


def resend(delivery: Delivery) -> bool:
    """Have a delivery that failed, or was suppressed, sent again, with all that was counted into its message.

    Of one that was counted into another's message, that one is sent. What a cap held back is sent by itself. Return
    whether there was anything to do. Raises ResendRefused.
    """
    with transaction.atomic():
        row = _to_send(Delivery.objects.select_related("rule", "posting").get(pk=delivery.pk))
        problem = _problem(row)
        if problem:
            raise ResendRefused(problem)
        alone: dict[str, Any] = {}
        if row.posting is not None:
            grouping.lock([row.posting.pk])
            alone = {"posting": None} if row.cause == Cause.CAPPED else {}
        waiting = Delivery.objects.filter(pk=row.pk, status__in=[Status.FAILED, Status.SUPPRESSED])
        if not waiting.update(**AGAIN, **alone, due_at=timezone.now()):
            return False
        if row.posting is not None and alone:
            _leave(row.posting)
        elif row.posting is not None:
            grouping.tell_again([row.posting.pk])
        nudge_on_commit(TASK)
    return True


def resend_failed(deliveries: QuerySet[Delivery], transport: str, address: str) -> Resent:
    """Have those of `deliveries` that failed at this address sent again, the oldest MOST_AT_ONCE, each with all that
    was counted into its message."""
    failed = deliveries.filter(transport=transport, address=address, status=Status.FAILED)
    with transaction.atomic():
        rows = list(failed.exclude(cause__in=FOLLOWING).select_related("rule").order_by("id")[:MOST_AT_ONCE])
        good = [row for row in rows if not _problem(row)]
        postings = {row.posting_id for row in good if row.posting_id is not None}
        grouping.lock(postings)
        count = Delivery.objects.filter(pk__in=[row.pk for row in good], status=Status.FAILED).update(
            **AGAIN, due_at=timezone.now()
        )
        grouping.tell_again(postings)
        if count:
            nudge_on_commit(TASK)
    return Resent(count, len(rows) - len(good))


def _to_send(row: Delivery) -> Delivery:
    """Return the delivery that tells what `row` is to tell. Raises ResendRefused where that was told."""
    if row.cause != Cause.GROUPED or row.posting is None:
        return row
    if row.posting.told_at is not None:
        raise ResendRefused("It was told in an earlier message, which counts it. Send that one again.")
    return grouping.head_of(row.posting.pk) or row


def _problem(row: Delivery) -> str:
    """Return why a delivery cannot go out by its route, and what to do, or ""."""
    cause = stopped(row.rule, row.rule_key, timezone.now())
    if cause == Cause.ROUTE_DELETED:
        return "The route that took it was deleted, so it is not sent again. Make another route for what comes."
    if cause == Cause.MESSAGE_GONE:
        return "The message that it told was deleted, so it is not sent again. Make another one for what comes."
    if cause == Cause.MESSAGE_OFF and row.rule is not None:
        return f"The message {row.rule.name} is switched off. Switch it on, then send this again."
    if cause == Cause.ROUTE_OFF and row.rule is not None:
        return f"The route {row.rule.name} is switched off. Switch it on, then send this again."
    return ""


def _leave(posting: Posting) -> None:
    """Count one less in a summary: what was told by itself is not among what is held back."""
    Posting.objects.filter(pk=posting.pk, event_count__gt=0).update(event_count=F("event_count") - 1)
    settling.settled_in(posting.pk, 0, timezone.now())
