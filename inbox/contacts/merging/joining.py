"""The verb that makes two persons one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from inbox.contacts import persons
from inbox.contacts.holding import CannotMerge, hold_roots
from inbox.contacts.merging import values
from inbox.contacts.merging.telling import tell_joined
from inbox.contacts.suggesting import counting, deciding
from inbox.models import Contact, Conversation, Merge
from inbox.people.models import Teammate

LONGEST_REASON = 500


def merge(
    contact: Contact,
    *,
    into: Contact,
    by: Teammate | None,
    reason: str = "",
    fields: Mapping[str, values.Side] | None = None,
    conversation: Conversation | None = None,
) -> tuple[Merge, bool]:
    """Attach the person of `contact` to the person of `into`; return the merge, and whether it is new.

    Of two who are one person already, the merge that says so is returned and nothing is changed. `fields` says whose
    value holds ({"name": "loser"}); what it does not name is proposed by `values.compare`. `conversation` is where it
    was decided: its thread says so. Raises CannotMerge (`same_contact`, `other_workspace`).
    """
    if contact.pk == into.pk:
        raise CannotMerge("same_contact", "A contact cannot be merged with itself. Choose two different ones.")
    if contact.workspace_id != into.workspace_id:
        raise CannotMerge("other_workspace", "Both contacts must belong to one workspace.")
    with transaction.atomic():
        loser, winner = hold_roots(contact, into)
        if loser.pk == winner.pk:
            return _merge_between(winner, contact, into), False
        made = Merge.objects.create(
            workspace_id=winner.workspace_id,
            winner=winner,
            loser=loser,
            by=by,
            reason=reason.strip()[:LONGEST_REASON],
            fields=_write(winner, loser, fields or {}),
        )
        Contact.objects.filter(Q(pk=loser.pk) | Q(root=loser)).update(root=winner)
        loser.root = winner
        deciding.settle_between(winner, made, by)
        counting.recount([winner.pk, loser.pk])
        tell_joined(made, winner, loser, by, conversation)
    return made, True


def better_root(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Return (winner, loser) as they are proposed: the one with more proved identities, one that a server knows, the
    older one. Both must be roots, with their persons' identities."""

    def weight(contact: Contact) -> tuple[int, bool, int]:
        proved = sum(identity.verified_at is not None for identity in contact.known_by)
        return proved, any(one.external_id is not None for one in contact.of_person), -contact.pk

    return (one, other) if weight(one) >= weight(other) else (other, one)


def _write(winner: Contact, loser: Contact, choice: Mapping[str, values.Side]) -> dict[str, dict[str, object]]:
    """Write the chosen values onto the winner; return their images.

    From here on what is written of the loser is written on the winner: its own widget goes on calling it as before.
    """
    winner.widget_name = winner.name_in_widget
    changed = values.take(winner, loser, choice)
    winner.save(update_fields=[*values.columns(list(changed)), "widget_name", "updated_at"])
    return changed


def _merge_between(root: Contact, one: Contact, other: Contact) -> Merge:
    """Return the active merge by which two contacts of one person came together: the youngest between them. Their
    root is locked."""
    edges = {
        merge.loser_id: merge for merge in Merge.objects.filter(loser__in=persons.contact_ids(root), undone_at=None)
    }

    def path(pk: int) -> list[Merge]:
        found = []
        while pk in edges:
            found.append(edges[pk])
            pk = edges[pk].winner_id
        return found

    ours, theirs = path(one.pk), path(other.pk)
    apart = {merge.pk for merge in ours} ^ {merge.pk for merge in theirs}
    return max((merge for merge in [*ours, *theirs] if merge.pk in apart), key=lambda merge: merge.pk)
