"""How likely it is that two are one person, and why.

Each thing that they have in common is a sign with a weight, 0 to 1: how likely they are one person if this is all.
Signs add up as independent chances do (1 - (1 - a)(1 - b) …). What speaks against it takes a share of that away. What
many others have in common with them says little by itself; it takes their names to say more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from inbox.contacts.likeness import facts as reading
from inbox.contacts.likeness.doubts import doubts
from inbox.contacts.likeness.facts import Facts, Known
from inbox.contacts.likeness.names import Name
from inbox.contacts.likeness.naming import UNKNOWN, Given, Likeness, compare
from inbox.contacts.likeness.reasons import Reason
from inbox.contacts.likeness.signs import Pair, signs

# From here on a pair is worth a look.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely it is that two are one person (0 to 1), and why, the strongest reason first; warnings last."""

    score: float
    reasons: list[Reason]


def judge(one: Facts, other: Facts, crowd: Mapping[int, int]) -> Verdict:
    """Return how likely it is that both are one person; the same whichever comes first. Never raises.

    `crowd` says of keys (`keys.keys`) how many contacts of the workspace have them, 51 for more than 50. A key that is
    not in it is taken for these two's alone.
    """
    return weigh(reading.read(one), reading.read(other), crowd)


def weigh(one: Known, other: Known, crowd: Mapping[int, int]) -> Verdict:
    """Return the same of facts that were read already."""
    pair = Pair(one, other, named(one, other), crowd)
    found = sorted(signs(pair), key=lambda sign: (-sign.weight, sign.reason.code, sign.reason.evidence))
    against = sorted(doubts(pair), key=lambda doubt: (doubt.left, doubt.reason.code, doubt.reason.evidence))
    score = (1 - prod(1 - sign.weight for sign in found)) * prod(doubt.left for doubt in against)
    told = [sign.reason for sign in found if sign.weight >= 0.05] + [doubt.reason for doubt in against]
    return Verdict(round(score, 4), told)


def named(one: Known, other: Known) -> Likeness:
    """Return how the names of two compare: the likest of theirs. A name read out of an address stands in for none."""
    told = _likest(one.names, other.names)
    if told.whole or told.given is Given.OTHER or not (one.spelled or other.spelled):
        return told
    # An address that both have spells one name, whoever of the two it belongs to.
    common = {email.mailbox for email in one.emails} & {email.mailbox for email in other.emails}
    spelled = _likest(
        one.names + tuple(name for name in one.spelled if name.of not in common),
        other.names + tuple(name for name in other.spelled if name.of not in common),
    )
    return spelled if spelled.whole or told.given is Given.UNKNOWN else told


def _likest(names: tuple[Name, ...], others: tuple[Name, ...]) -> Likeness:
    found = [_cautious(a, b, compare(a, b)) for a in names for b in others]
    return max(found, key=_telling, default=UNKNOWN)


def _telling(likeness: Likeness) -> tuple[bool, bool, int, float, bool]:
    return (
        likeness.whole,
        likeness.given is not Given.UNKNOWN,
        likeness.given,
        likeness.near,
        not likeness.family_differs,
    )


def _cautious(one: Name, other: Name, likeness: Likeness) -> Likeness:
    """Return the likeness, but that two are called differently only where an address surely spells a name."""
    unsure = likeness.given is Given.OTHER and not likeness.near and (one.guessed or other.guessed)
    return UNKNOWN if unsure else likeness
