"""The link in each automated letter that is not transactional: it ends such letters of the workspace to an address,
without signing in (RFC 8058).

Its token is signed and names the delivery, so that no address stands in it. Whoever has the letter has the link; it
opens nothing, and holds for the address that the letter went to.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from inbox.people.models import Workspace
from notifications.models import Delivery, Unsubscription
from notifications.wording import absolute

PATH = "mail/no-more/"


class UnknownLetter(ValueError):
    """The token is not one of ours, or nothing is known of its letter any more."""


@dataclass(frozen=True)
class Letter:
    """What a link is about: letters of `workspace` to `address`."""

    workspace: Workspace
    address: str


def link_for(delivery: uuid.UUID) -> str:
    """Return the address, with its host, where a letter's token is taken."""
    return absolute(f"/{PATH}{token_for(delivery)}/")


def token_for(delivery: uuid.UUID) -> str:
    """Return the token of a letter (its delivery's public id)."""
    return _signer().sign(delivery.hex)


def read(token: str) -> Letter:
    """Return what a token is about. Raises UnknownLetter."""
    try:
        key = uuid.UUID(_signer().unsign(token))
        row = Delivery.objects.select_related("workspace").filter(public_id=key, automated__isnull=False).first()
    except (BadSignature, ValueError, ValidationError):
        raise UnknownLetter("This link is not one of ours.") from None
    address = row.payload.get("email", "") if row is not None else ""
    if row is None or not address:
        raise UnknownLetter("Nothing is known of this letter any more.")
    return Letter(row.workspace, address)


def leave(letter: Letter) -> None:
    """Send no more such letters there. Twice is the same as once."""
    Unsubscription.objects.get_or_create(workspace=letter.workspace, address=letter.address.lower())


def leave_all(workspace: Workspace, addresses: Iterable[str]) -> None:
    """Send no more such letters to any of these, as somebody told another system before. At most one query."""
    rows = [Unsubscription(workspace=workspace, address=one) for one in sorted({one.lower() for one in addresses})]
    if rows:
        Unsubscription.objects.bulk_create(rows, ignore_conflicts=True)


def come_back(letter: Letter) -> None:
    """Send such letters there again."""
    Unsubscription.objects.filter(workspace=letter.workspace, address=letter.address.lower()).delete()


def has_left(workspace: Workspace, *addresses: str) -> bool:
    """Whether one of these addresses wants no automated letters of a workspace. At most one query."""
    known = [one.lower() for one in addresses if one]
    return bool(known) and Unsubscription.objects.filter(workspace=workspace, address__in=known).exists()


def _signer() -> Signer:
    return Signer(salt="frontdesk.automations.leaving")
