"""What is no news any more is taken back: an event settles earlier ones of the same subject, and so does a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from inbox.people.models import Workspace
from inbox.people.nudge import nudge_on_commit
from notifications import grouping
from notifications.events import TASK, announce
from notifications.models import Delivery, Event, Posting
from notifications.registry import all_kinds
from notifications.words import FOLLOWING, Status


def settle(event: Event) -> bool:
    """Settle one event by hand ("acknowledged"); its messages are taken back. Return whether it was open."""
    with transaction.atomic():
        now = timezone.now()
        open_ones = Event.objects.filter(pk=event.pk, settled_at__isnull=True)
        if not open_ones.update(settled_at=now):
            return False
        _take_back([event.pk], now)
        nudge_on_commit(TASK)
        announce(event.workspace_id)
    return True


def settle_subject(workspace: Workspace, subject: str, kinds: Collection[str]) -> int:
    """Settle every open event of these kinds about `subject`, in the caller's transaction. Return how many."""
    with transaction.atomic():
        now = timezone.now()
        pks = _locked(_open(workspace.pk, subject, kinds))
        Event.objects.filter(pk__in=pks).update(settled_at=now)
        _take_back(pks, now)
        if pks:
            nudge_on_commit(TASK)
    return len(pks)


def reword(workspace: Workspace, subjects: Collection[str], body: str) -> None:
    """Give the open events about these subjects another body, in the caller's transaction; what was told of them and
    can be changed is drawn anew."""
    with transaction.atomic():
        events = Event.objects.filter(workspace=workspace, subject__in=subjects, settled_at__isnull=True)
        pks = _locked(events)
        Event.objects.filter(pk__in=pks).update(body=body)
        told = Delivery.objects.filter(event__in=pks, posting__isnull=False).values_list("posting", flat=True)
        found = grouping.lock(set(told))
        open_ones = Posting.objects.filter(pk__in=found, retract_at__isnull=True, retracted_at__isnull=True)
        if open_ones.filter(told_at__isnull=False).update(update_at=timezone.now()):
            nudge_on_commit(TASK)


def settle_by(events: Sequence[Event], now: datetime) -> set[int]:
    """Have a batch of events (locked, in order) settle what they settle, in the caller's transaction.

    Return the keys of those of the batch that were settled before they were told: they came late.
    """
    late = _settled_before(events, now)
    kinds = all_kinds()
    for event in events:
        settles = kinds[event.kind].settles if event.kind in kinds else ()
        if not settles or not event.subject:
            continue
        # One that another worker is routing just now is waited for: what it tells is taken back here.
        earlier = _open(event.workspace_id, event.subject, settles).filter(occurred_at__lte=event.occurred_at)
        pks = _locked(earlier)
        Event.objects.filter(pk__in=pks).update(settled_at=now, settled_by=event)
        _take_back(pks, now)
        late.update(pks)
    return late


def _settled_before(events: Sequence[Event], now: datetime) -> set[int]:
    """Settle those events for which a later one that settles them is there already."""
    by: dict[str, set[str]] = defaultdict(set)
    for name, kind in all_kinds().items():
        for earlier in kind.settles:
            by[earlier].add(name)
    asked = [event for event in events if event.subject and by.get(event.kind)]
    if not asked:
        return set()
    # Of all these workspaces and subjects: perhaps a few more than asked for, in a statement of one size.
    found = Event.objects.filter(
        workspace__in={event.workspace_id for event in asked}, subject__in={event.subject for event in asked},
        kind__in={name for event in asked for name in by[event.kind]},
    ).order_by("-occurred_at").only("pk", "workspace_id", "subject", "kind", "occurred_at")  # fmt: skip
    settlers: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for other in found:
        settlers[other.workspace_id, other.subject].append(other)
    late = set()
    for event in asked:
        for other in settlers[event.workspace_id, event.subject]:
            if other.kind in by[event.kind] and other.occurred_at >= event.occurred_at:
                Event.objects.filter(pk=event.pk).update(settled_at=now, settled_by=other)
                late.add(event.pk)
                break
    return late


def _open(workspace: int, subject: str, kinds: Collection[str]) -> QuerySet[Event]:
    return Event.objects.filter(workspace_id=workspace, subject=subject, kind__in=kinds, settled_at__isnull=True)


def _locked(events: QuerySet[Event]) -> list[int]:
    return list(events.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _take_back(events: Sequence[int], now: datetime) -> None:
    """Have what was told of these events withdrawn. What is being sent just now is withdrawn by its sender."""
    if not events:
        return
    theirs = Delivery.objects.filter(event__in=events)
    grouping.lock(set(theirs.filter(posting__isnull=False).values_list("posting", flat=True)))
    theirs.filter(status=Status.PENDING, posting=None).update(status=Status.SETTLED, due_at=None)
    # One that others share goes out for them, if there are others that are still open.
    shared = theirs.filter(posting__isnull=False).exclude(status__in=[Status.SETTLED, Status.FAILED])
    counted: dict[int, int] = defaultdict(int)
    for posting in shared.values_list("posting", flat=True):
        counted[posting] += 1
    theirs.filter(Q(status=Status.SENT) | Q(status=Status.SUPPRESSED, cause__in=FOLLOWING)).update(
        status=Status.SETTLED
    )
    for pk in sorted(counted):
        settled_in(pk, counted[pk], now)


def settled_in(posting: int, count: int, now: datetime) -> None:
    """Note that `count` more events of a posting are settled: it is drawn anew, or taken back once all are."""
    Posting.objects.filter(pk=posting).update(settled_count=F("settled_count") + count)
    all_of_it = Posting.objects.filter(pk=posting, settled_count__gte=F("event_count"), retracted_at__isnull=True)
    if all_of_it.update(retract_at=now, update_at=None, is_closed=True):
        waiting = Delivery.objects.filter(posting=posting, status=Status.PENDING)
        waiting.update(status=Status.SETTLED, due_at=None)
    else:
        Posting.objects.filter(pk=posting, retracted_at__isnull=True, retract_at__isnull=True).update(
            update_at=Greatest(F("update_at"), now)
        )


def lock_events(pks: Collection[int]) -> None:
    """Lock events whose messages were sent: who settles one of them has either committed, or waits for us and sees
    that it was sent."""
    if pks:
        _locked(Event.objects.filter(pk__in=pks))


def settled_while_sending(told: Sequence[tuple[Delivery, int]], now: datetime) -> None:
    """Take back, in the caller's transaction, those of these deliveries (each with its posting's key) whose events,
    which are locked, were settled during the call."""
    events = Event.objects.filter(pk__in=[row.event_id for row, _ in told], settled_at__isnull=False)
    settled = set(events.values_list("pk", flat=True)) if told else set()
    for row, posting in told:
        if row.event_id in settled:
            _settled_after_all(row, posting, now)


def _settled_after_all(row: Delivery, pk: int, now: datetime) -> None:
    Delivery.objects.filter(pk=row.pk).update(status=Status.SETTLED)
    posting = Posting.objects.select_for_update(no_key=True).get(pk=pk)
    if posting.settled_count < posting.event_count and posting.event_count == 1:
        settled_in(posting.pk, 1, now)
    elif posting.settled_count >= posting.event_count and posting.retracted_at is None:
        Posting.objects.filter(pk=posting.pk).update(retract_at=now)
