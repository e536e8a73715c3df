"""How an import of a file begins: its parts come in, and once it is whole it is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from imports import control, storing
from imports.csv import mapping, reading
from imports.csv.dialect import Dialect, NotCsv, detect
from imports.csv.mended import is_mended
from imports.errors import ImportRefused
from imports.models import Import, ImportStatus, Source
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission, require

# So much of a file is looked at to find out what it is; so many of its rows, to propose what its columns are.
HEAD = 1024 * 1024
SAMPLE = 200
# About the memory that these may take, and each of their cells beside its text; in bytes.
HEAVIEST = 16 * 1024 * 1024
CELL = 60
MOST_COLUMNS = 2_000
# Uploads of one teammate that wait to be gone on with.
MOST_WAITING = 20


class FileRefused(ImportRefused):
    """The file cannot be imported."""


class PartsMissing(Exception):
    """The file is not whole yet: the parts with these `numbers` are still to come."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(f"{len(numbers)} parts are missing")
        self.numbers = numbers


@dataclass(frozen=True)
class Look:
    """The first rows of a file: the names of its columns, some rows of data, and about how many there are in all."""

    columns: list[str]
    sample: list[list[str]]
    rows: int
    is_exact: bool


def begin(workspace: Workspace, by: Teammate, name: str, *, size: int = 0, changed: str = "") -> Import:
    """Make an import that waits for the parts of a file of `size` bytes (0: not known yet), last changed at `changed`.

    Whoever begins the same file again while it is uploaded goes on with it. Raises Forbidden, FileRefused.
    """
    require(by, Permission.IMPORT)
    if size > storing.LARGEST:
        raise FileRefused("too_large", storing.too_large(size))
    name = _plain(name)
    mine = Import.objects.filter(workspace=workspace, by=by, source=Source.CSV, status=ImportStatus.UPLOADING)
    with transaction.atomic():
        Teammate.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks at once are one upload
        same = mine.filter(name=name, size=size, options__changed=changed).order_by("-id").first() if size else None
        if same is not None:
            return same
        if mine.count() >= MOST_WAITING:
            raise FileRefused(
                "too_many_uploads", f"{MOST_WAITING} uploads are not complete. Go on with one, or cancel it."
            )
        options = {"changed": changed, "parts": {}}
        return Import.objects.create(
            workspace=workspace, by=by, source=Source.CSV, name=name, size=size, options=options
        )


def receive(import_: Import, uploaded: storing.Readable, size: int) -> None:
    """Take in a file that came in one piece of `size` bytes, and look at it. Raises FileRefused."""
    if size > storing.LARGEST:
        _end(import_, refused := FileRefused("too_large", storing.too_large(size)))
        raise refused
    whole = storing.store(import_, uploaded)
    complete(import_, storing.parts_of(whole), whole)


def complete(import_: Import, parts: int, size: int) -> None:
    """Look at a file whose parts have all come: how it is written, and what its columns may be. Then it is READY.

    Raises PartsMissing, or FileRefused: for another file than was announced, and for one that is no CSV, which is the
    end of its import.
    """
    import_.refresh_from_db()
    if import_.status != ImportStatus.UPLOADING:
        if import_.status == ImportStatus.READY:
            return  # asked for twice
        raise FileRefused("not_uploading", "This upload is over. Begin a new import for another file.")
    if (parts, size) != (storing.parts_of(import_.size), import_.size):
        detail = f"The file has changed while it was uploaded: {size} bytes, and {import_.size} were announced."
        raise FileRefused("wrong_size", f"{detail} Begin a new import with it.")
    if numbers := storing.missing(import_):
        raise PartsMissing(numbers)
    try:
        fields = _look(import_, _dialect(import_))
    except NotCsv as not_csv:
        code = "file_empty" if not_csv.code == "empty" else "not_csv"
        _end(import_, refused := FileRefused(code, not_csv.detail))
        raise refused from not_csv
    except FileRefused as refused:
        _end(import_, refused)
        raise
    _keep(import_, fields)


def read_again(import_: Import, *, has_header: bool) -> None:
    """Take the first row for the columns' names, or for data, and propose anew what the columns are.

    Raises ImportRefused, storing.FileGone.
    """
    dialect = replace(Dialect.from_json(import_.dialect), has_header=has_header)
    fields = _look(import_, dialect)
    with transaction.atomic():
        held = Import.objects.select_for_update(of=("self",)).get(pk=import_.pk)
        fields["options"] = {**held.options, **fields["options"]}
        control.change(import_, **fields)


def look_at(import_: Import, dialect: Dialect, most: int = SAMPLE) -> Look:
    """Read the first rows of a file. Raises FileRefused where there is none, or there are too many columns."""
    with storing.open_file(import_) as file:
        found = reading.rows(file, dialect)
        rows, ended = _first(found, most + 2)
        # What follows is counted, where that is soon done.
        whole = ended or import_.size <= HEAD
        rest = sum(1 for _ in found) if whole else 0
        del found  # it has a hold on the file
    if not rows:
        raise FileRefused("file_empty", "There is no row in this file. Choose another one.")
    header = rows.pop(0).cells if dialect.has_header else [""] * max(len(row.cells) for row in rows)
    if len(header) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", f"{MOST_COLUMNS:,} columns are the most. This file has {len(header):,}.")
    columns = reading.named(header)
    read = [row for row in rows if isinstance(row, reading.Row)]
    count = len(rows)
    about = count + rest if whole else _estimate(import_.size, dialect, read)
    return Look(columns, [row.cells for row in read[:most]], about, whole)


def _first(found: Iterable[reading.Row | reading.Broken], most: int) -> tuple[list[reading.Row | reading.Broken], bool]:
    """Return the first rows, fewer where they are large, and whether these are all."""
    rows: list[reading.Row | reading.Broken] = []
    weight = 0
    for row in found:
        rows.append(row)
        weight += sum(len(cell) + CELL for cell in row.cells)
        if len(rows) >= most or weight > HEAVIEST:
            return rows, False
    return rows, True


def _look(import_: Import, dialect: Dialect) -> dict[str, Any]:
    """Return what is found out about a file, as its import's fields."""
    look = look_at(import_, dialect)
    mended = dialect.has_header and is_mended(look.columns)
    if mended != dialect.mended:
        dialect = replace(dialect, mended=mended)
        look = look_at(import_, dialect)
    proposal = mapping.propose(import_.workspace, look.columns, look.sample)
    return {
        "dialect": dialect.as_json(),
        "columns": look.columns,
        "mapping": proposal.mapping,
        "key": proposal.key,
        "existing": proposal.existing,
        "options": {
            "proposed": proposal.mapping,
            "remembered": proposal.remembered,
            "rows": look.rows,
            "rows_are_exact": look.is_exact,
        },
    }


def _keep(import_: Import, fields: dict[str, Any]) -> None:
    """Write down what was seen of a file that has just come, if its upload was not cancelled meanwhile."""
    with transaction.atomic():
        waits = Import.objects.select_for_update(of=("self",)).filter(status=ImportStatus.UPLOADING)
        held = waits.filter(pk=import_.pk).first()
        if held is not None:
            # Of parts that came more than once only the last is the file's.
            parts = {number: ending for number, ending in held.options.get("parts", {}).items() if ending}
            fields["options"] = {**held.options, **fields["options"], "parts": parts}
            values = {**fields, "parts": storing.parts_of(import_.size), "status": ImportStatus.READY}
            Import.objects.filter(pk=import_.pk).update(**values)
    import_.refresh_from_db()


def _dialect(import_: Import) -> Dialect:
    with storing.open_file(import_) as file:
        head = file.read(HEAD)
    return detect(head, whole=import_.size <= HEAD)


def _estimate(size: int, dialect: Dialect, read: list[reading.Row]) -> int:
    """Return about how many rows a file has, by the length of its first ones."""
    letters = "".join(",".join(row.cells) + "\n" for row in read)
    return round(size * len(read) / max(1, len(letters.encode(dialect.encoding, "replace"))))


def _end(import_: Import, refused: FileRefused) -> None:
    """End an import whose file is of no use, and delete that."""
    now = timezone.now()
    Import.objects.filter(pk=import_.pk).update(status=ImportStatus.FAILED, error=refused.detail[:500], finished_at=now)
    storing.delete_files(import_)
    import_.refresh_from_db()


def _plain(name: str) -> str:
    """Return a file's name as it is shown: no folders, no control characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in base if sign.isprintable())[:255] or "file.csv"
