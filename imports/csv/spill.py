"""What does not fit into memory: laid down in a file by parts, and read again part by part."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

# Bytes of a part that are gathered before they are written down.
_BLOCK = 4_096


class Parts:
    """Bytes in so many parts of one file, `path`. What belongs together goes into one part."""

    def __init__(self, path: Path, count: int) -> None:
        self.count = count
        self._file = path.open("w+b")
        self._gathered: dict[int, bytearray] = {}
        self._blocks: dict[int, array[int]] = {}

    def add(self, part: int, data: bytes) -> None:
        """Put bytes at the end of a part."""
        gathered = self._gathered.get(part)
        if gathered is None:
            gathered = self._gathered[part] = bytearray()
        gathered += data
        if len(gathered) >= _BLOCK:
            self._write(part, gathered)

    def read(self, part: int) -> bytes:
        """Return all of a part, in the order in which it came."""
        found = []
        blocks = self._blocks.get(part, ())
        for place in range(0, len(blocks), 2):
            self._file.seek(blocks[place])
            found.append(self._file.read(blocks[place + 1]))
        self._file.seek(0, 2)
        return b"".join([*found, self._gathered.get(part, b"")])

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _write(self, part: int, gathered: bytearray) -> None:
        self._blocks.setdefault(part, array("Q")).extend((self._file.tell(), len(gathered)))
        self._file.write(gathered)
        gathered.clear()


class Numbered:
    """Pairs of a text's hash and a number, those of equal texts in one part, in the order in which they came.

    Of the text 64 bits are kept, and the part tells some more: of 50 million different texts two are taken for equal
    once in some million files.
    """

    def __init__(self, path: Path, count: int) -> None:
        self._parts = Parts(path, count)
        self._gathered = [array("q") for _ in range(count)]

    def add(self, text: str, number: int) -> None:
        """Take a pair."""
        count = len(self._gathered)
        part = hash(f"{text}\0") % count if count > 1 else 0
        gathered = self._gathered[part]
        gathered.append(hash(text))
        gathered.append(number)
        if len(gathered) >= _BLOCK // 8:
            self._parts.add(part, gathered.tobytes())
            del gathered[:]

    def each(self) -> Iterator[list[tuple[int, int]]]:
        """Yield the pairs part by part."""
        for part, gathered in enumerate(self._gathered):
            found = array("q", self._parts.read(part)) + gathered
            yield list(zip(found[0::2], found[1::2], strict=True))
        self._parts.close()


class Lines:
    """Values as JSON, in parts."""

    def __init__(self, path: Path, count: int) -> None:
        self._parts = Parts(path, count)
        self.count = count

    def add(self, part: int, value: Any) -> None:
        """Put a value at the end of a part."""
        self._parts.add(part, to_json(value) + b"\n")

    def add_by(self, text: str, value: Any) -> None:
        """Put a value into the part of all those with the same text."""
        self.add(hash(text) % self.count, value)

    def read(self, part: int) -> list[Any]:
        """Return the values of a part."""
        return [from_json(line) for line in self._parts.read(part).splitlines()]


class Marks:
    """A set of whole numbers from 0, a bit each."""

    def __init__(self, size: int) -> None:
        self._bits = bytearray(size // 8 + 1)

    def add(self, number: int) -> None:
        """Mark a number."""
        self._bits[number >> 3] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        return bool(self._bits[number >> 3] & 1 << (number & 7))

    def within(self, begin: int, end: int) -> list[int]:
        """Return the marked numbers from `begin` to before `end`."""
        if not any(self._bits[begin >> 3 : (end + 7) >> 3]):
            return []
        return [number for number in range(begin, end) if number in self]


class Numbers:
    """A whole number below 2³² for each place, laid down in the order of the places."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._gathered = array("I")
        self._written = 0

    def extend(self, numbers: array[int]) -> None:
        """Put numbers at the next places."""
        self._gathered += numbers
        if len(self._gathered) >= 65_536:
            self._write()

    def read(self, begin: int, end: int) -> array[int]:
        """Return the numbers at the places from `begin` to before `end`."""
        if end > self._written:
            self._write()
        found = array("I")
        self._file.seek(begin * found.itemsize)
        found.frombytes(self._file.read((end - begin) * found.itemsize))
        return found

    def _write(self) -> None:
        self._file.seek(0, 2)
        self._gathered.tofile(self._file)
        self._written += len(self._gathered)
        del self._gathered[:]
