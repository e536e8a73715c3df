"""What a careful reader could tell of two profiles. It looks at the truth behind them, and never at their letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tests.bench.likeness.records import Noise, Trap
from tests.bench.likeness.ways import Draft
from tests.bench.likeness.world import Person

# Shared by so many, or so plainly by nobody, that having it in common says nothing.
_EMPTY_TRAPS = {Trap.PLACEHOLDER}
_CROWDED_TRAPS = {Trap.KIOSK}
# Nothing in a profile says that these are shared.
_HIDDEN_TRAPS = {
    Trap.FAMILY_DEVICE, Trap.FAMILY_PHONE, Trap.FAMILY_ADDRESS, Trap.RECYCLED_PHONE, Trap.SUCCESSOR,
}  # fmt: skip


class Reader:
    """A careful reader who knows everybody's names, so that a rare one tells more than a common one."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._bearers: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self._bearers[person.latin_key].append(person)

    def recognises(self, one: Draft, other: Draft) -> bool:
        """Whether two profiles of one person can be told to be that. README.md has the rule in words."""
        common = one.handles & other.handles
        if any(handle.trap is None for handle in common):
            return True
        given = one.given and other.given
        full = given and bool(one.families & other.families)
        if one.person.ambiguous:
            return False
        if one.account and one.account == other.account and given:
            return True
        for handle in common:
            if handle.trap not in _EMPTY_TRAPS and (full if handle.trap in _CROWDED_TRAPS else given):
                return True
        return full and self._name_tells(one, other)

    def _name_tells(self, one: Draft, other: Draft) -> bool:
        """Whether a full name that both bear, together with where they work or live, is enough."""
        namesakes = [person for person in self._bearers[one.person.latin_key] if person is not one.person]
        if one.company and one.company is other.company:
            return not any(one.company is job[0] for person in namesakes for job in person.jobs)
        return one.city is not None and one.city is other.city and not namesakes

    @staticmethod
    def is_misled(one: Draft, other: Draft) -> bool:
        """Whether nobody could tell that two profiles, of different people, are not one person's."""
        if not any(handle.trap in _HIDDEN_TRAPS for handle in one.handles & other.handles):
            return False
        if not one.given or not other.given:
            return True
        told_apart = any(draft.name and draft.name.suffix for draft in (one, other)) or all(
            "birth_year" in draft.attributes for draft in (one, other)
        )
        return one.person.native_key == other.person.native_key and not told_apart


def noise_between(one: Draft, other: Draft) -> frozenset[Noise]:
    """Return what lies between two profiles of one person that can be told to be that."""
    kinds = _name_noise(one, other) | _address_noise(one, other)
    if one.line and one.line == other.line and one.phone != other.phone:
        kinds.add(Noise.PHONE_SPELLING)
    if one.account and other.account:
        same = one.account == other.account
        kinds.add(Noise.EXTERNAL_ID_SPELLING if same else Noise.SECOND_ACCOUNT)
    common = one.handles & other.handles
    if common and common == {one.device}:
        kinds.add(Noise.DEVICE_ONLY)
    if not common and (not one.account or one.account != other.account):
        kinds.add(Noise.NAME_ONLY)
    return frozenset(kinds or {Noise.PLAIN})


def _name_noise(one: Draft, other: Draft) -> set[Noise]:
    if one.name and other.name:
        return one.name.differs_from(other.name)
    return {Noise.NO_NAME}


def _address_noise(one: Draft, other: Draft) -> set[Noise]:
    kinds: set[Noise] = set()
    pairs = [(ours, theirs) for ours in one.emails for theirs in other.emails]
    common = [pair for pair in pairs if pair[0].mailbox == pair[1].mailbox]
    for ours, theirs in common:
        if ours.value != theirs.value:
            kinds |= {shown.noise for shown in (ours, theirs) if shown.noise}
    if pairs and not common:
        jobs = [_employer(draft) for draft in (one, other)]
        moved = jobs[0] and jobs[1] and jobs[0] != jobs[1]
        kinds.add(Noise.JOB_CHANGE if moved else Noise.SECOND_ADDRESS)
    return kinds


def _employer(draft: Draft) -> str:
    """Return the domain of the job of which the address is shown, or an empty text."""
    mailboxes = {shown.mailbox for shown in draft.emails}
    return next((job.domains[0] for job, mailbox in draft.person.jobs if mailbox in mailboxes), "")
