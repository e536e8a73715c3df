"""Conversations in which a customer waits too long for an answer: told once for each wait, taken back by the answer.

How long is too long is the workspace's (`answer_within_minutes`), counted in its business hours where it has any. What
waits is looked for in the rows, so this may run twice, anywhere, and as late as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from inbox.conversations import telling
from inbox.models import Conversation, Message
from inbox.models.conversations import WAITS_UNTOLD
from inbox.models.messages import AuthorKind, MessageKind
from inbox.people.hours import open_spans, parse_holidays, parse_hours
from inbox.people.models import Workspace
from inbox.people.zones import zone_of

# What has waited for longer is history: nobody is to be told of all of it on the day when it is first looked at.
HISTORY = timedelta(days=14)
BATCH = 100


def tell_waiting(limit: int = BATCH) -> int:
    """Tell of up to `limit` conversations of each workspace that wait for too long; return how many there were."""
    now = timezone.now()
    waits = Conversation.objects.filter(WAITS_UNTOLD, waiting_since__gt=now - HISTORY)
    oldest = dict(waits.order_by().values_list("workspace").annotate(Min("waiting_since")))
    found = Workspace.objects.filter(pk__in=oldest, answer_within_minutes__gt=0).order_by("pk")
    return sum(_tell_of(workspace, oldest[workspace.pk], now, limit) for workspace in found)


def waits_too_long_since(workspace: Workspace, now: datetime) -> datetime | None:
    """Return the moment since which, and before which, waiting is too long; None where nothing can be."""
    limit = timedelta(minutes=workspace.answer_within_minutes)
    days = 1
    while True:
        begin = now - min(timedelta(days=days), HISTORY)
        left = limit
        for start, end in reversed(_open(workspace, begin, now)):
            if end - start >= left:
                return end - left
            left -= end - start
        if timedelta(days=days) >= HISTORY:
            return None
        days *= 4


def _tell_of(workspace: Workspace, oldest: datetime, now: datetime, limit: int) -> int:
    # Hours only ever make it longer: most of those who wait are ruled out without a look at them.
    if now - oldest < timedelta(minutes=workspace.answer_within_minutes):
        return 0
    since = waits_too_long_since(workspace, now)
    if since is None or oldest > since:
        return 0
    with transaction.atomic():
        # Whoever answers holds the row, or has changed it: then it is not among these.
        rows = (
            Conversation.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .for_list()
            .filter(WAITS_UNTOLD, workspace=workspace, waiting_since__lte=since, waiting_since__gt=now - HISTORY)
        )
        due = list(rows.order_by("waiting_since")[:limit])
        Conversation.objects.filter(pk__in=[one.pk for one in due]).update(told_waiting_since=F("waiting_since"))
        firsts = {message.conversation_id: message for message in _first_unanswered(due)}
        for conversation in due:
            assert conversation.waiting_since is not None
            open_for = sum((b - a for a, b in _open(workspace, conversation.waiting_since, now)), timedelta())
            telling.waits(conversation, firsts.get(conversation.pk), int(open_for.total_seconds() // 60))
    return len(due)


def _first_unanswered(conversations: Sequence[Conversation]) -> QuerySet[Message]:
    """Return the message with which each wait began."""
    said = Message.objects.filter(
        conversation__in=[one.pk for one in conversations],
        kind=MessageKind.REPLY,
        author_kind=AuthorKind.CONTACT,
        created_at__gte=F("conversation__waiting_since"),
    )
    return said.order_by("conversation_id", "seq").distinct("conversation_id")


def _open(workspace: Workspace, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    hours, holidays = parse_hours(workspace.business_hours), parse_holidays(workspace.holidays)
    return open_spans(hours, holidays, zone_of(workspace.timezone), start, end)
