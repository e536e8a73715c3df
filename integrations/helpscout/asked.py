"""Of whom Help Scout asks: the customer's addresses, read from a body that was signed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from inbox.contacts.identities import normalise
from inbox.models.contacts import IdentityKind

# More than these are not looked for: the customer's own address comes first, so it is among them.
MOST_EMAILS = 40
LONGEST_EMAIL = 254
# What PostgreSQL holds no text with: NUL and halves of surrogate pairs, besides what no address has.
_UNHOLDABLE = re.compile("[\x00-\x20\x7f\ud800-\udfff]")


class NotUnderstood(ValueError):
    """The body is not what Help Scout sends. The message says why, and repeats nothing of it."""


@dataclass(frozen=True)
class Asked:
    """The customer in question. `emails` are as identities are stored, the customer's own first, each once."""

    emails: tuple[str, ...] = ()


def read(body: bytes) -> Asked:
    """Return of whom a body asks. What it leaves out is left out, as Help Scout does. Raises NotUnderstood."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise NotUnderstood("it is nested too deeply") from None
    except ValueError:  # no JSON, no UTF-8, or a number of thousands of digits
        raise NotUnderstood("it is not JSON") from None
    if not isinstance(found, dict):
        raise NotUnderstood("it is JSON, but no object")
    customer = found.get("customer")
    if not isinstance(customer, dict):
        return Asked()
    several = customer.get("emails")
    return Asked(emails_of(customer.get("email"), *(several if isinstance(several, list) else ())))


def emails_of(*values: Any) -> tuple[str, ...]:
    """Return the addresses among some values, as identities are stored, each once, MOST_EMAILS of them at most."""
    return tuple(dict.fromkeys(email for one in values if (email := _email(one))))[:MOST_EMAILS]


def _email(value: Any) -> str:
    """Return an address as identities have it, "" for what is none."""
    if not isinstance(value, str) or len(value) > LONGEST_EMAIL * 2:
        return ""
    email = normalise(IdentityKind.EMAIL, value)
    sound = "@" in email and len(email) <= LONGEST_EMAIL and not _UNHOLDABLE.search(email)
    return email if sound else ""
