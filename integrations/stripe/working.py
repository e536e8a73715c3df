"""Working what was stored: each event is linked, told and kept in one transaction, by as many workers as there are.

A claim (a lease) is committed first; a worker that dies leaves the event to the next one once the lease is over. That
an event is worked twice changes nothing: what is told is noted, and an account follows from the set of events.
"""

from __future__ import annotations

import logging
import random
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from inbox.events import who_of_account
from inbox.models import Account
from inbox.people.nudge import nudge_on_commit
from integrations.stripe.classifying import classify
from integrations.stripe.intake import TASK
from integrations.stripe.keeping import STATES, keep, product_names
from integrations.stripe.linking import link
from integrations.stripe.models import Outcome, StripeCustomer, StripeEvent
from integrations.stripe.refetching import refetch
from integrations.stripe.shapes import Happening, id_of
from integrations.stripe.telling import tell

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 50
MOST_ATTEMPTS = 8
# For so long, and so many at once, are accounts looked for that were not there when their customer came.
LOOKED_FOR = timedelta(days=7)
MOST_LOOKED_FOR = 200


def drain() -> int:
    """Work up to BATCH events that are due, and return how many were taken. May run anywhere, at once, and twice."""
    taken = _claim()
    for row in taken:
        try:
            refetch(row)
            work(row)
        except Exception as error:
            log.exception("Stripe's event %s could not be worked", row.event_id)
            _again(row, error)
    return len(taken)


def replay(row: StripeEvent) -> None:
    """Have an event worked once more."""
    with transaction.atomic():
        StripeEvent.objects.filter(pk=row.pk).update(
            due_at=timezone.now(), attempts=0, outcome=Outcome.NEW, error="", worked_at=None
        )
        nudge_on_commit(TASK)


def link_by_hand(customer: StripeCustomer, account: Account) -> None:
    """Link somebody to an account, and have what waits for that worked."""
    with transaction.atomic():
        locked = StripeCustomer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        locked.account, locked.linked_by = account, "hand"
        locked.save(update_fields=["account", "linked_by"])
        wake(locked)


def look_again() -> int:
    """Link those who came of late and whose account was made after them; return how many were linked."""
    since = timezone.now() - LOOKED_FOR
    recent = StripeCustomer.objects.filter(account=None, created_at__gte=since).order_by("-pk")
    linked = 0
    for pk in recent.values_list("pk", flat=True)[:MOST_LOOKED_FOR]:
        with transaction.atomic():
            rows = StripeCustomer.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            customer = rows.select_related("workspace").filter(pk=pk, account=None).first()
            if customer is not None and link(customer):
                linked += 1
                wake(customer)
    return linked


def wake(customer: StripeCustomer) -> None:
    """Have the events worked that waited for somebody's account."""
    waiting = StripeEvent.objects.filter(
        workspace=customer.workspace, customer_id=customer.customer_id, outcome=Outcome.WAITING
    )
    if waiting.update(due_at=timezone.now(), outcome=Outcome.NEW, attempts=0):
        nudge_on_commit(TASK)


def _claim() -> list[StripeEvent]:
    now = timezone.now()
    with transaction.atomic():
        due = StripeEvent.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        taken = list(due.select_related("workspace").filter(due_at__lte=now).order_by("due_at")[:BATCH])
        StripeEvent.objects.filter(pk__in=[row.pk for row in taken]).update(
            due_at=now + LEASE, attempts=F("attempts") + 1
        )
    for row in taken:
        row.attempts += 1
    return taken


def work(row: StripeEvent) -> None:
    """Link, tell and keep what one event says. All of it and the outcome are one transaction."""
    event = Happening.read(row.raw)
    with transaction.atomic():
        if row.object_type == "charge" and row.customer_id:
            _adopt(row)
        facts = classify(event, product_names(row.workspace, [event.object, event.previous]))
        if not facts and not (row.customer_id and _says_something(row)):
            _done(row, Outcome.KEPT)
            return
        customer = _customer(row, event)
        was_linked = customer.account_id is not None
        if not link(customer):
            _done(row, Outcome.WAITING)
            return
        account = customer.account
        assert account is not None
        for fact in facts:
            tell(row.workspace, fact, who_of_account(account), event.at)
        keep(account)
        _done(row, Outcome.WORKED)
        if not was_linked:
            wake(customer)


def _says_something(row: StripeEvent) -> bool:
    return row.object_type in STATES or row.object_type == "checkout.session"


def _customer(row: StripeEvent, event: Happening) -> StripeCustomer:
    """Return whom an event is about, locked. Where there is no customer, the thing itself stands for one."""
    if not row.customer_id:
        charge = id_of(event.object.get("charge")) if row.object_type == "dispute" else ""
        if charge:
            _hold(row, charge)
        known = StripeEvent.objects.filter(workspace=row.workspace, object_id=charge).exclude(customer_id="")
        owner = known.exclude(customer_id=charge).values_list("customer_id", flat=True).first() if charge else None
        row.customer_id = owner or charge or row.object_id or row.event_id
        row.save(update_fields=["customer_id"])
    StripeCustomer.objects.bulk_create(
        [StripeCustomer(workspace=row.workspace, customer_id=row.customer_id)], ignore_conflicts=True
    )
    return (
        StripeCustomer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("workspace", "account")
        .get(workspace=row.workspace, customer_id=row.customer_id)
    )


def _adopt(row: StripeEvent) -> None:
    """Give what waited under a charge, of which only its dispute was known, to the charge's customer."""
    _hold(row, row.object_id)
    found = StripeEvent.objects.filter(workspace=row.workspace, customer_id=row.object_id)
    if found.update(customer_id=row.customer_id, due_at=timezone.now(), outcome=Outcome.NEW, attempts=0):
        StripeCustomer.objects.filter(workspace=row.workspace, customer_id=row.object_id).delete()
        nudge_on_commit(TASK)


def _hold(row: StripeEvent, charge: str) -> None:
    """Let nobody else ask, until this transaction ends, whose a charge is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [f"{row.workspace_id} {charge}"])


def _done(row: StripeEvent, outcome: Outcome, error: str = "") -> None:
    row.due_at, row.worked_at, row.outcome, row.error = None, timezone.now(), outcome, error[:300]
    row.save(update_fields=["due_at", "worked_at", "outcome", "error"])


def _again(row: StripeEvent, error: Exception) -> None:
    said = f"{type(error).__name__}: it is tried again."
    if row.attempts >= MOST_ATTEMPTS:
        _done(row, Outcome.FAILED, f"{type(error).__name__}. Replay it once the cause is gone.")
        return
    wait = timedelta(seconds=5 * 3**row.attempts * random.uniform(0.8, 1.2))  # noqa: S311
    StripeEvent.objects.filter(pk=row.pk).update(due_at=timezone.now() + wait, error=said)
