"""What a column can be: the fields of contacts and of their accounts, and the workspace's own attributes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from imports.csv import words

LONGEST_KEY = 80
OF_CONTACT = "attributes."
OF_ACCOUNT = "account.attributes."
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ATTRIBUTE = re.compile(
    r"(?:custom_?)?attr(?:ibutes?)?[.:](?P<key>.*)|custom[.:](?P<other>.*)", re.IGNORECASE | re.DOTALL
)
_COMPANY = re.compile(r"(?:account|company|organi[sz]ation)[._](?=.)", re.IGNORECASE | re.DOTALL)


class UnknownField(ValueError):
    """There is no such field. The message says which there are."""


class Field(NamedTuple):
    """`key` as mappings hold it; `label` and `group` as people read them; `aliases`: what else it is called."""

    key: str
    label: str
    group: str
    aliases: tuple[str, ...]


_LABELS = {
    "email": "Email",
    "external_id": "User id",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Phone",
    "timezone": "Time zone",
    "signed_up_at": "Signed up at",
    "last_seen_at": "Last seen at",
    "account.external_id": "Account id",
    "account.name": "Account name",
    "account.domain": "Domain",
    "account.plan": "Plan",
    "account.status": "Status",
    "account.seats": "Seats",
    "account.seat_limit": "Seat limit",
    "account.renews_on": "Renews on",
    "account.trial_ends_on": "Trial ends on",
    "account.timezone": "Time zone of the account",
    "account.modules": "Modules",
    "account.mrr_minor": "Monthly revenue, in the smallest unit",
    "account.currency": "Currency",
    "account.stripe_customer_id": "Stripe customer",
    "account.stripe_subscription_id": "Stripe subscription",
}
FIELDS = tuple(
    Field(key, _LABELS[key], group, tuple(word.strip() for word in said.split(",")))
    for group, fields in (("Contact", words.CONTACT), ("Account", words.ACCOUNT))
    for key, said in fields.items()
)
KEYS = frozenset(field.key for field in FIELDS)


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """Return a name without case, accents, blanks and punctuation, in Latin letters: "E-Mail" is "email"."""
    return re.sub(r"[^a-z0-9]", "", anyascii(text[:300]).lower())


_BY_WORD: dict[str, str] = {}
for _field in FIELDS:
    for _word in (_field.key, *_field.aliases):
        _BY_WORD.setdefault(plain(_word), _field.key)
# Where names are code's and not people's, "account" is the id by which the API knows it.
_BY_CODE = {"account": "account.external_id"}


def known_as(name: str) -> str:
    """Return the field that a column of this name is, "" for none that is known."""
    return _BY_WORD.get(plain(name), "")


def is_known(name: str) -> bool:
    """Return whether this is what a field is called somewhere."""
    return bool(known_as(name))


def label_of(field: str) -> str:
    """Return what a canonical field is called; the key of an attribute."""
    if field in _LABELS:
        return _LABELS[field]
    return field.removeprefix(OF_ACCOUNT) if field.startswith(OF_ACCOUNT) else field.removeprefix(OF_CONTACT)


def normal(field: str) -> str:
    """Return the canonical name of a field: "company" is "account.name", "attr.City" is "attributes.City"; "" stays,
    and means that a column is left out. Raises UnknownField."""
    said = field.strip()
    if not said or said in KEYS:
        return said
    company = _COMPANY.match(said)
    attribute = _ATTRIBUTE.fullmatch(said[company.end() :] if company else said)
    if attribute:
        key = (attribute["key"] or attribute["other"] or "").strip()
        if not key or len(key) > LONGEST_KEY or _CONTROL.search(key):
            raise UnknownField(
                f"“{said[:60]}” names no attribute: write attributes.KEY, with 1 to {LONGEST_KEY} characters."
            )
        return f"{OF_ACCOUNT if company else OF_CONTACT}{key}"
    found = (
        _BY_CODE.get(said.lower())
        or (known_as(f"account {said[company.end() :]}") if company else "")
        or known_as(said)
    )
    if not found:
        names = ", ".join(one.key for one in FIELDS)
        raise UnknownField(
            f"There is no field “{said[:60]}”. There are {names}, attributes.KEY and account.attributes.KEY."
        )
    return found
