"""What two people have in common, and how much each thing says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inbox.contacts.likeness import mail
from inbox.contacts.likeness.facts import Known
from inbox.contacts.likeness.keys import hashed, whole_name
from inbox.contacts.likeness.mail import Address
from inbox.contacts.likeness.naming import Given, Likeness
from inbox.contacts.likeness.phones import Number
from inbox.contacts.likeness.reasons import Code, Reason, reason

# One person comes in that often; what more contacts have is a family's, an office's, a library's.
FEW = 6
# More than the search looks at.
CROWD = 51


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, how their names compare, and how many contacts have each key."""

    one: Known
    other: Known
    names: Likeness
    crowd: Mapping[int, int]

    def sharers(self, kind: str, *of: str) -> int:
        """Return how many contacts have this fact, 2 at least."""
        return max(2, self.crowd.get(hashed(kind, *of), 2))


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing in common: how likely they are one person if this is all, 0 to 1."""

    weight: float
    reason: Reason


def signs(pair: Pair) -> Iterator[Sign]:
    """Yield what these two have in common."""
    yield from _emails(pair)
    yield from _phones(pair)
    yield from _external_ids(pair)
    yield from _devices(pair)
    yield from _names(pair)


def _emails(pair: Pair) -> Iterator[Sign]:
    """The best sign that any two of their addresses give."""
    found = [
        sign for a in pair.one.emails for b in pair.other.emails
        if not (a.placeholder or b.placeholder) and (sign := _email(pair, a, b))
    ]  # fmt: skip
    if found:
        yield max(found, key=lambda sign: (sign.weight, sign.reason.evidence, sign.reason.words))


def _email(pair: Pair, a: Address, b: Address) -> Sign | None:
    if mail.are_homographs(a, b):
        return None
    first, second = sorted((a.value, b.value))
    if a.mailbox == b.mailbox and not (a.corrected or b.corrected):
        return _one_mailbox(pair, a, first, second)
    if mail.is_slip(a, b):
        words = f"{first} and {second} are a slip of the finger apart."
        return Sign(_near(pair, a, b), reason(Code.NEAR_EMAIL, words, first, second))
    if a.local == b.local and len(a.local) > 5 and not a.role and a.domain != b.domain:
        words = f"{first} and {second} differ only after the @."
        return Sign(_same_local_part(pair, a, b), reason(Code.SAME_LOCAL_PART, words, first, second))
    return None


def _one_mailbox(pair: Pair, email: Address, first: str, second: str) -> Sign:
    words = f"Both gave {first}" if first == second else f"{first} and {second} are one mailbox"
    sharers = CROWD if email.role else pair.sharers("email", email.mailbox)
    others = ", which many seem to read" if email.role else _others(sharers)
    return Sign(_shared(pair, sharers, 0.93), reason(Code.SAME_EMAIL, f"{words}{others}.", email.mailbox))


def _same_local_part(pair: Pair, a: Address, b: Address) -> float:
    """Return what jane.doe@ at two domains says: much if both are one company's, little if anybody may have it."""
    if pair.names.given is Given.OTHER:
        return 0.0
    weight = 0.8 if a.company and a.company == b.company else 0.2
    return weight * 0.7 if pair.names.given is Given.UNKNOWN or pair.sharers("local", a.local) > FEW else weight


def _phones(pair: Pair) -> Iterator[Sign]:
    """The best sign that any two of their numbers give."""
    found = [_phone(pair, a, b) for a in pair.one.phones for b in pair.other.phones if a.is_line_of(b)]
    if found:
        yield max(found, key=lambda sign: (sign.weight, sign.reason.evidence, sign.reason.words))


def _phone(pair: Pair, a: Number, b: Number) -> Sign:
    tail = min(a.tail, b.tail)
    sharers = pair.sharers("phone", tail)
    # A home's or an office's line is others' too, whether or not they are known here.
    alone = 0.45 if (a.fixed or b.fixed) and not _is_known(pair.names) else 0.85
    shown = a.e164 or b.e164 or min(a.value, b.value)
    told = reason(Code.SAME_PHONE, f"Both gave the number {shown}{_others(sharers)}.", tail)
    return Sign(_shared(pair, sharers, alone), told)


def _external_ids(pair: Pair) -> Iterator[Sign]:
    for value in sorted(pair.one.external_ids.keys() & pair.other.external_ids.keys())[:1]:
        weight = {Given.OTHER: 0.1, Given.UNKNOWN: 0.45, Given.INITIAL: 0.6}.get(pair.names.given, 0.92)
        yield Sign(weight, reason(Code.SAME_EXTERNAL_ID, f"Both have the customer number {value}.", value))


def _devices(pair: Pair) -> Iterator[Sign]:
    shared = sorted((pair.sharers("device", device), device) for device in pair.one.devices & pair.other.devices)
    for sharers, device in shared[:1]:
        weight = _shared(pair, sharers, 0.8)
        if sharers > FEW and not pair.names.whole:
            weight /= 3
        yield Sign(weight, reason(Code.SAME_DEVICE, f"The same browser was used by both{_others(sharers)}.", device))


def _names(pair: Pair) -> Iterator[Sign]:
    """A name says much together with a company, less with a city, and little alone."""
    names = pair.names
    if not names.whole or names.given < Given.INITIAL:
        return
    quality = {Given.SAME: 1.0, Given.ALIKE: 0.9, Given.INITIAL: 0.6}[names.given]
    name, whole = _written(pair)
    sharers = pair.sharers("name", whole)
    if workplaces := _workplaces(pair):
        told = reason(
            Code.SAME_NAME_AND_COMPANY, f"Both are called {name} and belong to one company.", whole, *workplaces
        )
        left = 0.3 if _mailboxes_at_one_company(pair) else 0.6 if _is_numbered(pair) else 1
        yield Sign(0.8 * quality * left, told)
    elif cities := sorted(pair.one.cities & pair.other.cities):
        weight = 0.7 if sharers <= 3 else 0.45 if sharers <= FEW else 0.2
        told = reason(Code.SAME_NAME_AND_CITY, f"Both are called {name} and live in one city.", whole, *cities)
        yield Sign(weight * quality, told)
    else:
        yield Sign(0.1 if sharers <= 3 else 0.02, reason(Code.SAME_NAME, f"Both are called {name}.", whole))


def _workplaces(pair: Pair) -> list[str]:
    accounts = pair.one.accounts & pair.other.accounts
    return sorted(pair.one.companies & pair.other.companies) or sorted(map(str, accounts))


def _written(pair: Pair) -> tuple[str, str]:
    """Return a name of theirs to show, and its form for all spellings."""
    names = [name for known in (pair.one, pair.other) for name in (known.names or known.spelled)]
    longest = max(names, key=lambda name: (len(name.words), not name.guessed, len(name.text), name.text))
    wholes = [{whole_name(name) for name in (*known.names, *known.spelled)} - {""} for known in (pair.one, pair.other)]
    return longest.text, min(wholes[0] & wholes[1] or wholes[0] | wholes[1], default="")


def _shared(pair: Pair, sharers: int, alone: float) -> float:
    """Return what a thing in common says: much if it is these two's, with others only together with the given name."""
    given = pair.names.given
    if given is Given.OTHER:
        return alone / 10
    if sharers <= FEW:
        return alone
    known = 0.75 if pair.names.whole else 0.2 if pair.names.family_differs else 0.6
    return known if given >= Given.ALIKE else 0.4 if given is Given.INITIAL else 0.08


def _near(pair: Pair, a: Address, b: Address) -> float:
    given = pair.names.given
    if pair.names.family_differs or _each_is_called_so(pair, a, b):
        return 0.2
    return {Given.OTHER: 0.1, Given.UNKNOWN: 0.65, Given.INITIAL: 0.75}.get(given, 0.85)


def _each_is_called_so(pair: Pair, a: Address, b: Address) -> bool:
    """Return whether each address is spelled as its owner is, and so without a slip: Hung's and Nhung's."""
    words = [{word for name in known.names for word in name.words if len(word) > 2} for known in (pair.one, pair.other)]
    mine = {word for word in words[0] if word in a.local and word not in b.local}
    theirs = {word for word in words[1] if word in b.local and word not in a.local}
    return bool(mine and theirs)


def _is_known(names: Likeness) -> bool:
    return names.given > Given.UNKNOWN and not names.family_differs


def _others(sharers: int) -> str:
    if sharers <= FEW:
        return ""
    return ", as do many others" if sharers >= CROWD else f", as do {sharers - 2} others"


def _mailboxes_at_one_company(pair: Pair) -> bool:
    """Return whether both have a company's mailbox of their own, at one domain: then they are two of one name."""
    boxes = [
        {email.domain: email for email in known.emails if email.company and not email.role and not email.placeholder}
        for known in (pair.one, pair.other)
    ]
    return any(_are_of_two(pair, boxes[0][domain], boxes[1][domain]) for domain in boxes[0].keys() & boxes[1].keys())


def _is_numbered(pair: Pair) -> bool:
    """Return whether a mailbox at a company has a number: then there is another of that name."""
    return any(
        email.company and email.local[-1].isdigit() for known in (pair.one, pair.other) for email in known.emails
    )


def _are_of_two(pair: Pair, a: Address, b: Address) -> bool:
    return a.mailbox != b.mailbox and (not mail.is_slip(a, b) or _each_is_called_so(pair, a, b))
