"""CSV files that others published are read as they were meant: see csv_expectations.py."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from imports import control
from imports.csv import reading
from imports.csv.checking import Checker, Refusal
from imports.csv.dialect import NotCsv, detect
from imports.csv.mapping import from_names, key_of
from imports.csv.reading import named
from imports.models import ImportStatus
from imports.progress import figures
from inbox.models import Contact
from inbox.people.audit import Actor
from tests.factories import make_workspace
from tests.imports.csv.files import make_import
from tests.imports.planned import work_all
from tests.published.csv_expectations import EXPECTED, FOLDER, MISTAKES, REFUSED

SPECTRUM = sorted((FOLDER / "csv-spectrum/json").glob("*.json"))


@pytest.fixture(autouse=True)
def _storage(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


def read(name: str) -> tuple[list[str], list[reading.Row | reading.Broken]]:
    """Return the names of a file's columns and its rows of data."""
    data = (FOLDER / name).read_bytes()
    dialect = detect(data, whole=True)
    rows = list(reading.rows(io.BytesIO(data), dialect))
    if dialect.has_header:
        return named(rows[0].cells), rows[1:]
    return named([""] * len(rows[0].cells)), rows


def test_something_is_expected_of_every_file() -> None:
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.csv")} == {*EXPECTED, *REFUSED}


@pytest.mark.parametrize("name", EXPECTED)
def test_how_a_file_is_written_is_found_out(name: str) -> None:
    dialect = detect((FOLDER / name).read_bytes(), whole=True)
    expected = EXPECTED[name]
    assert (dialect.encoding, dialect.delimiter, dialect.quote, dialect.has_header) == (
        expected.encoding, expected.delimiter, '"', expected.has_header,
    )  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_csv_is_refused(name: str) -> None:
    with pytest.raises(NotCsv) as refused:
        detect((FOLDER / name).read_bytes(), whole=True)
    assert refused.value.code == REFUSED[name]


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_the_cells_are_those_of_the_json_beside_a_file(path: Any) -> None:
    file = f"csv-spectrum/csvs/{path.stem}.csv"
    columns, rows = read(file)
    # Some files have lost the CR of their line ends on their way here.
    has_cr = b"\r" in (FOLDER / file).read_bytes()
    said = json.loads(path.read_text() if has_cr else path.read_text().replace(r"\r\n", r"\n"))
    expected = [{**row, **MISTAKES.get(path.stem, {})} for row in (said if isinstance(said, list) else [said])]
    assert [dict(zip(columns, row.cells, strict=True)) for row in rows] == expected


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_that_cannot_be_taken_are_refused_and_no_others(name: str) -> None:
    columns, rows = read(name)
    mapping = from_names(columns, EXPECTED[name].mapping)
    checker = Checker(make_workspace(), mapping, key_of(mapping), columns)
    judged = [checker.check(row) for row in rows]
    assert len(judged) == EXPECTED[name].rows
    assert {said.number: said.code for said in judged if isinstance(said, Refusal)} == EXPECTED[name].refused


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_imported_and_its_outcomes_add_up(name: str) -> None:
    expected = EXPECTED[name]
    workspace = make_workspace()
    import_ = make_import(workspace, (FOLDER / name).read_bytes(), expected.mapping)
    control.start(import_, Actor(via="command line"))
    work_all()
    import_.refresh_from_db()
    found = figures(import_)
    assert import_.status == ImportStatus.FINISHED
    assert (found.total, found.created, found.updated, found.unchanged, found.refused) == (
        expected.rows, expected.created, 0, 0, len(expected.refused),
    )  # fmt: skip
    assert Contact.objects.filter(workspace=workspace).count() == expected.created
