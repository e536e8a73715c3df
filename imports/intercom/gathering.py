"""What a sync has read and not yet stored: written down as batches, together with how far it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from imports import chunks
from imports.intercom.place import Place
from imports.models import Batch, BatchKind, Import
from imports.planned import keep

# So many rows make a batch; of conversations fewer, by how much was said in them.
ROWS = 1_500
THREADS = 200
MESSAGES = 2_000


class Gathering:
    """Rows on their way into batches. Until `store`, whoever takes the sync up reads them again."""

    def __init__(self, import_: Import, place: Place) -> None:
        self.import_, self.place = import_, place
        self._rows: dict[BatchKind, list[Any]] = {kind: [] for kind in BatchKind}
        self._keys: dict[str, str] = {}
        self._messages = 0

    def add(self, kind: BatchKind, row: Any) -> None:
        """Take a row for the next batch of its kind."""
        self._rows[kind].append(row)
        if kind == BatchKind.CONVERSATIONS:
            self._messages += len(row["parts"])

    def know(self, company: str, key: str) -> None:
        """Keep which external id the account of a company (Intercom's id) has."""
        self._keys[company] = key

    def known(self) -> Iterator[tuple[str, str]]:
        """Yield what was stored of companies: (Intercom's id, external id)."""
        for name in self.place.files:
            with default_storage.open(name) as file:
                yield from json.loads(file.read()).items()

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a batch."""
        talks = len(self._rows[BatchKind.CONVERSATIONS])
        most = max(len(self._keys), *(len(self._rows[kind]) for kind in BatchKind))
        return most >= ROWS or talks >= THREADS or self._messages >= MESSAGES

    def store(self) -> None:
        """Store what there is as batches, and with them how far the sync is. Raises LeaseLost."""
        batches = [self._batch(kind, rows) for kind, rows in self._rows.items() if rows]
        if self._keys:
            name = f"{chunks.folder(self.import_)}/companies-{len(self.place.files) + 1:06d}.json"
            file = ContentFile(json.dumps(self._keys, ensure_ascii=False).encode())
            self.place.files.append(default_storage.save(name, file))
        with transaction.atomic():
            keep(self.import_)
            Batch.objects.bulk_create(batches)
            # It goes on: whatever took it up in vain before does not count any more.
            self.import_.progress = self.place.as_json()
            self.import_.attempts = self.import_.failures = 0
            self.import_.save(update_fields=["progress", "attempts", "failures"])
        for rows in self._rows.values():
            rows.clear()
        self._keys, self._messages = {}, 0

    def begin_anew(self, kind: BatchKind) -> None:
        """Forget the batches of a phase, stored or not. Raises LeaseLost."""
        self._rows[kind].clear()
        if kind == BatchKind.ACCOUNTS:
            self._keys, self.place.files = {}, []
        with transaction.atomic():
            keep(self.import_)
            gone = Batch.objects.filter(parent=self.import_, kind=kind)
            files = list(gone.values_list("file", flat=True))
            gone.delete()
            self.import_.progress = self.place.as_json()
            self.import_.save(update_fields=["progress"])
        for name in files:
            default_storage.delete(name)

    def _batch(self, kind: BatchKind, rows: list[Any]) -> Batch:
        number = self.place.batches.get(kind.label, 0) + 1
        self.place.batches[kind.label] = number
        return Batch(
            workspace_id=self.import_.workspace_id,
            parent=self.import_,
            number=number,
            kind=kind,
            rows=len(rows),
            file=chunks.write_json(self.import_, kind, number, rows),
        )
