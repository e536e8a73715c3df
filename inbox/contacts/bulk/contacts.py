"""Contacts in sets: found, judged, written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from inbox.contacts.bulk import statements as sql
from inbox.contacts.bulk.accounts import outcome_of
from inbox.contacts.bulk.outcome import Outcome, Retry
from inbox.contacts.bulk.staging import fetch, run, stage
from inbox.contacts.erasing.tombstones import Handle, erased_among
from inbox.models import ErasedHandle
from inbox.models.contacts import IdentityKind
from inbox.people.ids import new_public_id
from inbox.people.models import Workspace

ERASED = (
    "Somebody known by this was erased, on request, and no import brings them back. Leave the row out; if they have "
    "come back themselves, make the contact by hand."
)


class Row(Protocol):
    """What one row says of a contact. None: nothing. Emails are normalised, times ISO 8601 with an offset."""

    @property
    def number(self) -> int: ...
    @property
    def email(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def signed_up_at(self) -> str | None: ...
    @property
    def last_seen_at(self) -> str | None: ...
    @property
    def account_id(self) -> str | None: ...
    @property
    def account_name(self) -> str | None: ...
    @property
    def attributes(self) -> dict[str, Any] | None: ...
    @property
    def source_id(self) -> str | None: ...
    @property
    def proves(self) -> bool: ...
    @property
    def changed_at(self) -> str | None: ...


class Claims(Protocol):
    """Rows whose email or phone somebody else's row proves: by their numbers."""

    @property
    def emails(self) -> frozenset[int]: ...
    @property
    def phones(self) -> frozenset[int]: ...


def apply_contacts(
    workspace: Workspace,
    rows: Iterable[Row],
    *,
    key: str,
    at: datetime,
    claims: Claims | None = None,
    known: Mapping[str, int] | None = None,
    skip_existing: bool = False,
    write: bool = True,
) -> Outcome:
    """Make or change contacts. Each is taken for the one with its `key` ("email", "external_id"; without it by the
    other one), or for that of `known`, which holds keys of contacts by `source_id`.

    A claim is never taken for somebody. Where another person proved an email or phone, here it stays a claim, and it is
    looked for whom this may be. Of two rows for one contact the later wins. Without `write` nothing is written, and the
    outcome says what would be. Afterwards `bulk_contact` holds for each row `n`, `contact`, `root`, `verdict`,
    `before`, `after`, `source_id` and `changed_at`. Raises Retry. In the caller's transaction.
    """
    staged = list(rows)
    erased = _erased(workspace, staged)
    made = (_row(row, key, claims, known or {}, erased) for row in staged)
    stage("bulk_contact", sql.COLUMNS, made, sql.NAMES)
    try:
        with transaction.atomic(savepoint=False):
            _apply(workspace, at, skip_existing, write)
    except IntegrityError as error:
        raise Retry from error
    return outcome_of(sql.COUNTS, sql.REFUSED, written=write)


def _apply(workspace: Workspace, at: datetime, skip_existing: bool, write: bool) -> None:
    home: dict[str, Any] = {"workspace": workspace.pk, "at": at}
    run(sql.BY_EXTERNAL_ID, **home)
    run(sql.BY_IDENTITY, **home)
    run(sql.ROOTS)
    if skip_existing:
        run("UPDATE bulk_contact SET verdict = 'unchanged' WHERE contact IS NOT NULL AND verdict IS NULL")
    if write:
        run(sql.LOCK)
        if fetch(sql.MOVED):
            raise Retry
    run(sql.OTHER_ID)
    run(sql.TAKEN_ID, **home)
    run(sql.SAME_ID)
    run(sql.TOO_LARGE)
    run(sql.LATER_WINS)
    _find_accounts(home, write)
    run(sql.DIFFER)
    run(sql.NUMBER)
    run(sql.IDENTITIES)
    run(sql.ACTIONS, **home)
    run(sql.ANALYZE_IDENTITIES)
    run(sql.KEEP_BEFORE)
    if write:
        _write(home)


def _find_accounts(home: dict[str, Any], write: bool) -> None:
    run(sql.ACCOUNT_BY_NAME, **home)
    run(sql.ACCOUNT_BY_ID, **home)
    if write and run(sql.MAKE_ACCOUNTS, **home):
        run(sql.ACCOUNT_BY_NAME, **home)
        run(sql.ACCOUNT_BY_ID, **home)


def _write(home: dict[str, Any]) -> None:
    expected = fetch("SELECT count(*) FROM bulk_contact WHERE verdict = 'created'")[0][0]
    if run(sql.MAKE, **home) < expected:
        raise Retry
    run(sql.CHANGE, **home)
    run(sql.GIVE_ID)
    run(sql.FORGET_FORMER_IDS)
    run(sql.PROVE, **home)
    if fetch(sql.LOST):
        raise Retry
    run(sql.VERIFY, **home)
    run(sql.CLAIM, **home)
    run(sql.LOOK_FOR, **home)


def _row(
    row: Row, key: str, claims: Claims | None, known: Mapping[str, int], erased: frozenset[int]
) -> tuple[Any, ...]:
    by = key if getattr(row, key) else "email" if key == IdentityKind.EXTERNAL_ID else "external_id"
    is_erased = row.number in erased
    return (
        row.number, by, row.email, row.external_id, row.phone, row.name, row.timezone, row.signed_up_at,
        row.last_seen_at, row.account_id, row.account_name,
        json.dumps(row.attributes, ensure_ascii=False) if row.attributes else None,
        row.source_id, row.changed_at, row.proves,
        claims is not None and row.number in claims.emails, claims is not None and row.number in claims.phones,
        known.get(row.source_id) if row.source_id else None, new_public_id(),
        "erased" if is_erased else None, ERASED if is_erased else None,
    )  # fmt: skip


def _erased(workspace: Workspace, rows: Sequence[Row]) -> frozenset[int]:
    """Return the numbers of rows that name somebody who was erased. One query where nobody ever was."""
    if not ErasedHandle.objects.filter(workspace=workspace).exists():
        return frozenset()
    asked: dict[Handle, list[int]] = {}
    for row in rows:
        for kind in (IdentityKind.EMAIL, IdentityKind.EXTERNAL_ID, IdentityKind.PHONE):
            if value := getattr(row, kind):
                asked.setdefault((kind.value, value), []).append(row.number)
    return frozenset(number for handle in erased_among(workspace, asked) for number in asked[handle])
