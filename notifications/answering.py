"""Where an answer to a letter goes. The floor that takes answers in says so, as the spine stands below it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from inbox.people.models import Teammate

# From who answers and the conversation's public id to an email address; "" where answers are not taken.
AddressFor = Callable[[Teammate, uuid.UUID], str]
_makers: list[AddressFor] = []


def take_answers_at(maker: AddressFor) -> None:
    """Have letters about a conversation carry the reply address that `maker` returns."""
    _makers[:] = [maker]


def answer_address(teammate: Teammate, conversation: uuid.UUID) -> str:
    """Return where this teammate's answers about this conversation go; "" where none are taken."""
    return _makers[0](teammate, conversation) if _makers else ""
