"""Quotes that are never closed, and cells that are too large, cost one row each and no memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest

from imports.csv import reading
from imports.csv.dialect import Dialect
from imports.csv.reading import Broken, Row, rows
from tests.imports.csv.files import read


def outcomes(found: list[Row | Broken]) -> list[tuple[int, str]]:
    return [(row.number, row.code if isinstance(row, Broken) else row.cells[0]) for row in found]


class Made(io.RawIOBase):
    """A file whose bytes are made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        while not self._left:
            try:
                self._left = next(self._pieces)
            except StopIteration:
                return 0
        piece, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def made(*pieces: tuple[bytes, int]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(Made(piece for piece, count in pieces for _ in range(count))))


def peak(file: BinaryIO) -> tuple[list[tuple[int, str]], float]:
    """Return the outcomes of the broken rows and of the last one, and the most memory that reading took, in MB."""
    tracemalloc.start()
    kept, last = [], None
    for row in rows(file, Dialect()):
        last = row
        if isinstance(row, Broken):
            kept.append((row.number, row.code))
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert last is not None
    return [*kept, *outcomes([last])], most


def test_a_quote_that_the_next_one_closes_in_the_middle_of_a_cell_was_never_closed() -> None:
    found = read(b'name,note\nRuth,"hello\nBob,x\nCid,"well"\nDan,y\n')
    assert outcomes(found) == [(1, "name"), (2, "quote_open"), (3, "Bob"), (4, "Cid"), (5, "Dan")]
    assert isinstance(found[1], Broken)
    assert "row 2" in found[1].detail
    assert found[1].cells == ["Ruth", '"hello']


def test_a_quote_that_nothing_closes_costs_its_own_row_alone() -> None:
    found = read(b'name,note\nRuth,"hello\nBob,x\n\nDan,y\n')
    assert outcomes(found) == [(1, "name"), (2, "quote_open"), (3, "Bob"), (5, "Dan")]


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_a_quote_in_the_last_row_is_found(ending: bytes) -> None:
    assert outcomes(read(b'name,note\nRuth,x\nBob,"y' + ending)) == [(1, "name"), (2, "Ruth"), (3, "quote_open")]


def test_each_of_many_open_quotes_costs_its_own_row() -> None:
    found = read(b"name,note\n" + b'Ruth,"x\nBob,y\n' * 500 + b"Cid,z\n")
    assert [code for _, code in outcomes(found)] == ["name", *["quote_open", "Bob"] * 500, "Cid"]


def test_quotes_within_a_cell_of_one_line_are_part_of_it() -> None:
    assert read(b'name,note\n"Big" Bob,x\nRuth,"a\nb" \n')[1:] == [Row(2, ["Big Bob", "x"]), Row(3, ["Ruth", "a\nb "])]


def test_quotes_in_another_cell_do_not_make_a_cell_of_several_lines_broken() -> None:
    assert read(b'name,note\n"Big" Bob,"a\nb"\n')[1:] == [Row(2, ["Big Bob", "a\nb"])]


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_cell_of_10_mb_is_one_refused_row(quote: bytes) -> None:
    data = b"name,note\nRuth," + quote + b"x" * 10_000_000 + quote + b"\nBob,y\n"
    assert outcomes(read(data)) == [(1, "name"), (2, "cell_too_large"), (3, "Bob")]


def test_a_cell_of_10_mb_in_many_lines_is_one_refused_row() -> None:
    data = b'name,note\nRuth,"' + (b'x "" x'.ljust(499) + b"\n") * 20_000 + b'"\nBob,y\n'
    assert outcomes(read(data)) == [(1, "name"), (2, "cell_too_large"), (3, "Bob")]


def test_a_row_of_many_cells_that_together_are_too_large_is_one_refused_row() -> None:
    data = b"name,note\nRuth," + b"x," * 1_000_000 + b"\nBob,y\n"
    assert outcomes(read(data)) == [(1, "name"), (2, "cell_too_large"), (3, "Bob")]


def test_an_open_quote_before_much_that_follows_costs_its_own_row_and_no_memory() -> None:
    lines = 15_000  # 60 MB
    file = made((b'name,note\nRuth,"x\n', 1), (b"Somebody," + b"a note " * 570 + b"\n", lines))
    found, most = peak(file)
    assert found == [(2, "quote_open"), (lines + 2, "Somebody")]
    assert most < 16


def test_a_line_of_60_mb_costs_no_memory() -> None:
    found, most = peak(made((b"name,note\nRuth,", 1), (b"x" * 100_000, 600), (b"\nBob,y\n", 1)))
    assert found == [(2, "cell_too_large"), (3, "Bob")]
    assert most < 16


def test_a_quoted_cell_of_40_mb_in_lines_is_taken_for_a_quote_that_was_never_closed() -> None:
    found, most = peak(made((b'name,note\nRuth,"x\n', 1), (b"a,b" + b" " * 3_996 + b"\n", 10_000), (b'"\nBob,y\n', 1)))
    assert found[0] == (2, "quote_open")
    assert found[-1][1] == "Bob"
    assert most < 16


@pytest.mark.parametrize("at", [999_990, 999_999, 1_000_000, 1_000_001, 2_000_000])
def test_quotes_where_pieces_of_a_long_line_meet_are_read_as_what_they_are(at: int) -> None:
    start = b'Ruth,"'
    long = start + b"x" * (at - len(start)) + b'""' * 3 + b"y" * 1_500_000 + b'"'
    assert outcomes(read(b"name,note\n" + long + b"\nBob,y\n")) == [(1, "name"), (2, "cell_too_large"), (3, "Bob")]
    assert outcomes(read(b"name,note\n" + long[:-1] + b"\nBob,y\n")) == [(1, "name"), (2, "quote_open"), (3, "Bob")]


def test_the_limits_are_what_the_documents_say() -> None:
    assert (reading.LONGEST, reading.LOOKAHEAD) == (1_000_000, 32_000_000)
