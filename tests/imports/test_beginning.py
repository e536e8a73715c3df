"""What is looked at of a file before anything else: enough to propose columns, never so much that it fills a memory."""

from __future__ import annotations

from collections.abc import Iterator

from imports.beginning import HEAVIEST, SAMPLE, _first
from imports.csv.reading import Row


def many(cells: list[str], read: list[int]) -> Iterator[Row]:
    for number in range(1, 1000):
        read.append(number)
        yield Row(number, list(cells))


def test_of_ordinary_rows_as_many_are_read_as_are_shown() -> None:
    read: list[int] = []
    rows, are_all = _first(many(["ada@x.io", "Ada"], read), SAMPLE + 2)
    assert (len(rows), len(read), are_all) == (SAMPLE + 2, SAMPLE + 2, False)
    assert _first(iter([Row(1, ["a"])]), SAMPLE) == ([Row(1, ["a"])], True)


def test_of_rows_of_a_megabyte_only_some_are_held() -> None:
    read: list[int] = []
    rows, are_all = _first(many(["x" * 900_000], read), SAMPLE + 2)
    assert len(rows) == len(read) == HEAVIEST // 900_000 + 1
    assert not are_all


def test_of_rows_of_a_million_cells_only_one_is_held() -> None:
    read: list[int] = []
    _first(many([""] * 990_000, read), SAMPLE + 2)
    assert read == [1]
