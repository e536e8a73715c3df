"""Holding persons still: the row lock of a root is the lock of its person.

Whoever writes what is shown of a person holds its root (`hold_root`). Whoever joins or parts persons, or writes down
that two may be one, comes one after the other in a workspace (`hold_roots`): only so is a root a root until the end of
the transaction, and nobody waits crosswise for the contacts that are attached to it.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet

from inbox.models import Contact

# The space of the advisory locks that are a workspace's persons.
_PERSONS = 0x7E50


class CannotMerge(ValueError):
    """These two cannot become one person. `code` is stable, the message says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class _Moved(Exception):
    """A root was attached to another while its lock was waited for."""


def hold_root(contact: Contact) -> Contact:
    """Lock the root of a contact's person and return it, within a transaction. Raises Contact.DoesNotExist."""
    while True:
        try:
            with transaction.atomic():  # what a round has locked in vain is released with it
                root = Contact.objects.values_list("root_id", flat=True).get(pk=contact.pk) or contact.pk
                held = _locked().get(pk=root)
                if held.root_id is not None or _roots([contact.pk]) != {contact.pk: root}:
                    raise _Moved
                return held
        except _Moved:
            continue


def hold_roots(*contacts: Contact) -> list[Contact]:
    """Lock the roots of these contacts' persons so that they may be joined or parted, and return one for each.

    The contacts are of one workspace, which must be known of the first. Within a transaction, and before anything else
    in it is locked. Raises CannotMerge (`gone`).
    """
    hold_all(contacts[0].workspace_id)
    roots = _roots([contact.pk for contact in contacts])
    held = {root.pk: root for root in _both(set(roots.values()))}
    if len(held) < len(set(roots.values())):
        raise _gone()
    return [held[roots[contact.pk]] for contact in contacts]


def hold_all(workspace: int) -> None:
    """Have nobody else join or part persons of a workspace (its key) until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_PERSONS, workspace])


def _locked() -> QuerySet[Contact]:
    rows = Contact.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("account", "workspace")


def _both(roots: set[int]) -> QuerySet[Contact]:
    return _locked().prefetch_related("identities", "attached__identities").filter(pk__in=roots).order_by("pk")


def _roots(wanted: list[int]) -> dict[int, int]:
    rows = Contact.objects.filter(pk__in=wanted).values_list("pk", "root_id")
    found = {pk: root or pk for pk, root in rows}
    if len(found) < len(set(wanted)):
        raise _gone()
    return found


def _gone() -> CannotMerge:
    return CannotMerge("gone", "One of them was deleted meanwhile. Load the page again.")
