"""Under which equalities a contact is found: its facts in normal form, each a number.

Two contacts that share none are never compared. So a key is made to survive one kind of noise each: the case and the
tags of an address, the spelling of a number, the order and the script of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice

from inbox.contacts.likeness.facts import Facts, Known, read
from inbox.contacts.likeness.mail import Address
from inbox.contacts.likeness.names import Name
from inbox.contacts.likeness.sounds import sound

# A contact has so many at most: the surest kinds come first.
MOST = 24
# Words of an address shorter than this are in too many others.
SHORTEST_LOCAL = 6


def keys(facts: Facts) -> dict[int, str]:
    """Return the keys of these facts, signed 64 bit, and what each stands for ("email", "phone" …). Never raises."""
    return keys_of(read(facts))


def keys_of(known: Known) -> dict[int, str]:
    """Return the keys of facts that were read already."""
    return dict(islice(((hashed(kind, *of), kind) for kind, of in _all(known)), MOST))


def hashed(kind: str, *of: str) -> int:
    """Return the number of one normalised fact."""
    return int.from_bytes(blake2b("\0".join((kind, *of)).encode(errors="replace"), digest_size=8).digest(), signed=True)


def whole_name(name: Name) -> str:
    """Return a name in one form for all orders, scripts and spellings; "" for a single word."""
    return " ".join(sorted(map(sound, name.words))) if len(name.words) > 1 else ""


def _all(known: Known) -> Iterator[tuple[str, tuple[str, ...]]]:
    emails = [email for email in known.emails if not email.placeholder][:4]
    names = known.names + known.spelled
    wholes = list(dict.fromkeys(whole for name in names if (whole := whole_name(name))))[:3]
    yield from (("email", (email.mailbox,)) for email in emails)
    yield from (("phone", (number.tail,)) for number in known.phones[:3])
    yield from (("external_id", (value,)) for value in list(known.external_ids)[:3])
    yield from (("device", (device,)) for device in sorted(known.devices)[:6])
    yield from (("name", (whole,)) for whole in wholes)
    yield from (("local", (email.local,)) for email in emails if _tells(email))
    yield from (("letters", (_letters(email), email.domain)) for email in emails if _tells(email))
    yield from (("name, city", (whole, city)) for whole in wholes for city in known.cities)
    yield from (("word, company", of) for of in _at_work(names, _workplaces(known)))


def _tells(email: Address) -> bool:
    return len(email.local) >= SHORTEST_LOCAL and not email.role


def _letters(email: Address) -> str:
    """Return which letters an address is made of: the same when two were swapped, or one was hit twice."""
    return "".join(sorted(set(re.sub(r"[\W_]", "", email.local))))


def _workplaces(known: Known) -> list[str]:
    return sorted(known.companies) or [f"account {account}" for account in sorted(known.accounts)]


def _at_work(names: Iterable[Name], companies: Iterable[str]) -> Iterator[tuple[str, str]]:
    words = dict.fromkeys(sound(word) for name in names for word in name.words if len(word) > 1)
    for company in list(companies)[:2]:
        yield from ((word, company) for word in list(words)[:4])
