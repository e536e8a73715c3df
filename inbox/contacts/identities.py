"""What a contact is known by, and how sure we are of it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind

LENGTHS = {IdentityKind.EMAIL: 254, IdentityKind.PHONE: 40, IdentityKind.EXTERNAL_ID: 255}


def normalise(kind: str, value: str) -> str:
    """Return `value` as identities of its kind are stored: emails in lower case, nothing with blank ends."""
    value = value.strip()
    return value.lower() if kind == IdentityKind.EMAIL else value


def find_verified(workspace_id: int, kind: str, value: str) -> Contact | None:
    """Return the one contact of the workspace that has proved this identity, if any."""
    identity = (
        Identity.objects.filter(
            workspace_id=workspace_id, kind=kind, value=normalise(kind, value), verified_at__isnull=False
        )
        .select_related("contact")
        .first()
    )
    return identity.contact if identity else None


def claim(contact: Contact, kind: str, value: str) -> Identity:
    """Write down that somebody says they are this. It opens nothing and finds nobody."""
    value = normalise(kind, value)
    identity, _ = Identity.objects.get_or_create(
        contact=contact, kind=kind, value=value, defaults={"workspace_id": contact.workspace_id}
    )
    return identity


def _one_person(one: Contact, other: Contact) -> bool:
    return (one.root_id or one.pk) == (other.root_id or other.pk)


def verify(contact: Contact, kind: str, value: str) -> bool:
    """Write down that this identity is proved, and return True; False where another contact proved it before.

    In that case it stays a claim: the first proof holds. Where another contact of the same person has proved it, there
    is nothing to write.
    """
    held = find_verified(contact.workspace_id, kind, value)
    if held is not None and held.pk != contact.pk and _one_person(held, contact):
        return True
    identity = claim(contact, kind, value)
    if identity.verified_at:
        return True
    identity.verified_at = timezone.now()
    try:
        with transaction.atomic():
            identity.save(update_fields=["verified_at"])
    except IntegrityError:
        return False
    return True
