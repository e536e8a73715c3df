"""What the columns of a file are: proposed, said by somebody, checked, remembered for the next file like it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils import timezone

from imports.csv import words
from imports.csv.fields import KEYS, LONGEST_KEY, OF_ACCOUNT, OF_CONTACT, UnknownField, label_of, normal, plain
from imports.csv.guessing import by_content, fits
from imports.csv.mended import REASON
from imports.csv.naming import by_name
from imports.errors import ImportRefused
from imports.models import Existing, Import, Key, RememberedMapping
from inbox.contacts.attributes import Definitions, definitions_of
from inbox.contacts.list_files import CONTACT_COLUMNS
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace

_NAMELESS = re.compile(r"Column \d+")
_IDENTITIES = ("email", "external_id")
_ACCOUNTS = ("account.external_id", "account.name")
# Of the rows of a sample, so many must have a user id for it to be the key.
_NEARLY_ALL = 0.95


class MappingRefused(ImportRefused):
    """The columns cannot be these fields. `code` is stable, `detail` says what to do; `column`: its place, or -1."""

    def __init__(self, code: str, detail: str, column: int = -1) -> None:
        super().__init__(code, detail)
        self.column = column


class Proposal(NamedTuple):
    """A field for each column ("" for none), the key, what is done with those who exist; from the last time?"""

    mapping: list[str]
    key: str
    existing: str
    remembered: bool


def propose(workspace: Workspace, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> Proposal:
    """Return what the columns are: as the last time, or else by their names and by what stands in them.

    No field is proposed twice. A column that nothing is known of is proposed as an attribute, so that nothing is lost.
    """
    if (last := _remembered(workspace, columns)) is not None:
        return last
    cells = [_said(sample, place) for place in range(len(columns))]
    mapping = _best(columns, cells)
    _settle_names(columns, mapping)
    if not any(field in mapping for field in _ACCOUNTS):
        mapping = ["" if field.startswith("account.") else field for field in mapping]
    _keep_the_rest(workspace, columns, mapping)
    return Proposal(mapping, _key_in(mapping, cells, len(sample)), Existing.UPDATE, remembered=False)


def from_names(columns: Sequence[str], said: Mapping[str, str]) -> list[str]:
    """Return the mapping that somebody says, column to field; columns that they do not name are left out.

    Raises MappingRefused (`unknown_column`, `unknown_field`, `duplicate_field`, `no_key`, `no_account`).
    """
    places = {column.casefold(): place for place, column in reversed(list(enumerate(columns)))}
    places |= {column: place for place, column in reversed(list(enumerate(columns)))}
    mapping = [""] * len(columns)
    for column, field in said.items():
        place = places.get(column, places.get(column.strip().casefold()))
        if place is None:
            there = ", ".join(columns[:20])
            raise MappingRefused("unknown_column", f"The file has no column “{column[:60]}”. It has {there}.")
        try:
            mapping[place] = normal(field)
        except UnknownField as unknown:
            raise MappingRefused("unknown_field", str(unknown), place) from unknown
    for problem in problems(columns, mapping, key_of(mapping)):
        raise problem
    return mapping


def problems(columns: Sequence[str], mapping: Sequence[str], key: str) -> list[MappingRefused]:
    """Return why a mapping of canonical fields cannot be imported by, in the order of the columns; none: it can.

    Codes: `wrong_length`, `unknown_field`, `duplicate_field`, `no_key`, `key_not_mapped`, `no_account`.
    """
    if len(mapping) != len(columns):
        return [MappingRefused("wrong_length", f"There are {len(columns)} columns. Say of each what it is.")]
    found: list[MappingRefused] = []
    taken: dict[str, int] = {}
    for place, field in enumerate(mapping):
        column = columns[place]
        if field and not _is_canonical(field):
            found.append(MappingRefused("unknown_field", f"“{column}”: there is no field “{field[:60]}”.", place))
        elif field in taken:
            told = f"“{columns[taken[field]]}” and “{column}” are both “{label_of(field)}”. Leave one of them out."
            found.append(MappingRefused("duplicate_field", told, place))
        elif field:
            taken[field] = place
    return [*found, *_without_key(taken, key), *_without_account(columns, taken)]


def _without_key(taken: Mapping[str, int], key: str) -> Iterator[MappingRefused]:
    if not any(field in taken for field in _IDENTITIES):
        told = "No column is the email or the user id. Choose one: a contact is known by it."
        yield MappingRefused("no_key", told)
    elif key not in taken:
        told = f"Contacts are to be known by “{label_of(key)}”, and no column is that. Choose one, or the other key."
        yield MappingRefused("key_not_mapped", told)


def _without_account(columns: Sequence[str], taken: Mapping[str, int]) -> Iterator[MappingRefused]:
    of_account = [place for field, place in taken.items() if field.startswith("account.")]
    if of_account and not any(field in taken for field in _ACCOUNTS):
        told = f"“{columns[of_account[0]]}” is of an account. Choose the column with the account's name or id too."
        yield MappingRefused("no_account", told, of_account[0])


def key_of(mapping: Sequence[str]) -> str:
    """Return the key where nobody chose one: the email, or the user id where no column is an email."""
    return Key.EXTERNAL_ID if "external_id" in mapping and "email" not in mapping else Key.EMAIL


def remember(import_: Import) -> None:
    """Keep what the columns of an import are, for the next file with the same headings."""
    kept = _to_remember(import_.columns)
    if not kept or len(import_.mapping) != len(import_.columns):
        return
    values = {
        "mapping": [import_.mapping[place] for place in kept],
        "key": import_.key,
        "existing": import_.existing,
        "used_at": timezone.now(),
    }
    RememberedMapping.objects.update_or_create(
        workspace_id=import_.workspace_id, headings=_headings(import_.columns), defaults=values
    )


def _remembered(workspace: Workspace, columns: Sequence[str]) -> Proposal | None:
    kept = _to_remember(columns)
    if not kept:
        return None
    last = RememberedMapping.objects.filter(workspace=workspace, headings=_headings(columns)).first()
    if last is None or len(last.mapping) != len(kept):
        return None
    mapping = [""] * len(columns)
    for place, field in zip(kept, last.mapping, strict=True):
        mapping[place] = field
    return None if problems(columns, mapping, last.key) else Proposal(mapping, last.key, last.existing, remembered=True)


def _to_remember(columns: Sequence[str]) -> list[int]:
    """Return the places of the columns that tell files apart: not the reason why a row was refused, which a mended file
    has more. None where the columns have no names: then nothing tells."""
    if all(_NAMELESS.fullmatch(column) for column in columns):
        return []
    return [place for place, column in enumerate(columns) if not _is_reason(column)]


def _headings(columns: Sequence[str]) -> str:
    said = [columns[place] for place in _to_remember(columns)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _is_reason(column: str) -> bool:
    return column.strip().casefold() == REASON


def _said(sample: Sequence[Sequence[str]], place: int) -> list[str]:
    return [cell for row in sample if place < len(row) and (cell := row[place].strip())]


def _best(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Return for each column the field that it is, the surest taken first; "" where there is none."""
    mapping = [""] * len(columns)
    left_out = _left_out(columns)
    named = sorted(
        (
            (-sure, not cells[place], place, field)
            for place, column in enumerate(columns)
            for field, sure in [by_name(column)]
        ),
    )
    for _, _, place, field in named:
        if field and field not in mapping and place not in left_out and fits(field, cells[place]):
            mapping[place] = field
    nameless = all(_NAMELESS.fullmatch(column) for column in columns)
    for place, column in enumerate(columns):
        # A name that says something else than what stands there is a name of something else: "Email of the boss".
        if mapping[place] or place in left_out or not (nameless or _may_be(column)):
            continue
        field = by_content(cells[place], without_names=nameless)
        if field and field not in mapping and not (field == "name" and "first_name" in mapping):
            mapping[place] = field
    return mapping


def _may_be(column: str) -> bool:
    return bool(_NAMELESS.fullmatch(column)) or not by_name(column)[0]


def _settle_names(columns: Sequence[str], mapping: list[str]) -> None:
    """Take a "Name" beside a first name for the family name, as half of Europe writes it."""
    if "first_name" in mapping and "name" in mapping and "last_name" not in mapping:
        place = mapping.index("name")
        if "full" not in plain(columns[place]) and "display" not in plain(columns[place]):
            mapping[place] = "last_name"


def _left_out(columns: Sequence[str]) -> set[int]:
    ours = list(columns[: len(CONTACT_COLUMNS)]) == CONTACT_COLUMNS
    return {
        place for place, column in enumerate(columns) if _is_reason(column) or (ours and column in words.OURS_ALONE)
    }


def _keep_the_rest(workspace: Workspace, columns: Sequence[str], mapping: list[str]) -> None:
    """Make attributes of the columns without a field: of those that the workspace has defined, or by their headings."""
    defined = {
        **_known(definitions_of(workspace.pk, ProfileKind.ACCOUNT), OF_ACCOUNT),
        **_known(definitions_of(workspace.pk, ProfileKind.CONTACT), OF_CONTACT),
    }
    if not any(field in mapping for field in _ACCOUNTS):
        defined = {name: field for name, field in defined.items() if not field.startswith(OF_ACCOUNT)}
    taken = set(mapping)
    left_out = _left_out(columns)
    for place, column in enumerate(columns):
        if mapping[place] or place in left_out:
            continue
        field = defined.get(plain(column), "")
        if not field or field in taken:
            field = f"{OF_CONTACT}{column[:LONGEST_KEY].strip()}"
        if field not in taken:
            mapping[place] = field
            taken.add(field)


def _known(definitions: Definitions, group: str) -> dict[str, str]:
    by_label = {plain(one.label): f"{group}{key}" for key, one in definitions.items()}
    return {**by_label, **{plain(key): f"{group}{key}" for key in definitions}}


def _key_in(mapping: Sequence[str], cells: Sequence[Sequence[str]], rows: int) -> str:
    if "external_id" in mapping and rows and len(cells[mapping.index("external_id")]) >= rows * _NEARLY_ALL:
        return Key.EXTERNAL_ID
    return key_of(mapping)


def _is_canonical(field: str) -> bool:
    if field in KEYS:
        return True
    try:
        return normal(field) == field
    except UnknownField:
        return False
