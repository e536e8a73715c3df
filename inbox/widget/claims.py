"""What visitors say of themselves in the chat: an address or a number in their words is a claim, and opens nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inbox.contacts import identities
from inbox.contacts.suggesting.queue import look_for
from inbox.models import Contact
from inbox.models.contacts import IdentityKind

# Whoever pastes a list does not say who they are.
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?![\w@])")
_LOOKED_AT = 2000


@dataclass(frozen=True)
class Said:
    """What a text gives: an email address and a telephone number (E.164), each "" unless there is exactly one."""

    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


def said_in(text: str) -> Said:
    """Return the address and the number that a text holds. A number counts with its country's code only ("+49 …"): any
    other may be an order's."""
    text = text[:_LOOKED_AT]
    emails = {found.lower() for found in _EMAIL.findall(text) if _is_email(found)} if "@" in text else set()
    phones = set()
    if "+" in text:
        for match in phonenumbers.PhoneNumberMatcher(text, None):
            phones.add(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return Said(emails.pop() if len(emails) == 1 else "", phones.pop() if len(phones) == 1 else "")


def take(contact: Contact, said: Said) -> None:
    """Write down what a contact's own words claim, unless they have proved an address or number of that kind."""
    fresh = False
    for kind, value in ((IdentityKind.EMAIL, said.email), (IdentityKind.PHONE, said.phone)):
        if not value or contact.identities.filter(kind=kind, verified_at__isnull=False).exists():
            continue
        if contact.identities.filter(kind=kind, value=value).exists():
            continue
        identities.claim(contact, kind, value)
        fresh = True
        if not getattr(contact, kind):
            setattr(contact, kind, value)
            contact.save(update_fields=[str(kind), "updated_at"])
    if fresh:
        look_for(contact)


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return len(value) <= identities.LENGTHS[IdentityKind.EMAIL]
