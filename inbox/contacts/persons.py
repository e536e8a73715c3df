"""A person: a root contact together with all that active merges attach to it.

The desk and the API read by person. The widget never does: it reads by visitor (inbox/widget/session.py).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from inbox.models import Contact


def root_of(contact: Contact) -> Contact:
    """Return the person's root: the contact itself unless it was merged into another."""
    return contact.person


def contact_ids(contact: Contact) -> list[int]:
    """Return the keys of all contacts of this contact's person, the root's first. One query."""
    root = contact.root_id or contact.pk
    return [root, *Contact.objects.filter(root_id=root).order_by("pk").values_list("pk", flat=True)]


def members(contact: Contact) -> list[Contact]:
    """Return all contacts of this contact's person, the root first. One query."""
    root = contact.root_id or contact.pk
    found = Contact.objects.filter(Q(pk=root) | Q(root_id=root)).select_related("account")
    return sorted(found, key=lambda one: (one.pk != root, one.pk))


def ids_of_persons(roots: Collection[int]) -> dict[int, list[int]]:
    """Return by root the keys of all contacts of its person, the root's first. One query for all."""
    found: dict[int, list[int]] = {root: [root] for root in roots}
    rows = Contact.objects.filter(root_id__in=list(roots)).order_by("pk").values_list("root_id", "pk")
    for root, pk in rows:
        assert root is not None
        found[root].append(pk)
    return found


def public_ids(contact: Contact) -> list[uuid.UUID]:
    """Return the public ids of all contacts of this contact's person: what events know them by. One query."""
    root = contact.root_id or contact.pk
    return list(Contact.objects.filter(Q(pk=root) | Q(root_id=root)).values_list("public_id", flat=True))


def roots() -> QuerySet[Contact]:
    """Return one contact for each person."""
    return Contact.objects.filter(root__isnull=True)


def roots_of(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Return the roots of the persons to whom any of `contacts` belongs, each once."""
    found = contacts.order_by()
    return Contact.objects.filter(
        Q(root__isnull=True, pk__in=found.filter(root__isnull=True).values("pk"))
        | Q(pk__in=found.filter(root__isnull=False).values("root_id"))
    )


def by_root(contacts: Iterable[Contact]) -> dict[int, list[Contact]]:
    """Return contacts by the key of their person's root."""
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        found[contact.root_id or contact.pk].append(contact)
    return dict(found)
