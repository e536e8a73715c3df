"""The verb that makes two persons of one again, at any time and in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from inbox.contacts import persons
from inbox.contacts.holding import hold_roots
from inbox.contacts.merging import values
from inbox.contacts.merging.telling import tell_parted
from inbox.contacts.suggesting import counting, deciding
from inbox.models import Contact, Conversation, Merge
from inbox.people.models import Teammate


@dataclass(frozen=True)
class Undone:
    """What undoing a merge did. `kept` are fields that somebody has changed since: they stay as they are. `stays` are
    conversations that the parted side's browsers began since the merge: they belong to the root, and stay there."""

    merge: Merge
    is_new: bool
    kept: list[str] = field(default_factory=list)
    stays: list[Conversation] = field(default_factory=list)


def undo(merge: Merge, *, by: Teammate | None, conversation: Conversation | None = None) -> Undone:
    """Take a merge back. What belongs to each side is there as before; one that was undone already is left alone."""
    with transaction.atomic():
        [root] = hold_roots(Contact(pk=merge.loser_id, workspace_id=merge.workspace_id))
        row = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
        if row.undone_at is not None:
            return Undone(row, False)
        row.undone_at, row.undone_by = timezone.now(), by
        row.save(update_fields=["undone_at", "undone_by"])
        parted = _part(row.loser_id)
        kept = _give_back(row)
        root.refresh_from_db()
        stays = list(arrived_since(row, parted))
        deciding.part(row, by)
        counting.recount([root.pk, row.loser_id])
        tell_parted(row, root, by, conversation)
    return Undone(row, True, kept, stays)


def arrived_since(merge: Merge, parted: list[int]) -> list[Conversation]:
    """Return the conversations that browsers of the parted contacts (keys) began since the merge, and that are the
    root's; the newest first, 50 at most."""
    began = Conversation.objects.filter(
        workspace_id=merge.workspace_id, visitor__contact__in=parted, created_at__gte=merge.at
    )
    # What somebody else began in one of these browsers, before it was theirs, is not the person's.
    return list(
        began.filter(contact__in=persons.contact_ids(Contact.objects.get(pk=merge.winner_id))).order_by("-id")[:50]
    )


def _part(loser: int) -> list[int]:
    """Make the loser a root again, with all that active merges attach to it; return the keys of all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE below AS (
                SELECT %(loser)s::bigint AS id
                UNION
                SELECT m.loser_id FROM inbox_merge AS m JOIN below ON m.winner_id = below.id WHERE m.undone_at IS NULL
            )
            UPDATE inbox_contact AS c SET root_id = NULLIF(%(loser)s, c.id) FROM below WHERE c.id = below.id
            RETURNING c.id""",
            {"loser": loser},
        )
        return [int(pk) for (pk,) in cursor.fetchall()]


def _give_back(merge: Merge) -> list[str]:
    """Put the winner's fields back; return those that were changed since and stay as they are."""
    winner = Contact.objects.select_for_update(no_key=True).get(pk=merge.winner_id)
    active = Merge.objects.filter(winner=winner, undone_at=None)
    changed, relinked, kept = values.give_back(winner, merge, list(active.filter(pk__gt=merge.pk).order_by("pk")))
    for one in relinked:
        one.save(update_fields=["fields"])
    stored = values.columns(changed)
    if winner.widget_name is not None and not active.exists() and not any(name in kept for name in values.NAMING):
        winner.widget_name = None
        stored.append("widget_name")
    if stored:
        winner.save(update_fields=[*stored, "updated_at"])
    return kept
