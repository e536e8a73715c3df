"""Whether two names may be one person's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import permutations

from rapidfuzz.distance import OSA

from inbox.contacts.likeness.names import Name, Script
from inbox.contacts.likeness.pet_names import full_names, is_given, related
from inbox.contacts.likeness.sounds import consonants, spelling, syllables


class Tie(IntEnum):
    """How two words of two names hang together, the closest last."""

    NONE = 0
    INITIAL = 1
    PART = 2  # one of the halves of a double name
    TYPO = 3
    SOUND = 4  # the same consonants, where a script has been changed
    PET = 5
    SPELLING = 6
    SAME = 7


class Given(IntEnum):
    """What two names say of the given name."""

    OTHER = 0
    UNKNOWN = 1
    INITIAL = 2
    ALIKE = 3  # a pet form, another spelling, a slip
    SAME = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two names compare. `whole`: everything in the shorter one, a family name among it, is in the longer one too.

    `family_differs`: both show a family name, and it is not one. `near` is 0 to 1, how close the words are.
    """

    given: Given
    whole: bool = False
    family_differs: bool = False
    near: float = 0.0


UNKNOWN = Likeness(Given.UNKNOWN)
_NEAR = {
    Tie.NONE: 0.0, Tie.INITIAL: 0.5, Tie.PART: 0.75, Tie.TYPO: 0.8, Tie.SOUND: 0.8, Tie.PET: 0.85, Tie.SPELLING: 0.95,
    Tie.SAME: 1.0,
}  # fmt: skip
# Family names that are written in ways which no rule of spelling brings together.
_SURNAMES = tuple(
    map(frozenset, ("lee yi i rhee li ri".split(), "park pak bak".split(), "choi choe".split(), "woo u".split(),
                    "noh roh no".split(), "im lim rim".split(), "oh o".split(), "yoo yu ryu you".split()))
)  # fmt: skip

# The commonest of those that stand before the given name.
FIRST_FAMILY_NAMES = frozenset(
    """
nguyen tran le pham hoang huynh phan vu vo dang bui ngo duong truong dinh trinh doan wang li zhang liu chen yang huang
zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng feng han cao peng zeng xiao tian dong
pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao kim lee park pak choi jung jeong kang cho yoon jang lim
shin seo kwon hwang ahn hong
""".split()
)


def compare(one: Name, other: Name) -> Likeness:
    """Return how two names compare; the same whichever comes first."""
    if not one.words or not other.words:
        return UNKNOWN
    one, other = sorted((one, other), key=lambda name: (len(name.words), name.words, name.text))
    if one.mixed != other.mixed:
        return Likeness(Given.OTHER)
    if len(one.words) > 1 and len(other.words) > 1 and _run_together(one) == _run_together(other):
        return Likeness(Given.SAME, whole=True, near=1.0)
    readings = [_read(a, b, one, other) for a in _joined(one.words) for b in _joined(other.words)]
    if {one.script, other.script} == {Script.SYLLABIC} and _ends_with(one, other):
        return Likeness(Given.SAME, near=1.0)
    best = max(readings, key=lambda likeness: (likeness.whole, likeness.given, likeness.near))
    return UNKNOWN if best.given is Given.OTHER and one.logographic != other.logographic else best


def _ends_with(one: Name, other: Name) -> bool:
    """Return whether one is the other's given name: in Chinese and Korean it stands at the end."""
    short, long = sorted((_run_together(one), _run_together(other)), key=len)
    return 2 <= len(short) < len(long) and long.endswith(short)


def _run_together(name: Name) -> str:
    return "".join(letter for letter in name.text.casefold() if letter.isalpha())


def tie(one: str, other: str, scripts: frozenset[Script] = frozenset()) -> Tie:
    """Return how two words hang together; `scripts` are those that they were written in."""
    if one == other:
        return Tie.SAME
    if min(len(one), len(other)) == 1:
        return Tie.INITIAL if one[0] == other[0] or _begins(one, other) else Tie.NONE
    if spelling(one) == spelling(other):
        return Tie.SPELLING
    if related(one, other):
        return Tie.PET
    if any(one in forms and other in forms for forms in _SURNAMES):
        return Tie.SPELLING
    if _sounds_like(one, other, scripts):
        return Tie.SOUND
    if scripts > {Script.LATIN} and _is_slip(spelling(one), spelling(other)):
        return Tie.SOUND
    return Tie.TYPO if _is_slip(one, other) else Tie.NONE


def _begins(one: str, other: str) -> bool:
    """Return whether one is the initial of what the other may be a pet form of: R. is Bob's."""
    initial, word = sorted((one, other), key=len)
    return any(name[0] == initial for name in full_names(word))


def _sounds_like(one: str, other: str, scripts: frozenset[Script]) -> bool:
    if Script.ABJAD in scripts and len(consonants(one)) > 1:
        # A French "ch" is an English "sh".
        return consonants(one.replace("ch", "sh")) == consonants(other.replace("ch", "sh")) or consonants(
            one
        ) == consonants(other)
    short = max(len(one), len(other)) <= 9 and scripts <= {Script.LATIN}
    return (short or Script.SYLLABIC in scripts) and syllables(one) == syllables(other)


def _is_slip(one: str, other: str) -> bool:
    """Return whether one word is the other with a slip of the finger; Paolo and Paola, Jan and Jana are two people."""
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 4 else 1 if shorter < 8 else 2
    if not allowed or OSA.distance(one, other, score_cutoff=allowed) > allowed:
        return False
    if is_given(one) and is_given(other):
        return False
    if one[0] != other[0] and one[:2] != other[1::-1]:
        return False
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), shorter)
    ends = one[same:], other[same:]
    return not all(set(end) <= set("aeoiy") for end in ends)


def _joined(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words, and what they are if two neighbours are one name ("Seung Hyun", "Seunghyun")."""
    yield words
    if len(words) > 2:
        for at in range(len(words) - 1):
            yield (*words[:at], words[at] + words[at + 1], *words[at + 2 :])


def _read(a: tuple[str, ...], b: tuple[str, ...], one: Name, other: Name) -> Likeness:
    if len(a) > len(b):
        a, b, one, other = b, a, other, one
    scripts = frozenset((one.script, other.script))
    ties = [[_tie(x, y, one, other, scripts) for y in b] for x in a]
    best = max(
        permutations(range(len(b)), len(a)),
        key=lambda order: (sum(_NEAR[ties[i][j]] for i, j in enumerate(order)), [-j for j in order]),
    )
    met = {i: (j, ties[i][j]) for i, j in enumerate(best) if ties[i][j]}
    near = sum(_NEAR[strength] for _, strength in met.values()) / len(a)
    if len(a) == 1:
        return _of_one_word(met, one, _may_be_pet(a[0], b[0]), near)
    if len(met) == len(a):
        return Likeness(_given(met), whole=True, near=near)
    return _of_some(met, a, b, near)


def _tie(x: str, y: str, one: Name, other: Name, scripts: frozenset[Script]) -> Tie:
    found = tie(x, y, scripts)
    if found > Tie.PART:
        return found
    mine = one.parts[one.words.index(x)] if x in one.words and one.parts else frozenset()
    theirs = other.parts[other.words.index(y)] if y in other.words and other.parts else frozenset()
    return Tie.PART if y in mine or x in theirs or mine & theirs else found


def _given(met: dict[int, tuple[int, Tie]]) -> Given:
    """Return what the ties say of the given name, where every word is tied. Of three words one may be an initial."""
    strengths = sorted(strength for _, strength in met.values())
    weakest = strengths[0]
    if weakest == Tie.INITIAL and (len(strengths) < 3 or strengths[1] == Tie.INITIAL):
        return Given.INITIAL
    return Given.SAME if weakest == Tie.SAME else Given.ALIKE


def _of_one_word(met: dict[int, tuple[int, Tie]], single: Name, maybe: bool, near: float) -> Likeness:
    if not met:
        return Likeness(Given.UNKNOWN if len(single.words[0]) == 1 or maybe else Given.OTHER)
    strength = met[0][1]
    if single.family_only or strength == Tie.INITIAL:
        return Likeness(Given.UNKNOWN if single.family_only else Given.INITIAL, near=near)
    return Likeness(Given.SAME if strength == Tie.SAME else Given.ALIKE, near=near)


def _of_some(met: dict[int, tuple[int, Tie]], a: tuple[str, ...], b: tuple[str, ...], near: float) -> Likeness:
    """Return what it says that some words are tied and others are not: a wedding, or a family."""
    strong = {i: pair for i, pair in met.items() if pair[1] > Tie.INITIAL}
    if not strong:
        initial = met.get(0, (-1, Tie.NONE))[0] == 0 or _may_be_pet(a[0], b[0])
        return Likeness(Given.UNKNOWN if initial else Given.OTHER, family_differs=True)
    first = 0 in strong and strong[0][0] == 0
    last = len(a) - 1 in strong and strong[len(a) - 1][0] == len(b) - 1
    if first and last:
        return Likeness(Given.SAME, whole=True, near=near)
    if _may_be_pet(a[0], b[0]) and 0 not in strong and last:
        return Likeness(Given.UNKNOWN, near=near)
    if _is_family_name(a, b, strong):
        return Likeness(Given.OTHER, near=near)
    if first or any(is_given(a[i]) for i in strong if not last):
        strength = max(pair[1] for pair in strong.values())
        return Likeness(Given.SAME if strength == Tie.SAME else Given.ALIKE, family_differs=True, near=near)
    return Likeness(Given.OTHER, near=near)


def _may_be_pet(one: str, other: str) -> bool:
    """Return whether one word may be a pet form of the other that is not known here: Abhi, Abhishek; Raju, Rajesh."""
    short, long = sorted((one, other), key=len)
    return 3 <= len(short) < len(long) and short[:3] == long[:3] and not (is_given(one) and is_given(other))


def _is_family_name(a: tuple[str, ...], b: tuple[str, ...], met: dict[int, tuple[int, Tie]]) -> bool:
    """Return whether what two names have in common is the family name, wherever it stands."""
    if any(a[i] in FIRST_FAMILY_NAMES for i in met):
        return True
    theirs = {j for j, _ in met.values()}
    others = [word for i, word in enumerate(a) if i not in met], [word for j, word in enumerate(b) if j not in theirs]
    return not all(is_given(a[i]) for i in met) and all(any(map(is_given, words)) for words in others)
