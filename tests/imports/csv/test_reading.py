"""Rows are read one after the other, whatever a file holds."""

from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.csv import reading
from imports.csv.dialect import Dialect
from imports.csv.reading import Broken, Row, named, rows
from tests.imports.csv.files import cells, read

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


def codes(found: list[Row | Broken]) -> list[str]:
    return [row.code if isinstance(row, Broken) else "" for row in found]


@given(
    table=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=6)
    ),
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    style=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_reads_back_as_it_was_written(
    table: list[list[str]], delimiter: str, quote: str, ending: str, encoding: str, style: int
) -> None:
    if style == csv.QUOTE_MINIMAL:  # by which the writer leaves a line end without quotes if it is not its own
        ending = "\r\n"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quotechar=quote, lineterminator=ending, quoting=style).writerows(table)
    text = out.getvalue()
    if text.startswith("\ufeff"):  # a mark, to whoever reads it
        return
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    data = text.encode(encoding)
    dialect = Dialect(plain, delimiter, quote, has_header=False)
    found = list(rows(io.BytesIO(data), dialect))
    assert found == [Row(number, row) for number, row in enumerate(table, 1)]


@given(st.text("ab,;\"\n\r\0 '", max_size=60), st.booleans())
def test_any_text_makes_rows_with_numbers_that_rise_and_the_same_ones_again(text: str, has_header: bool) -> None:
    dialect = Dialect(has_header=has_header)
    found = list(rows(io.BytesIO(text.encode()), dialect))
    assert [row.number for row in found] == sorted({row.number for row in found})
    assert found == list(rows(io.BytesIO(text.encode()), dialect))


@given(st.text('ab,"\n', max_size=60))
def test_a_text_whose_quotes_are_sound_is_read_as_the_standard_library_reads_it(text: str) -> None:
    try:
        plain = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return
    assert [row.cells for row in rows(io.BytesIO(text.encode()), Dialect(has_header=False))] == plain


def test_line_ends_may_be_mixed() -> None:
    found = read(b'name,email\r\nRuth,"r@x\nexample"\rBob,b@x.example\n\n\nCid,c@x.example')
    assert [(row.number, row.cells[0]) for row in found] == [(1, "name"), (2, "Ruth"), (3, "Bob"), (6, "Cid")]


def test_blank_lines_are_no_rows_but_count_as_in_a_spreadsheet() -> None:
    assert [row.number for row in read(b"\n\nname,email\n\nRuth,r@x.example\n,\n")] == [3, 5, 6]


def test_rows_that_are_shorter_or_longer_are_given_as_they_are() -> None:
    assert cells(b"a,b\n1\n1,2,3\n") == [["a", "b"], ["1"], ["1", "2", "3"]]


def test_a_nul_is_told_and_the_row_is_shown_without_it() -> None:
    found = read(b"name,email\nRu\0th,r@x.example\nBob,b@x.example\n")
    assert codes(found) == ["", "nul", ""]
    assert isinstance(found[1], Broken)
    assert "Cell 1" in found[1].detail
    assert found[1].cells == ["Ruth", "r@x.example"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252", "euc_jp"])
def test_bytes_that_do_not_decode_are_one_refused_row(encoding: str) -> None:
    broken = {"utf-8": b"\xff", "utf-16-le": b"\x00\xd8", "cp1252": b"\x81", "euc_jp": b"\xff"}[encoding]
    before, after = "name,town\nRuth,K".encode(encoding), "ln\nBob,Bonn\n".encode(encoding)
    found = list(rows(io.BytesIO(before + broken + after), Dialect(encoding)))
    assert codes(found) == ["", "undecodable", ""]
    assert found[1].cells == ["Ruth", "K\ufffdln"]


def test_a_file_that_ends_within_a_sign_has_one_refused_row() -> None:
    found = list(rows(io.BytesIO("name\nRuth\nBob".encode("utf-16-le") + b"x"), Dialect("utf-16-le")))
    assert codes(found) == ["", "", "undecodable"]


def test_a_header_is_always_a_row() -> None:
    found = read(b"na\0me,email\nRuth,r@x.example\n")
    assert found[0] == Row(1, ["name", "email"])


def test_columns_are_called_by_different_names() -> None:
    header = ["Email", " email ", "", "First\n name", "EMAIL", "email 2", "\x00\x07", "x" * 500]
    assert named(header) == [
        "Email", "email 2", "Column 3", "First name", "EMAIL 3", "email 2 2", "Column 7", "x" * 100,
    ]  # fmt: skip


def test_a_long_cell_of_100_kb_is_read() -> None:
    long = "x" * 100_000
    assert cells(f'name,note\nRuth,{long}\nBob,"{long}\n{long}"\n'.encode())[2][1] == f"{long}\n{long}"


def test_the_file_stays_open() -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    assert len(list(rows(file, Dialect()))) == 2
    file.seek(0)
    assert len(list(chain(rows(file, Dialect())))) == 2
    assert reading.LONGEST == 1_000_000
