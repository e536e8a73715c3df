"""The checked rows of a batch, in the storage as lines of JSON: read by whichever worker has the batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypedDict

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pydantic_core import from_json, to_json

from imports.models import Batch, BatchKind, Import

# Rows of one batch: some seconds of work, and a few MB of memory.
ROWS = 5_000


class ContactRow(NamedTuple):
    """What one row says of a contact. None: nothing, and what is there stays.

    `number` is the row's number in its file as a spreadsheet shows it. Times are ISO 8601 with an offset. Of
    `account_id` and `account_name` at most one is set. Where `proves` is false, what it names stays a claim.
    `source_id` is its id in the system that it comes from, `changed_at` when it changed there last.
    """

    number: int
    email: str | None = None
    external_id: str | None = None
    phone: str | None = None
    name: str | None = None
    timezone: str | None = None
    signed_up_at: str | None = None
    last_seen_at: str | None = None
    account_id: str | None = None
    account_name: str | None = None
    attributes: dict[str, Any] | None = None
    source_id: str | None = None
    proves: bool = True
    changed_at: str | None = None


class AccountRow(NamedTuple):
    """What an import says of one account, known by `external_id` or, where there is none, by its name in upper case.

    `values` are fields of `inbox.models.Account`; days are "2026-01-31". Each account has one row in a whole import.
    """

    number: int
    external_id: str | None
    name_key: str | None
    values: dict[str, Any]


class Verdicts(TypedDict, total=False):
    """What only the whole file shows of single rows, by their numbers.

    `superseded`: a later row has the same key and wins. `claims_email`, `claims_phone`: an earlier row proves the same
    value, so here it stays a claim. `refusals`: [number, code, what to do about it]. `went_on`: of conversations, the
    keys of those that were there before and to which the batch added.
    """

    superseded: list[int]
    claims_email: list[int]
    claims_phone: list[int]
    refusals: list[list[Any]]
    went_on: list[int]


def folder(import_: Import) -> str:
    """Return where in the storage all files of an import are."""
    return f"imports/{import_.public_id.hex}"


def write(import_: Import, kind: BatchKind, number: int, rows: Iterable[ContactRow | AccountRow]) -> str:
    """Store the rows of a batch and return the file's name in the storage."""
    return write_json(import_, kind, number, rows)


def write_json(import_: Import, kind: BatchKind, number: int, rows: Iterable[Any]) -> str:
    """Store a batch's rows, each anything that JSON holds, and return the file's name in the storage."""
    return write_lines(import_, kind, number, [to_json(row) for row in rows])


def write_lines(import_: Import, kind: BatchKind, number: int, lines: Iterable[bytes]) -> str:
    """Store a batch's rows, each as JSON already, and return the file's name in the storage."""
    name = f"{folder(import_)}/{kind.name.lower()}-{number:06d}.jsonl"
    return default_storage.save(name, ContentFile(b"".join(b"%b\n" % line for line in lines)))


def delete(batch: Batch) -> None:
    """Delete a batch's rows from the storage."""
    if batch.file:
        default_storage.delete(batch.file)


def read_contacts(batch: Batch) -> Iterator[ContactRow]:
    """Yield the rows of a batch of contacts."""
    return (ContactRow(*row) for row in read_json(batch))


def read_accounts(batch: Batch) -> Iterator[AccountRow]:
    """Yield the rows of a batch of accounts."""
    return (AccountRow(*row) for row in read_json(batch))


def read_json(batch: Batch) -> Iterator[Any]:
    """Yield the rows of a batch as JSON has them."""
    if not batch.file:
        return
    with default_storage.open(batch.file) as file:
        for line in file:
            yield from_json(line)
