"""What a human answers to a suggestion: they are one person, or they are not."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from inbox.contacts import persons
from inbox.contacts.holding import CannotMerge, hold_roots
from inbox.contacts.merging import better_root, merge
from inbox.contacts.merging.telling import redraw
from inbox.contacts.merging.values import Side
from inbox.contacts.suggesting import counting
from inbox.contacts.suggesting.deciding import decided, dismissed
from inbox.models import Contact, Conversation, Merge, MergeSuggestion
from inbox.models.merging import SuggestionStatus
from inbox.people.models import Teammate


class AlreadyDecided(ValueError):
    """Somebody has decided otherwise of this suggestion. `status` says how."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This suggestion was {status} already. Load the page again.")
        self.status = status


def accept(
    suggestion: MergeSuggestion,
    *,
    by: Teammate | None,
    winner: Contact | None = None,
    fields: Mapping[str, Side] | None = None,
    reason: str = "",
    conversation: Conversation | None = None,
) -> Merge:
    """Merge the two persons that a suggestion names, and return the merge; accepted again, it is the same one.

    `winner` is a contact of the side that stays; without it the better known. Raises AlreadyDecided where it was
    dismissed, CannotMerge.
    """
    with transaction.atomic():
        one, other = _held(suggestion)
        row = _row(suggestion)
        if row.status == SuggestionStatus.DISMISSED:
            raise AlreadyDecided(row.status)
        if row.status == SuggestionStatus.ACCEPTED and row.merge is not None:
            return row.merge
        stays, goes = better_root(one, other)
        if winner is not None and (winner.root_id or winner.pk) == goes.pk:
            stays, goes = goes, stays
        if one.pk == other.pk:
            stays, goes = _sides(row)
        words = reason or "; ".join(reason["words"] for reason in row.reasons)
        made, _ = merge(goes, into=stays, by=by, reason=words, fields=fields, conversation=conversation)
        if row.status == SuggestionStatus.PENDING:
            decided([row.pk], SuggestionStatus.ACCEPTED, by, made)
    return made


def dismiss(suggestion: MergeSuggestion, *, by: Teammate | None) -> MergeSuggestion:
    """Decide that the two are different people. The pair comes back when there is new evidence, and not before.

    Raises AlreadyDecided where it was accepted.
    """
    with transaction.atomic():
        one, other = _held(suggestion)
        row = _row(suggestion)
        if row.status == SuggestionStatus.ACCEPTED:
            raise AlreadyDecided(row.status)
        if row.status == SuggestionStatus.PENDING:
            for same in _between(one, other):
                dismissed(same, by)
            row.refresh_from_db()
            counting.recount({one.pk, other.pk})
            redraw(one)
            redraw(other)
    return row


def _row(suggestion: MergeSuggestion) -> MergeSuggestion:
    """Lock a suggestion. Raises CannotMerge where it is gone."""
    row = MergeSuggestion.objects.select_for_update(no_key=True, of=("self",)).filter(pk=suggestion.pk).first()
    if row is None:
        raise CannotMerge(
            "gone", "This suggestion is gone: one of the two was deleted, or what they shared is shared by many."
        )
    return row


def _held(suggestion: MergeSuggestion) -> list[Contact]:
    """Lock the roots of the two sides, and return them."""
    sides = (suggestion.contact_id, suggestion.candidate_id)
    return hold_roots(*(Contact(pk=pk, workspace_id=suggestion.workspace_id) for pk in sides))


def _between(one: Contact, other: Contact) -> list[MergeSuggestion]:
    """Return what waits and suggests that these two persons are one."""
    ours, theirs = persons.contact_ids(one), persons.contact_ids(other)
    return list(
        MergeSuggestion.objects.select_for_update(no_key=True).filter(
            Q(contact__in=ours, candidate__in=theirs) | Q(contact__in=theirs, candidate__in=ours),
            status=SuggestionStatus.PENDING,
        )
    )


def _sides(row: MergeSuggestion) -> tuple[Contact, Contact]:
    sides = Contact.objects.in_bulk([row.contact_id, row.candidate_id])
    return sides[row.contact_id], sides[row.candidate_id]
