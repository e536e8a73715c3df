"""Working imports: plans, batches, undos, each claimed by whoever is free.

A claim is a lease that is committed before the work; the rows of a batch, what they changed and that it is done are
one transaction. So a batch may be begun twice, in any order, on any machine, and is done once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected, SerializationFailure

from imports import chunks, ending, growing, indexing, records, remaining, undoing
from imports.errors import CannotPlan, ImportRefused, PlanLater
from imports.models import Batch, BatchKind, BatchStatus, Existing, Import, ImportStatus, Source
from imports.planned import LEASE, LeaseLost
from inbox.contacts.bulk import Outcome, Retry, apply_accounts, apply_contacts
from notifications.automations.leaving import leave_all

log = logging.getLogger(__name__)

# A worker that was killed holds no row lock; its lease only keeps others from waiting for one.
BATCH_LEASE = timedelta(seconds=10)
# How often the same batch, or plan, may fail by itself, and how often its worker may vanish.
MOST_FAILURES = 5
MOST_CLAIMS = 30
# How often where the storage does not answer: with the longest wait between two tries, about an hour.
MOST_WITHOUT_STORAGE = 18
LONGEST_WAIT = timedelta(minutes=5)
# How often a batch begins anew because somebody else wrote the same people.
MOST_RETRIES = 20
# The attribute (Intercom's name for it) that says that no automated letters are wanted.
LEFT = "unsubscribed_from_emails"
AWAY = "The storage of its files has not answered for an hour. Look at that, and import the file again."
BROKEN = "Frontdesk could not work it to its end. Try again; if it fails again, tell whoever runs Frontdesk."

_CLAIM = """
UPDATE imports_batch SET leased_until = %(until)s, attempts = attempts + 1 WHERE id = (
    SELECT free.id FROM imports_import AS i CROSS JOIN LATERAL (
        SELECT b.id, b.number FROM imports_batch AS b
        WHERE b.parent_id = i.id AND b.status = 'pending' AND (b.leased_until IS NULL OR b.leased_until < %(now)s)
            AND b.kind = (SELECT min(k.kind) FROM imports_batch AS k WHERE k.parent_id = i.id AND k.status = 'pending')
        ORDER BY b.number LIMIT 1 FOR UPDATE OF b SKIP LOCKED
    ) AS free
    WHERE i.status = 'running' AND i.due_at <= %(now)s ORDER BY free.number, i.id LIMIT 1
) RETURNING id
"""


class Claims(NamedTuple):
    """Rows whose email or phone an earlier row of the file proves."""

    emails: frozenset[int]
    phones: frozenset[int]


def drain() -> int:
    """Do one thing that is due and return 1; 0 when there is nothing. It may run twice, anywhere."""
    return work() or plan() or undoing.drain() or settle() or indexing.drain()


def work() -> int:
    """Work one batch."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + BATCH_LEASE})
        claimed = cursor.fetchone()
    if claimed is None:
        return 0
    batch = Batch.objects.select_related("parent").get(pk=claimed[0])
    try:
        if batch.attempts > MOST_CLAIMS:
            raise ImportRefused("broken", BROKEN)
        done = _work(batch)
    except (OperationalError, InterfaceError):
        raise  # the database was away: the lease ends by itself
    except Exception as error:
        _failed(batch, error)
        return 1
    if done:
        growing.analyze_if_doubled(batch)
    if done and not remaining.take(batch.parent, batch.public_id):
        ending.end_if_done(batch.parent)
    return 1


def settle() -> int:
    """End imports that were left without a batch, as by a worker that died between its commit and its last word; put
    back what Redis has lost. Return 0: it is nothing to wait for."""
    for import_ in Import.objects.filter(status=ImportStatus.RUNNING):
        try:
            _settle(import_)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("import %s could not be settled", import_.public_id)  # the others still can
    return 0


def _settle(import_: Import) -> None:
    if ending.end_if_done(import_):
        return
    waiting = list(Batch.objects.filter(parent=import_, status=BatchStatus.PENDING).values_list("public_id"))
    if (remaining.count(import_) or 0) < len(waiting):
        remaining.add(import_, [public_id for (public_id,) in waiting])


def plan() -> int:
    """Plan one import: read its file, or fetch what its source has."""
    import_ = _claim_plan()
    if import_ is None:
        return 0
    try:
        if import_.attempts > MOST_CLAIMS:
            raise CannotPlan("broken", BROKEN)
        _planner(import_)(import_)
    except (LeaseLost, PlanLater) as left:
        log.info("import %s was left: %s", import_.public_id, type(left).__name__)
    except ImportRefused as refused:
        ending.fail(import_, refused.detail)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("import %s could not be planned", import_.public_id)
        _plan_failed(import_, error)
    return 1


def _plan_failed(import_: Import, error: Exception) -> None:
    import_.failures += 1
    most, detail = _patience(error)
    mine = Import.objects.filter(pk=import_.pk, status=ImportStatus.PLANNING, leased_until=import_.leased_until)
    mine.update(failures=import_.failures, leased_until=None, due_at=timezone.now() + _wait(import_.failures))
    if import_.failures >= most:
        ending.fail(import_, detail)


def _patience(error: Exception) -> tuple[int, str]:
    """Return how often an error may come back before an import fails, and what is said then."""
    if isinstance(error, ImportRefused):
        return MOST_FAILURES, error.detail
    # A storage that is away comes back. A file that is not there does not.
    if isinstance(error, OSError | BotoCoreError | ClientError) and not isinstance(error, FileNotFoundError):
        return MOST_WITHOUT_STORAGE, AWAY
    return MOST_FAILURES, BROKEN


def _wait(failures: int) -> timedelta:
    return min(timedelta(seconds=2**failures), LONGEST_WAIT)


def _planner(import_: Import) -> Callable[[Import], None]:
    if import_.source == Source.CSV:
        from imports.csv.planning import plan as read

        return read
    from imports.intercom.fetching import fetch

    return fetch


def _claim_plan() -> Import | None:
    now = timezone.now()
    with transaction.atomic():
        import_ = (
            Import.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("workspace", "by")
            .filter(status=ImportStatus.PLANNING, due_at__lte=now)
            .exclude(leased_until__gt=now)
            .order_by("due_at")
            .first()
        )
        if import_ is not None:
            import_.leased_until, import_.attempts = now + LEASE, import_.attempts + 1
            import_.save(update_fields=["leased_until", "attempts"])
    return import_


def _work(batch: Batch) -> bool:
    """Do a batch, and again while others write the same people; return whether it was this call that did it."""
    for _ in range(MOST_RETRIES):
        try:
            with transaction.atomic():
                held = _hold(batch)
                if held is None:
                    return False
                _apply(held)
            return True
        except Retry:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
                raise
    raise ImportRefused("busy", "Others wrote the same people all the time. It is tried again.")


def _hold(batch: Batch) -> Batch | None:
    """Lock a batch that is still to do. What stops an import waits for those that have come so far (undoing.py)."""
    rows = Batch.objects.select_for_update(of=("self",)).select_related("parent__workspace")
    held = rows.filter(pk=batch.pk, status=BatchStatus.PENDING).first()
    # Asked after the lock: whoever stops the import sees either this lock, or that nothing begins any more.
    running = Import.objects.filter(pk=batch.parent_id, status=ImportStatus.RUNNING)
    return held if held is not None and running.exists() else None


def _apply(batch: Batch) -> None:
    """Write a batch's rows and what became of them, within one transaction."""
    batch.applied_at = timezone.now()
    superseded = batch.verdicts.get("superseded", [])
    refusals = list(batch.verdicts.get("refusals", []))
    outcome = _write(batch, {*superseded, *(row[0] for row in refusals)})
    batch.created, batch.updated, batch.made = outcome.created, outcome.updated, outcome.made
    batch.unchanged = outcome.unchanged + len(superseded)
    batch.refusals = sorted([*refusals, *outcome.refusals])
    batch.refused = outcome.refused + len(refusals)
    counted = batch.created + batch.updated + batch.unchanged + batch.refused
    if counted != batch.rows:
        raise AssertionError(f"batch {batch.public_id} has {batch.rows} rows and {counted} outcomes")
    batch.status, batch.leased_until, batch.error = BatchStatus.DONE, None, ""
    if batch.parent.dry_run:
        batch.indexed_at = batch.applied_at
    batch.save()


def _write(batch: Batch, without: set[int]) -> Outcome:
    import_ = batch.parent
    write, at = not import_.dry_run, batch.applied_at or timezone.now()
    if batch.kind == BatchKind.CONVERSATIONS:
        from imports.intercom import conversations

        return conversations.apply(batch)
    skip = import_.existing == Existing.SKIP
    if batch.kind == BatchKind.ACCOUNTS:
        accounts = ((row.number, row.external_id, row.values) for row in chunks.read_accounts(batch))
        outcome = apply_accounts(import_.workspace, accounts, at=at, skip_existing=skip, write=write)
        if write:
            records.write_down_accounts(batch)
        return outcome
    rows = [row for row in chunks.read_contacts(batch) if row.number not in without]
    claims = Claims(
        frozenset(batch.verdicts.get("claims_email", ())), frozenset(batch.verdicts.get("claims_phone", ()))
    )
    outcome = apply_contacts(
        import_.workspace, rows, key=import_.key, at=at, claims=claims, known=records.known_by_source(import_, rows),
        skip_existing=skip, write=write,
    )  # fmt: skip
    if write:
        records.write_down_contacts(batch)
        _leave(import_, rows, {number for number, *_ in outcome.refusals})
    return outcome


def _leave(import_: Import, rows: Iterable[chunks.ContactRow], refused: set[int]) -> None:
    """Send no automated letters to whom the former system was to send none. Of a refused row nothing is kept."""
    kept = (row for row in rows if row.email and row.number not in refused)
    leave_all(import_.workspace, (row.email for row in kept if row.email and (row.attributes or {}).get(LEFT) is True))


def _failed(batch: Batch, error: Exception) -> None:
    """Write down that a batch failed; after some tries its import does."""
    log.error("batch %s failed", batch.public_id, exc_info=error)
    failures = batch.failures + 1
    most, detail = _patience(error)
    if batch.attempts > MOST_CLAIMS:
        most = 0
    waiting = Batch.objects.filter(pk=batch.pk, status=BatchStatus.PENDING)
    waiting.update(leased_until=timezone.now() + _wait(failures), failures=failures, error=detail[:500])
    if failures >= most:
        ending.fail(batch.parent, detail)
