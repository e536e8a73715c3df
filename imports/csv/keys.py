"""Which rows of a file speak of the same person: found over the whole file, in memory that hardly grows with it.

Rows are named by their places in the file, from 0. What is decided depends on the file alone, never on the order in
which its batches are worked:

* of rows with the same key the last one wins, and the earlier ones are superseded;
* a row without the key goes by the other identity, and where several rows go by the same one, the last of them wins;
* two rows with different keys and the same user id cannot both have it: the first keeps it, the others are refused;
* a row that goes by an email which a row with a user id has too is refused, as nobody can tell which one is meant;
* an email or phone that several persons of the file have is proved by the first row, and a claim in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from imports.chunks import ContactRow
from imports.csv.spill import Marks, Numbered, Parts
from imports.models import Key

# Rows of a file whose twins are looked up together.
_TOGETHER = 65_536
_PER_PART = 50_000
_MOST_PARTS = 1_024


def parts_for(rows: int) -> int:
    """Return in how many parts so many rows are laid down, so that one of them is little."""
    return min(_MOST_PARTS, rows // _PER_PART + 1)


class Keys:
    """Takes what rows are known by, one row after the other, and judges them when there are no more."""

    def __init__(self, folder: Path, key: str, expected: int) -> None:
        """`expected`: about how many rows there are; a wrong guess costs memory or time alone."""
        count = parts_for(expected)
        self._by_email = key == Key.EMAIL
        self._folder = folder
        self._keys = Numbered(folder / "keys", count)
        self._others = Numbered(folder / "others", count)
        self._phones = Numbered(folder / "phones", count)

    def add(self, place: int, row: ContactRow) -> None:
        """Take the row at a place."""
        email, external_id = row.email, row.external_id
        own, other = (email, external_id) if self._by_email else (external_id, email)
        if own is not None:
            self._keys.add(own, place)
        if other is not None:
            if own is None:
                self._keys.add(f"\0{other}", place)
            self._others.add(other, place << 1 | (own is not None))
        if row.phone is not None:
            self._phones.add(row.phone, place)

    def judge(self, rows: int, go_on: Callable[[], None]) -> Judged:
        """Return what became of a file of so many rows. `go_on` is called every now and then."""
        judged = Judged(rows, Parts(self._folder / "twins", rows // _TOGETHER + 1), self._by_email)
        for pairs in self._keys.each():
            _supersede(pairs, judged)
            go_on()
        for pairs in self._others.each():
            self._settle(pairs, judged)
            go_on()
        for pairs in self._phones.each():
            proved: dict[int, int] = {}
            for said, place in pairs:
                if place not in judged.dropped and proved.setdefault(said, place) != place:
                    judged.claims_phone.add(place)
            go_on()
        return judged

    def _settle(self, pairs: list[tuple[int, int]], judged: Judged) -> None:
        """Judge rows with the same other identity."""
        first: dict[int, int] = {}
        for said, place in pairs:
            if place & 1 and place >> 1 not in judged.dropped:
                first.setdefault(said, place >> 1)
        for said, tagged in pairs:
            place, has_key = tagged >> 1, tagged & 1
            keeper = first.get(said, place)
            if keeper == place or place in judged.superseded:
                continue
            if has_key and not self._by_email:
                judged.claims_email.add(place)
            else:
                judged.refuse(place, keeper)


def _supersede(pairs: list[tuple[int, int]], judged: Judged) -> None:
    last: dict[int, int] = {}
    for said, place in pairs:
        if said in last:
            judged.supersede(last[said])
        last[said] = place


class Judged:
    """What the whole file shows: the places of rows that are superseded, that only claim, and that are `dropped`, being
    superseded or the twins of others. Twins are refused with `code`; what they have in common is `shared`.
    """

    def __init__(self, rows: int, twins: Parts, by_email: bool) -> None:
        self.superseded, self.dropped = Marks(rows), Marks(rows)
        self.claims_email, self.claims_phone = Marks(rows), Marks(rows)
        self.code, self.shared = ("duplicate_external_id", "user id") if by_email else ("duplicate_email", "email")
        self._twins = twins
        self._read: tuple[int, dict[int, int]] = (-1, {})

    def supersede(self, place: int) -> None:
        """Note that a later row wins."""
        self.superseded.add(place)
        self.dropped.add(place)

    def refuse(self, place: int, keeper: int) -> None:
        """Note that another row keeps what this one has too."""
        self.dropped.add(place)
        self._twins.add(place // _TOGETHER, place.to_bytes(8) + keeper.to_bytes(8))

    def twins(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places of the refused rows from `begin` to before `end`, each with the row that keeps it."""
        for place in self.dropped.within(begin, end):
            if place not in self.superseded:
                yield place, self._keepers(place // _TOGETHER)[place]

    def _keepers(self, part: int) -> dict[int, int]:
        if self._read[0] != part:
            data = self._twins.read(part)
            pairs = (data[at : at + 16] for at in range(0, len(data), 16))
            self._read = part, {int.from_bytes(pair[:8]): int.from_bytes(pair[8:]) for pair in pairs}
        return self._read[1]
