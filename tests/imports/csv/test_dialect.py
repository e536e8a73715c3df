"""How a file is written is found out from its first bytes."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from imports.csv.dialect import Dialect, bounded, detect
from tests.imports.csv.files import cells, read


def dialect(text: str) -> Dialect:
    return detect(text.encode(), whole=True)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;price;qty\nBob;1,5;2\nAnn;2,75;3\n", ";"),
        ("1,5;2,5;3\n1,7;2,5;4\n", ";"),
        ("name;email;notes\nBob;b@x.example;Hello, world, again\nAnn;a@x.example;nothing\n", ";"),
        ("name|email|tags\nBob|b@x.example|a,b\nAnn|a@x.example|a,b,c\n", "|"),
        ('name\temail\tnote\nBob\tb@x.example\t5" disk\nAnn\ta@x.example\tx\n', "\t"),
        ("email,at\na@b.example,2026-01-31 10:00:00\nb@c.example,2026-01-31 11:00:00\n", ","),
        ("email\na@b.example\n", ","),
        ("name;email\n", ";"),
        ("email,id\n;;;\n;;;\n;;;\n", ","),
        ("sep=;\na,b,c\n1,2,3\n", ";"),
        ("sep=;\nname;email\nBob, Jr;b@x.example\n", ";"),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert dialect(text).delimiter == delimiter


def test_quotes_are_found_whichever_they_are() -> None:
    assert cells(b"'name','email'\n'Bob, Jr','b@x.example'\n'Ann','a@x.example'\n")[1] == ["Bob, Jr", "b@x.example"]
    assert cells(b"name,email\nO'Brien,b@x.example\n'n Roll,a@x.example\n")[2] == ["'n Roll", "a@x.example"]
    assert cells(b'name, email\n"Bob, Jr", "b@x.example"\n"Ann", "a@x.example"\n')[1] == ["Bob, Jr", "b@x.example"]
    assert cells(b'name,note\n"Bob","He said \\"hi\\", ok"\n"Ann","x"\n')[1] == ["Bob", 'He said "hi", ok']


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("name,email\nRuth,ruth@x.example\n", True),
        ("Ruth,ruth@x.example\nBob,bob@x.example\n", False),
        ("ruth@x.example\nbob@x.example\n", False),
        ("a,b,c\n1,2,3\n", True),
        ("1,2,3\n4,5,6\n", False),
        ("1,2,3\n", False),
        ("name,2025,2026\nRuth,much,little\n", True),
        ("Vorname;Nachname\nRuth;Adler\n", True),
    ],
)
def test_the_first_row_is_taken_for_names_unless_it_is_like_the_others(text: str, has_header: bool) -> None:
    assert dialect(text).has_header is has_header


def test_titles_above_the_table_are_left_out_and_still_counted() -> None:
    found = read(b"Contacts export,,\n\nMade in 2026,,\nname,email,phone\nRuth,r@x.example,1\n")
    assert [(row.number, row.cells[0]) for row in found] == [(4, "name"), (5, "Ruth")]
    assert read(b"r@x.example,,\nb@x.example,Bob,1\n")[0].number == 1


def test_a_dialect_is_kept_as_json() -> None:
    made = replace(dialect("sep=;\nname;email\n"), encoding="cp1252", mended=True)
    assert Dialect.from_json(made.as_json()) == made
    assert Dialect.from_json({"encoding": "cp1252"}) == Dialect("cp1252")


def test_2000_columns_are_read() -> None:
    names = [f"Column number {place}" for place in range(2_000)]
    head = (",".join(names) + "\n" + ",".join("x" * 2_000) + "\n").encode()
    assert cells(head)[0] == names
    assert detect(head, whole=False).has_header


def test_odd_bytes_are_looked_at_for_a_bounded_time() -> None:
    """The detector that is asked takes a minute for 32,000 letters with points in them. What it is given is bounded."""
    chance = random.Random(7)
    odd = ["a." * 60_000, "1" * 120_000, '"' * 100_000, ",;|\t" * 30_000, "http://" + "a." * 60_000, "O'a " * 30_000]
    odd += ["".join(chance.choices(",;|\t\"'\\\n ab1.@/", k=100_000)) for _ in range(5)]
    for text in odd:
        assert len(bounded(text)) <= 6_000
        assert max(map(len, re.split(r"[\s,;|\"'\\]", bounded(text)))) <= 24
        assert dialect(text).delimiter in ",;|\t"
