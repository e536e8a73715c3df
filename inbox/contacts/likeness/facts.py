"""What is known of a person, as it was written down; and the same, read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inbox.contacts.likeness import customer_numbers, mail, names, phones
from inbox.contacts.likeness.mail import Address
from inbox.contacts.likeness.names import Name
from inbox.contacts.likeness.phones import Number

# Nobody has more; somebody who sends more shall not make the search dear.
MOST = 8
_CITIES = frozenset("city town locality ort stadt ville ciudad cidade citta miasto".split())
_BIRTHS = frozenset("birthyear yearofbirth birthday birthdate dateofbirth dob born geburtsdatum geburtsjahr".split())


@dataclass(frozen=True, slots=True)
class Handle:
    """An email, phone or external id as it was given, and whether it was proved."""

    value: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person, as it was written; what is not known is empty.

    `ids` are the contacts that it is known of, `companies` the domains of their accounts, `timezones` IANA names,
    `attributes` (name, value) of those that are plain text or numbers, `devices` ids of browsers, the newest first.
    """

    ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    emails: tuple[Handle, ...] = ()
    phones: tuple[Handle, ...] = ()
    external_ids: tuple[Handle, ...] = ()
    devices: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    accounts: tuple[int, ...] = ()
    timezones: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def together(cls, several: Iterable[Facts]) -> Facts:
        """Return what is known of one person from what is known of each of its contacts."""
        parts = list(several)
        if len(parts) == 1:
            return parts[0]
        return cls(**{
            field: tuple(dict.fromkeys(value for part in parts for value in getattr(part, field)))
            for field in cls.__slots__
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The same, read: `spelled` are names read out of addresses, for those who gave none.

    `companies` are what their companies go by, with the domains of their mailboxes there among them.
    """

    names: tuple[Name, ...]
    spelled: tuple[Name, ...]
    emails: tuple[Address, ...]
    phones: tuple[Number, ...]
    external_ids: dict[str, bool]
    devices: frozenset[str]
    companies: frozenset[str]
    accounts: frozenset[int]
    cities: frozenset[str]
    born: frozenset[int]


def read(facts: Facts) -> Known:
    """Return the facts, read. Never raises: what cannot be read is left out."""
    emails = _addresses(facts.emails)
    countries = countries_of(facts, emails)
    numbers = (phones.read(phone.value, countries, phone.verified) for phone in _surest(facts.phones))
    given = tuple(name for text in facts.names[:MOST] if (name := names.read(text)).words)
    companies = {mail.company_of(domain[:255]) for domain in facts.companies[:MOST]}
    return Known(
        names=given,
        spelled=tuple(name for email in emails if not email.role and (name := spelled_in(email, given)).words),
        emails=emails,
        phones=tuple(number for number in numbers if number),
        external_ids={
            value: each.verified
            for each in _surest(facts.external_ids)
            if (value := customer_numbers.normal(each.value))
        },
        devices=frozenset(facts.devices[:MOST]),
        companies=frozenset(companies | {email.company for email in emails if not email.placeholder} - {""}) - {""},
        accounts=frozenset(facts.accounts),
        cities=frozenset(_said(facts, _CITIES, _as_city)),
        born=frozenset(year for text in _said(facts, _BIRTHS, str) for year in _years(text)),
    )


def countries_of(facts: Facts, emails: Iterable[Address]) -> tuple[str, ...]:
    """Return the countries in which this person may have written a number, the likeliest first."""
    hints = [phones.country_of_zone(zone) for zone in facts.timezones]
    hints += [phones.country_of_domain(domain) for domain in facts.companies]
    hints += [phones.country_of_domain(email.domain) for email in emails]
    return tuple(dict.fromkeys(hint for hint in hints if hint))


def spelled_in(email: Address, given: tuple[Name, ...]) -> Name:
    """Return the name that an address spells: `jane.doe@`, or `janedoe@` of a Jane; else one without words.

    Who gave a whole name in Latin letters needs none from an address.
    """
    if email.placeholder or any(_is_whole(name) for name in given):
        return names.NOBODY
    words = [word for word in email.words if word.isascii()]
    if len(words) == 1:
        words = _taken_apart(words[0], given)
    if not 2 <= len(words) <= 3 or max(map(len, words)) < 3:
        return names.NOBODY
    spelled = names.read(" ".join(words))
    return replace(spelled, guessed=email.public, of=email.mailbox)


def _is_whole(name: Name) -> bool:
    return len(name.words) > 1 and name.script == names.Script.LATIN and min(map(len, name.words)) > 1


def _taken_apart(word: str, given: tuple[Name, ...]) -> list[str]:
    for known in (name.words[0] for name in given):
        if word.startswith(known) and len(word) > len(known) + 2:
            return [known, word[len(known) :]]
        if word.endswith(known) and len(word) > len(known) + 2:
            return [known, word[: -len(known)]]
    return []


def _addresses(handles: tuple[Handle, ...]) -> tuple[Address, ...]:
    """Return the addresses, the proved ones first, a mailbox once for each way it was written."""
    found = (mail.read(handle.value, handle.verified) for handle in _surest(handles))
    return tuple(sorted((email for email in found if email), key=lambda email: (not email.verified, email.value)))


def _numbers(handles: tuple[Handle, ...]) -> Iterable[tuple[Handle, str]]:
    return ((each, value) for each in _surest(handles) if (value := customer_numbers.normal(each.value)))


def _surest(handles: tuple[Handle, ...]) -> list[Handle]:
    return sorted(handles, key=lambda handle: not handle.verified)[:MOST]


def _said(facts: Facts, wanted: frozenset[str], as_read: type[str] | object) -> Iterable[str]:
    for name, value in facts.attributes:
        if re.sub(r"[\W_]", "", name.casefold()) in wanted and value:
            yield as_read(value[:100])  # type: ignore[operator]


def _as_city(value: str) -> str:
    return "".join(names.ascii_letters(word) for word in value.split())


def _years(text: str) -> Iterable[int]:
    return (int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)[:1])
