"""What one row says of a contact and of its account, or why it cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from imports import storing
from imports.chunks import ContactRow
from imports.csv.cells import CellRefused, Take, taker
from imports.csv.dialect import Dialect
from imports.csv.fields import OF_ACCOUNT, OF_CONTACT, label_of
from imports.csv.mended import as_it_was
from imports.csv.reading import Broken, Row, rows
from imports.models import Import
from inbox.contacts.attributes import MAX_BYTES, definitions_of, too_large
from inbox.contacts.list_files import CONTACT_COLUMNS
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace
from inbox.people.zones import zone_of

# Different accounts that are remembered; files name the same ones again and again.
_REMEMBERED = 20_000
_MOST_TOLD = 3
_SLOTS = {name: place for place, name in enumerate(ContactRow._fields)}
_FIRST, _LAST = len(_SLOTS), len(_SLOTS) + 1
_NAME, _EMAIL, _EXTERNAL_ID, _ATTRIBUTES = (_SLOTS[name] for name in ("name", "email", "external_id", "attributes"))
_ACCOUNT_ID, _ACCOUNT_NAME = _SLOTS["account_id"], _SLOTS["account_name"]
_BLANK = [None, *ContactRow(0)[1:], None, None]


class Refusal(NamedTuple):
    """A row that cannot be taken: `code` is stable, `detail` says what to do; `column`: the place at fault, or -1."""

    number: int
    code: str
    detail: str
    column: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class AccountSaid:
    """What a row says of its account: its id or its name, one of them, and fields as chunks.AccountRow has them.

    Rows that say the same share one.
    """

    external_id: str | None
    name: str | None
    values: dict[str, Any]


class Checked(NamedTuple):
    """What a row says."""

    contact: ContactRow
    account: AccountSaid | None


class Previewed(NamedTuple):
    """One of the first rows of a file, its cells as they stand there, and why it would be refused, if it would."""

    number: int
    cells: list[str]
    refusal: Refusal | None


class Checker:
    """Checks rows by a mapping of canonical fields, one for each column ("" for none).

    `columns` are their names, by which refusals speak of them. Two queries when it is made, none afterwards.
    """

    def __init__(self, workspace: Workspace, mapping: Sequence[str], key: str, columns: Sequence[str] = ()) -> None:
        self._width = len(mapping)
        self._names = list(columns) or [label_of(field) for field in mapping]
        self._key = label_of(key)
        self._mapped = {field for field in mapping if field}
        zone = zone_of(workspace.timezone)
        definitions = [definitions_of(workspace.pk, kind) for kind in (ProfileKind.CONTACT, ProfileKind.ACCOUNT)]
        self._contact: list[tuple[int, int, Take]] = []
        self._texts: list[tuple[int, str]] = []
        self._attributes: list[tuple[int, str, Take]] = []
        self._account: list[tuple[int, str, Take]] = []
        for place, field in enumerate(mapping):
            if not field:
                continue
            take = taker(field, zone, *definitions)
            if field.startswith("account."):
                self._account.append((place, field, take))
            elif field.startswith(OF_CONTACT):
                self._add_attribute(place, field.removeprefix(OF_CONTACT), take)
            else:
                self._contact.append(
                    (place, {"first_name": _FIRST, "last_name": _LAST}.get(field) or _SLOTS[field], take)
                )
        self._cells_of_account = itemgetter(*(place for place, _, _ in self._account)) if self._account else None
        self._accounts: dict[Any, AccountSaid | None] = {}
        # Our own lists of contacts were made harmless for spreadsheets.
        self._is_ours = list(columns[: len(CONTACT_COLUMNS)]) == CONTACT_COLUMNS

    def _add_attribute(self, place: int, key: str, take: Take) -> None:
        if take is str.strip:  # most are, and may hold any text
            self._texts.append((place, key))
        else:
            self._attributes.append((place, key, take))

    def check(self, row: Row | Broken) -> Checked | Refusal:
        """Return what a row says, or why it is refused. Cells that are empty say nothing."""
        if isinstance(row, Broken):
            return Refusal(row.number, row.code, row.detail)
        number, cells = row
        if len(cells) != self._width:
            if any(cell.strip() for cell in cells[self._width :]):
                return self._too_many(number, cells)
            cells = cells[: self._width] + [""] * (self._width - len(cells))
        if self._is_ours:
            cells = [as_it_was(cell) for cell in cells]
        try:
            return self._checked(number, cells)
        except CellRefused as refused:
            return self._refused(number, cells, refused)

    def _checked(self, number: int, cells: list[str]) -> Checked | Refusal:
        made: list[Any] = _BLANK.copy()
        made[0] = number
        for place, slot, take in self._contact:
            if cell := cells[place]:
                made[slot] = take(cell)
        if made[_EMAIL] is None and made[_EXTERNAL_ID] is None:
            return self._nobody(number, cells)
        if self._texts or self._attributes:
            made[_ATTRIBUTES] = self._attributes_of(cells)
        account = None
        if self._cells_of_account is not None:
            account = self._account_of(cells)
            if account is not None:
                made[_ACCOUNT_ID], made[_ACCOUNT_NAME] = account.external_id, account.name
        last, first = made.pop(), made.pop()
        if made[_NAME] is None and (first or last):
            made[_NAME] = f"{first or ''} {last or ''}".strip()[:255]
        return Checked(tuple.__new__(ContactRow, made), account)

    def _attributes_of(self, cells: list[str]) -> dict[str, Any] | None:
        attributes: dict[str, Any] = {}
        for place, key in self._texts:
            if text := cells[place].strip():
                attributes[key] = text
        for place, key, take in self._attributes:
            if (cell := cells[place]) and (value := take(cell)) is not None:
                attributes[key] = value
        # No sign is longer than six bytes as JSON.
        if sum(map(len, cells)) * 6 > MAX_BYTES // 2 and too_large(attributes):
            told = f"All attributes of a contact together hold {MAX_BYTES // 1024} KB at most. Shorten the longest one."
            raise CellRefused("attributes_too_large", told)
        return attributes or None

    def _account_of(self, cells: list[str]) -> AccountSaid | None:
        assert self._cells_of_account is not None
        said = self._cells_of_account(cells)
        try:
            return self._accounts[said]
        except KeyError:
            pass
        found = self._account_said(cells)
        if len(self._accounts) >= _REMEMBERED:
            self._accounts.clear()
        self._accounts[said] = found
        return found

    def _account_said(self, cells: list[str]) -> AccountSaid | None:
        values: dict[str, Any] = {}
        attributes: dict[str, Any] = {}
        for place, field, take in self._account:
            value = take(cells[place])
            if value is None:
                continue
            if field.startswith(OF_ACCOUNT):
                attributes[field.removeprefix(OF_ACCOUNT)] = value
            else:
                values[field.removeprefix("account.")] = value
        external_id, name = values.pop("external_id", None), values.get("name")
        if external_id is None and name is None:
            return None  # nobody could tell whose they are
        if attributes:
            values["attributes"] = attributes
        return AccountSaid(external_id, None if external_id is not None else name, values)

    def _refused(self, number: int, cells: list[str], first: CellRefused) -> Refusal:
        """Return all that is wrong with the cells of a row, so that it is mended at once."""
        found = [
            (place, refused.code, f"“{self._names[place]}” is “{_short(cells[place])}”. {refused}")
            for place, refused in self._flaws(cells)
        ]
        if not found:  # no single cell is
            return Refusal(number, first.code, str(first))
        place, code, _ = found[0]
        return Refusal(number, code, " ".join(told for _, _, told in found[:_MOST_TOLD]), place)

    def _flaws(self, cells: list[str]) -> Iterator[tuple[int, CellRefused]]:
        for place, _, take in sorted([*self._contact, *self._attributes, *self._account], key=itemgetter(0)):
            try:
                take(cells[place])
            except CellRefused as refused:
                yield place, refused

    def _nobody(self, number: int, cells: list[str]) -> Refusal:
        if not any(cell.strip() for cell in cells):
            return Refusal(number, "empty_row", "The row is empty. Fill it, or take it out.")
        names = [name for name in ("email", "external_id") if name in self._mapped]
        told = " nor ".join(label_of(name).lower() for name in names)
        return Refusal(number, "no_key", f"It has no {told}. Write one: a contact is known by it.")

    def _too_many(self, number: int, cells: list[str]) -> Refusal:
        told = f"It has {len(cells)} cells for {self._width} columns. Put quotes around a cell that holds a delimiter."
        return Refusal(number, "too_many_cells", told)


def checker_of(import_: Import) -> Checker:
    """Return the checker of an import's rows."""
    return Checker(import_.workspace, import_.mapping, import_.key, import_.columns)


def data_rows(import_: Import, file: Any) -> Iterator[Row | Broken]:
    """Yield the rows of an import's file without the one that names the columns."""
    dialect = Dialect.from_json(import_.dialect)
    return islice(rows(file, dialect), int(dialect.has_header), None)


def preview(import_: Import, limit: int = 20) -> list[Previewed]:
    """Return the first rows of an import's file, and what is wrong with them. Raises storing.FileGone."""
    checker = checker_of(import_)
    with storing.open_file(import_) as file:
        found = list(islice(data_rows(import_, file), limit))
    judged = ((row, checker.check(row)) for row in found)
    return [Previewed(row.number, row.cells, said if isinstance(said, Refusal) else None) for row, said in judged]


def _short(cell: str) -> str:
    said = " ".join(cell.split())
    return said if len(said) <= 60 else f"{said[:59]}…"
