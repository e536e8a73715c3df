"""What speaks against two being one person, whatever they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inbox.contacts.likeness import mail
from inbox.contacts.likeness.naming import Given
from inbox.contacts.likeness.reasons import Code, Reason, reason
from inbox.contacts.likeness.signs import Pair


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that speaks against: the share of the score that it leaves, 0 to 1."""

    left: float
    reason: Reason


def doubts(pair: Pair) -> Iterator[Doubt]:
    """Yield what speaks against these two being one person."""
    one, other = pair.one, pair.other
    homographs = [sorted((a.value, b.value)) for a in one.emails for b in other.emails if mail.are_homographs(a, b)]
    for first, second in sorted(homographs)[:1]:
        told = f"Careful: {first} and {second} look alike and are two addresses. Somebody may be posing as another."
        yield Doubt(0.1, reason(Code.HOMOGRAPH, told, first, second))
    mixed = [[email.value for email in known.emails if email.mixed] for known in (one, other)]
    if not homographs and bool(mixed[0]) != bool(mixed[1]):
        shown = min(mixed[0] + mixed[1])
        yield Doubt(0.3, reason(Code.HOMOGRAPH, f"Careful: {shown} mixes letters of two alphabets.", shown))
    if pair.names.given is Given.OTHER:
        yield Doubt(0.4, reason(Code.OTHER_GIVEN_NAME, "They go by different given names."))
    suffixes = [{name.suffix for name in known.names} - {""} for known in (one, other)]
    if (all(suffixes) or (any(suffixes) and pair.names.whole)) and not suffixes[0] & suffixes[1]:
        left = 0.1 if all(suffixes) else 0.65
        yield Doubt(left, reason(Code.OTHER_SUFFIX, "Their names end differently (Jr., Sr., II …): they may be kin."))
    if one.born and other.born and not one.born & other.born:
        yield Doubt(0.05, reason(Code.OTHER_BIRTH_YEAR, "They were born in different years."))
    proved = [{value for value, verified in known.external_ids.items() if verified} for known in (one, other)]
    if all(proved) and not proved[0] & proved[1]:
        yield Doubt(0.8, reason(Code.OTHER_EXTERNAL_ID, "Each has proved another customer number."))
