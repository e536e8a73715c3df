"""Whom those who wait in the queue may be: looked for, and written down for a human to decide."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inbox.contacts import persons
from inbox.contacts.holding import CannotMerge, hold_roots
from inbox.contacts.likeness import find, store_keys
from inbox.contacts.likeness.find import Found
from inbox.contacts.merging.telling import redraw
from inbox.contacts.suggesting import counting
from inbox.contacts.suggesting.deciding import UNSEEN
from inbox.models import Contact, LikenessCheck, MergeSuggestion
from inbox.models.merging import SuggestionStatus

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=2)


def drain(limit: int = BATCH) -> int:
    """Look for up to `limit` contacts whom they may be; return how many were looked for. It may run twice, anywhere.

    Each is put off while it is looked for: others look for others, and one that cannot be judged holds up nobody.
    """
    now = timezone.now()
    until = now + LEASE
    with transaction.atomic():
        waiting = LikenessCheck.objects.select_for_update(skip_locked=True).filter(since__lte=now).order_by("since")
        due = list(waiting.values_list("pk", flat=True)[:limit])
        LikenessCheck.objects.filter(pk__in=due).update(since=until)
    for contact in due:
        try:
            _look(contact, until)
        except Exception:
            log.exception("could not look for whom contact %s may be; it is tried again", contact)
    return len(due)


def _look(pk: int, until: datetime) -> None:
    contact = Contact.objects.select_related("root", "workspace").filter(pk=pk).first()
    if contact is not None:
        store_keys([contact, contact.person])
        propose(contact, find(contact))
    # What changed while this looked has moved `since`: it is looked for again.
    LikenessCheck.objects.filter(pk=pk, since=until).delete()


def propose(contact: Contact, found: list[Found]) -> None:
    """Write down whom a contact's person may be. A pair that was dismissed comes back with new evidence only."""
    for one in found:
        try:
            with transaction.atomic():
                ours, theirs = hold_roots(contact, one.contact)
                if ours.pk != theirs.pk and _suggest(ours, theirs, one):
                    counting.recount({ours.pk, theirs.pk})
                    redraw(ours)
                    redraw(theirs)
        except CannotMerge:  # deleted meanwhile
            continue


def _suggest(ours: Contact, theirs: Contact, found: Found) -> bool:
    """Write down one pair; return whether there is something new to see. Both roots must be locked."""
    reasons = [{"code": reason.code, "words": reason.words, "evidence": reason.evidence} for reason in found.reasons]
    mine, others = persons.contact_ids(ours), persons.contact_ids(theirs)
    rows = list(
        MergeSuggestion.objects.select_for_update(no_key=True)
        .filter(Q(contact__in=mine, candidate__in=others) | Q(contact__in=others, candidate__in=mine))
        .order_by("pk")
    )
    row = next((one for one in rows if {one.contact_id, one.candidate_id} == {ours.pk, theirs.pk}), None)
    evidence = {reason["evidence"] for reason in reasons}
    # Whatever a human has seen of any contacts of these two persons, and found wanting.
    seen = {one for row in rows for one in row.dismissed_evidence}
    if UNSEEN in seen:  # they were parted before anything was found: what is found first is what was known then
        for one in rows:
            if UNSEEN in one.dismissed_evidence:
                one.dismissed_evidence = sorted(({*one.dismissed_evidence} - {UNSEEN}) | evidence)
                one.save(update_fields=["dismissed_evidence"])
        seen |= evidence
    if rows and evidence <= seen and all(one.status != SuggestionStatus.PENDING for one in rows):
        return False
    if row is None:
        younger, older = (ours, theirs) if ours.pk > theirs.pk else (theirs, ours)
        MergeSuggestion.objects.create(
            workspace_id=ours.workspace_id, contact=younger, candidate=older, score=found.score, reasons=reasons
        )
        return True
    if row.status == SuggestionStatus.PENDING and (row.score, row.reasons) == (found.score, reasons):
        return False
    row.score, row.reasons, row.status = found.score, reasons, SuggestionStatus.PENDING
    row.merge, row.decided_by, row.decided_at, row.updated_at = None, None, None, timezone.now()
    row.save()
    return True
