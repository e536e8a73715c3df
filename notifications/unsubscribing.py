"""The link in each personal letter that turns such letters off, without signing in (RFC 8058).

Its token is signed, names one choice of one teammate, and ends with the teammate's membership. Whoever has the letter
has the link: it changes that preference, and opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from inbox.people.models import Teammate
from notifications.wording import absolute

PATH = "mail/unsubscribe/"
PREFERENCES = "/settings/notifications/"


class UnknownToken(ValueError):
    """The token is not one of ours, or the teammate has left."""


@dataclass(frozen=True)
class Choice:
    """What a link is about: whether `teammate` is told of `choice` over `transport`."""

    teammate: Teammate
    choice: str
    transport: str


def _signer() -> Signer:
    return Signer(salt="frontdesk.unsubscribe")


def token_for(teammate: Teammate, choice: str, transport: str = "email") -> str:
    """Return the token that turns off one choice of a teammate."""
    return _signer().sign_object([str(teammate.public_id), choice, transport])


def link_for(teammate: Teammate, choice: str, transport: str = "email") -> str:
    """Return the address, with its host, where the token is taken."""
    return absolute(f"/{PATH}{token_for(teammate, choice, transport)}/")


def read(token: str) -> Choice:
    """Return what a token is about. Raises UnknownToken."""
    try:
        public_id, choice, transport = _signer().unsign_object(token)
        mate = Teammate.objects.active().select_related("user", "workspace").filter(public_id=public_id).first()
    except (BadSignature, ValueError, TypeError, ValidationError):
        raise UnknownToken("This link is not one of ours.") from None
    if mate is None:
        raise UnknownToken("Whoever this link was for does not work here any more.")
    return Choice(mate, choice, transport)
