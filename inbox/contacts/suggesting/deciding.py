"""What becomes of suggestions when persons are joined and parted."""

from __future__ import annotations

from django.utils import timezone

from inbox.contacts import persons
from inbox.models import Contact, Merge, MergeSuggestion
from inbox.models.merging import SuggestionStatus
from inbox.people.models import Teammate

# Stands for the evidence that there was when two were parted whom nobody had suggested.
UNSEEN = "*"


def settle_between(root: Contact, merge: Merge, by: Teammate | None) -> None:
    """Accept what still suggests that contacts of this person, who are one now, may be one. Its root must be locked."""
    mine = persons.contact_ids(root)
    rows = MergeSuggestion.objects.filter(
        contact__in=mine, candidate__in=mine, status=SuggestionStatus.PENDING
    ).values_list("pk", flat=True)
    decided(list(rows), SuggestionStatus.ACCEPTED, by, merge)


def part(merge: Merge, by: Teammate | None) -> None:
    """Whoever takes a merge back has found that the two are different people: what had suggested it is dismissed, and
    what would have suggested it."""
    rows = list(MergeSuggestion.objects.select_for_update(no_key=True).filter(merge=merge))
    if not rows:
        younger, older = sorted((merge.winner_id, merge.loser_id), reverse=True)
        row, _ = MergeSuggestion.objects.get_or_create(
            workspace_id=merge.workspace_id, contact_id=younger, candidate_id=older, defaults={"score": 0}
        )
        row.dismissed_evidence = [*row.dismissed_evidence, UNSEEN]
        rows = [row]
    for row in rows:
        dismissed(row, by)


def dismissed(row: MergeSuggestion, by: Teammate | None) -> None:
    """Write down that a locked suggestion was found wanting, and by what evidence it stands."""
    row.dismissed_evidence = sorted({*row.dismissed_evidence, *(reason["evidence"] for reason in row.reasons)})
    row.status, row.merge = SuggestionStatus.DISMISSED, None
    row.decided_by, row.decided_at = by, timezone.now()
    row.updated_at = row.decided_at
    row.save(update_fields=["dismissed_evidence", "status", "merge", "decided_by", "decided_at", "updated_at"])


def decided(rows: list[int], status: SuggestionStatus, by: Teammate | None, merge: Merge) -> None:
    """Write down what became of these suggestions (keys)."""
    now = timezone.now()
    MergeSuggestion.objects.filter(pk__in=rows).update(
        status=status, decided_by=by, decided_at=now, updated_at=now, merge=merge
    )
