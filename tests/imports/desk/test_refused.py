"""The rows that were refused: downloaded with their reasons, mended, and imported again."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import refused
from imports.csv.mended import REASON, as_it_was, is_mended
from imports.models import ImportStatus
from inbox.csv_lines import safe_cell
from inbox.models import Contact
from tests.imports.desk.conftest import at, choose, imported, told, upload, work

MESSY = (
    "E-Mail;Name;Telefon;Notiz\r\n"
    "nadia@example.com;Nadia;;\r\n"
    '=cmd@x;=HYPERLINK(1);+49 30 1;"a;\r\nb"\r\n'
    "ben@example.com;Ben;;-1;zu viel\r\n"
    "@nobody;'quoted;;\r\n"
    "zoe@example.com;Zoë;;€\r\n"
).encode("cp1252")


def download(desk, import_) -> list[list[str]]:
    answer = desk.get(at(import_, "refused"))
    assert answer["Content-Disposition"].startswith("attachment")
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(refused.BOM)
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def as_bytes(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_the_download_has_each_refused_row_as_it_came_with_the_reason_before_it(desk) -> None:
    import_ = imported(desk, MESSY)
    assert import_.refused == 3
    head, *rows = download(desk, import_)
    assert head == [REASON, "E-Mail", "Name", "Telefon", "Notiz"]
    assert [row[1:] for row in rows] == [
        ["'=cmd@x", "'=HYPERLINK(1)", "'+49 30 1", "a;\r\nb"],
        ["ben@example.com", "Ben", "", "'-1", "zu viel"],
        ["'@nobody", "'quoted", "", ""],
    ]
    assert all(row[0] for row in rows)
    assert "5 cells for 4 columns" in rows[1][0]


def test_mended_and_imported_again_the_rows_are_what_they_were(desk) -> None:
    head, first, second, third = download(desk, imported(desk, MESSY))
    first[1], third[1] = "cem@example.com", "dia@example.com"
    again = upload(desk, as_bytes([head, first, second[:5], third]), "refused.csv")
    assert again.mapping == ["", "email", "name", "phone", "attributes.Notiz"]
    choose(desk, again, "import")
    work()
    again.refresh_from_db()
    assert (again.status, again.created, again.refused) == (ImportStatus.FINISHED, 3, 0)
    found = {contact.email: contact for contact in Contact.objects.all()}
    assert found["cem@example.com"].name == "=HYPERLINK(1)"
    assert found["dia@example.com"].name == "'quoted"
    assert found["ben@example.com"].attributes == {"Notiz": "-1"}


def test_what_is_refused_again_comes_with_one_reason(desk) -> None:
    again = imported(desk, as_bytes(download(desk, imported(desk, MESSY))), "refused.csv")
    assert again.refused == 3
    head, *rows = download(desk, again)
    assert head == [REASON, "E-Mail", "Name", "Telefon", "Notiz"]
    assert [row[1] for row in rows] == ["'=cmd@x", "ben@example.com", "'@nobody"]


def test_rows_that_cannot_be_read_are_in_the_download_too(desk) -> None:
    text = b'Email,Name\na@example.com,Ann\nb@example.com,B\0en\n"c@example.com,Cem\nd@example.com,Dia\n'
    import_ = imported(desk, text)
    assert (import_.created, import_.refused) == (2, 2)
    assert [row[0][:25] for row in download(desk, import_)[1:]] == [
        "Cell 2 holds a NUL, which",
        "A quote that is opened in",
    ]


def test_a_check_offers_its_refused_rows_too(desk) -> None:
    import_ = upload(desk, MESSY)
    choose(desk, import_, "check")
    work()
    assert len(download(desk, import_)) == 4


def test_the_page_shows_the_first_of_them_and_how_often_each_reason_was(desk) -> None:
    rows = "".join(f"nobody{number}\n" for number in range(60))
    import_ = upload(desk, f"Email\n{rows},x,y\n".encode())
    choose(desk, import_, "import", field_0="email")
    work()
    page = desk.get(at(import_))
    assert len(page.context["refused"]) == 50
    assert [reason.rows for reason in page.context["reasons"]] == [60, 1]
    assert "These are the first 50" in told(page)


@given(st.text(max_size=12) | st.from_regex(r"[='+\-@|%\t\r\n ]{0,4}[a-z]?", fullmatch=True))
def test_a_cell_that_was_made_harmless_is_again_what_it_was(cell: str) -> None:
    safe = safe_cell(cell)
    assert as_it_was(safe) == cell or safe == cell
    # What nobody made harmless keeps its apostrophe.
    if safe_cell(cell[1:]) != cell:
        assert as_it_was(cell) == cell


@pytest.mark.parametrize(("columns", "ours"), [([REASON, "a"], True), ([], False), (["a", REASON], False)])
def test_a_file_of_ours_is_known_by_its_first_heading(columns, ours) -> None:
    assert is_mended(columns) is ours
