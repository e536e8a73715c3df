"""From a file to batches: its rows are read and checked once, compared with one another, and written down in slices.

The whole never lies in memory: batches' rows go to the storage as they fill up, what is compared goes to temporary
files part by part.
"""

from __future__ import annotations

import json
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from pydantic_core import to_json

from imports import chunks, storing
from imports.chunks import AccountRow, ContactRow, Verdicts
from imports.csv.accounts import Accounts
from imports.csv.checking import Checked, Refusal, checker_of, data_rows
from imports.csv.keys import Judged, Keys
from imports.csv.mapping import problems
from imports.csv.spill import Numbers
from imports.errors import CannotPlan
from imports.models import Batch, BatchKind, Import
from imports.planned import begin_running_with, keep

# Seconds between two words that planning goes on.
KEEP = 5.0
# A batch ends with so many rows, or so many bytes: a worker has it all in memory.
_MOST_BYTES = 4_000_000
# Batches are stored so many at a time, or with so many refusals among them.
_AT_ONCE = 200
_MOST_REFUSALS = 20_000
# Of a row, when nothing is known of them yet.
_BYTES_OF_ROW = 40


def plan(import_: Import) -> None:
    """Read the file of an import, store its batches, and let workers have them. Raises CannotPlan, LeaseLost.

    `import_.total` is how many rows the file has. Each of them belongs to one batch of contacts; what is wrong with it
    stands in the batch's verdicts. An account has one row in all batches of accounts.
    """
    for problem in problems(import_.columns, import_.mapping, import_.key):
        raise CannotPlan(problem.code, problem.detail)
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        try:
            with storing.open_file(import_) as file:
                reading = _Plan(import_, Path(folder))
                reading.read(file)
        except storing.FileGone as gone:
            raise CannotPlan("file_gone", "Its file is not kept any more. Upload it again.") from gone
        reading.store()
    import_.total = reading.rows
    begin_running_with(import_)


class _Plan:
    """The plan of one import while it is made. Rows are named by their places among the rows of data, from 0."""

    def __init__(self, import_: Import, folder: Path) -> None:
        self.rows = 0
        self._import = import_
        self._kept_at = time.monotonic()
        self._checker = checker_of(import_)
        self._keys = Keys(folder, import_.key, import_.size // _BYTES_OF_ROW)
        self._accounts = Accounts(folder) if any(one.startswith("account.") for one in import_.mapping) else None
        self._numbers = Numbers(folder / "numbers")  # in the file, of each row
        # Of each batch of contacts: where it ends, its file, and in a file of lines the refusals among its rows.
        self._ends = array("Q")
        self._names: list[str] = []
        self._refused: IO[bytes] = (folder / "refused").open("w+b")

    def read(self, file: Any) -> None:
        """Read all rows, and write down what they say."""
        lines: list[bytes] = []
        refusals: list[Refusal] = []
        numbers = array("I")
        size = begin = 0
        check, keys, accounts = self._checker.check, self._keys, self._accounts
        for place, row in enumerate(data_rows(self._import, file)):
            if not place & 255:
                self._go_on()
            said = check(row)
            numbers.append(row.number)
            if isinstance(said, Checked):
                lines.append(to_json(said.contact))
                size += len(lines[-1])
                keys.add(place, said.contact)
            else:
                refusals.append(said)
            if accounts is not None:
                accounts.add(said.account if isinstance(said, Checked) else None)
            self.rows = place + 1
            if self.rows - begin >= chunks.ROWS or size >= _MOST_BYTES:
                self._end_batch(lines, refusals, numbers)
                lines, refusals, numbers, size, begin = [], [], array("I"), 0, self.rows
        if self.rows > begin:
            self._end_batch(lines, refusals, numbers)

    def store(self) -> None:
        """Compare the rows, and store the batches in place of those of an earlier plan."""
        judged = self._keys.judge(self.rows, self._go_on)
        with transaction.atomic():
            keep(self._import)
            Batch.objects.filter(parent=self._import).delete()
        if self._accounts is not None:
            self._store(self._account_batches(self._accounts.merged(judged.dropped, self._go_on)))
        self._store(self._contact_batches(judged))

    def _go_on(self) -> None:
        if time.monotonic() - self._kept_at >= KEEP:
            keep(self._import)
            self._kept_at = time.monotonic()

    def _end_batch(self, lines: list[bytes], refusals: list[Refusal], numbers: array[int]) -> None:
        self._numbers.extend(numbers)
        name = chunks.write_lines(self._import, BatchKind.CONTACTS, len(self._ends), lines) if lines else ""
        self._ends.append(self.rows)
        self._names.append(name.rpartition("/")[2])
        self._refused.write(json.dumps([one[:3] for one in refusals]).encode() + b"\n")

    def _account_batches(self, accounts: Iterator[AccountRow]) -> Iterator[Batch]:
        number = 0
        while rows := list(islice(accounts, chunks.ROWS)):
            rows = [row._replace(number=self._number(row.number)) for row in rows]
            file = chunks.write(self._import, BatchKind.ACCOUNTS, number, rows)
            yield self._batch(BatchKind.ACCOUNTS, number, file=file, rows=len(rows))
            number += 1

    def _contact_batches(self, judged: Judged) -> Iterator[Batch]:
        self._refused.seek(0)
        begin = 0
        for number, (end, name) in enumerate(zip(self._ends, self._names, strict=True)):
            self._go_on()
            batch = self._batch(BatchKind.CONTACTS, number, file=name and f"{chunks.folder(self._import)}/{name}")
            batch.rows = end - begin
            batch.verdicts = self._verdicts(judged, begin, end, json.loads(self._refused.readline()))
            if self._accounts is not None and (renamed := dict(self._accounts.renamed(begin, end))):
                self._rename(batch, {self._number(place): external_id for place, external_id in renamed.items()})
            yield batch
            begin = end

    def _verdicts(self, judged: Judged, begin: int, end: int, refusals: list[list[Any]]) -> Verdicts:
        numbers = self._numbers.read(begin, end)
        for place, keeper in judged.twins(begin, end):
            told = (
                f"Row {self._number(keeper)} has the same {judged.shared}. Give them different ones, or take one out."
            )
            refusals.append([numbers[place - begin], judged.code, told])
        verdicts: Verdicts = {"refusals": sorted(refusals)} if refusals else {}
        if superseded := judged.superseded.within(begin, end):
            verdicts["superseded"] = [numbers[place - begin] for place in superseded]
        if emails := judged.claims_email.within(begin, end):
            verdicts["claims_email"] = [numbers[place - begin] for place in emails]
        if phones := judged.claims_phone.within(begin, end):
            verdicts["claims_phone"] = [numbers[place - begin] for place in phones]
        return verdicts

    def _rename(self, batch: Batch, renamed: dict[int, str]) -> None:
        """Write a batch's rows anew where they name an account whose id stands elsewhere in the file."""
        rows: Iterable[ContactRow] = list(chunks.read_contacts(batch))
        rows = [
            row._replace(account_id=renamed[row.number], account_name=None) if row.number in renamed else row
            for row in rows
        ]
        chunks.delete(batch)
        batch.file = chunks.write(self._import, BatchKind.CONTACTS, batch.number, rows)

    def _store(self, batches: Iterator[Batch]) -> None:
        waiting: list[Batch] = []
        refusals = 0
        for batch in batches:
            waiting.append(batch)
            refusals += len(batch.verdicts.get("refusals", ()))
            if len(waiting) >= _AT_ONCE or refusals >= _MOST_REFUSALS:
                self._write(waiting)
                waiting, refusals = [], 0
        self._write(waiting)

    def _write(self, batches: list[Batch]) -> None:
        with transaction.atomic():
            keep(self._import)  # whoever lost the lease adds nothing to the plan of another
            Batch.objects.bulk_create(batches)

    def _batch(self, kind: BatchKind, number: int, *, file: str, rows: int = 0) -> Batch:
        home = {"workspace_id": self._import.workspace_id, "parent": self._import}
        return Batch(kind=kind, number=number, file=file, rows=rows, **home)

    def _number(self, place: int) -> int:
        return self._numbers.read(place, place + 1)[0]
