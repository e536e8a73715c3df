"""An import and the batches that it is worked in."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace


class Source(models.TextChoices):
    CSV = "csv", "CSV"
    INTERCOM = "intercom", "Intercom"


class ImportStatus(models.TextChoices):
    UPLOADING = "uploading"  # parts of the file are still to come
    READY = "ready"  # the file is whole; somebody says what its columns are
    PLANNING = "planning"  # it is read, checked and split into batches
    RUNNING = "running"  # batches are worked
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class Key(models.TextChoices):
    """By what a row is taken for a contact that exists. A row without it goes by the other one."""

    EMAIL = "email"
    EXTERNAL_ID = "external_id"


class Existing(models.TextChoices):
    """What is done with contacts that exist."""

    UPDATE = "update"
    SKIP = "skip"


class Import(models.Model):
    """One file, or one sync with Intercom. The four outcomes add up to `total` once it has ended."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports", db_index=False)
    # Who began it; null: a token, or somebody who has left.
    by = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    # Of the file, as its owner calls it; of Intercom's workspace.
    name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.UPLOADING)
    # Counts what would come of it, and writes nothing.
    dry_run = models.BooleanField(default=False)

    # The file is in the storage in so many parts (imports/storing.py); null bytes: not known yet.
    size = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    file_gone_at = models.DateTimeField(null=True, blank=True)
    # {"encoding", "delimiter", "quote", "has_header"} (imports/csv/dialect.py).
    dialect: Any = models.JSONField(default=dict, blank=True)
    # The names of the columns, and for each its field ("" for none): imports/csv/fields.py.
    columns: Any = models.JSONField(default=list, blank=True)
    mapping: Any = models.JSONField(default=list, blank=True)
    key = models.CharField(max_length=11, choices=Key, default=Key.EMAIL)
    existing = models.CharField(max_length=6, choices=Existing, default=Existing.UPDATE)
    # Of an Intercom sync: {"conversations": bool}; where it is: {"phase", "cursor", "since", …} (imports/intercom/).
    options: Any = models.JSONField(default=dict, blank=True)
    progress: Any = models.JSONField(default=dict, blank=True)

    # Kept when it ends; while it runs they are summed over the batches (imports/progress.py). Rows of contacts only.
    total = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    # What came along with the contacts: {"accounts": {"created", "updated", "unchanged"}, "conversations": …}.
    others: Any = models.JSONField(default=dict, blank=True)

    error = models.CharField(max_length=500, blank=True)
    # Whoever plans (or fetches) it has it until then; a worker that died lets another take it up.
    leased_until = models.DateTimeField(null=True, blank=True)
    # How often it was taken up (a worker may have been killed), and how often it failed by itself.
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Not before then: a source that asked to wait.
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    workspace_id: int
    by_id: int | None

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="import_list"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=("planning", "running", "undoing")),
                name="import_to_work",
            ),
            models.Index(fields=["created_at"], condition=models.Q(file_gone_at__isnull=True), name="import_with_file"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.source} {self.public_id}"


class BatchKind(models.TextChoices):
    """What a batch writes. Those of one kind come after all of the kind before."""

    ACCOUNTS = "1 accounts", "accounts"
    CONTACTS = "2 contacts", "contacts"
    CONVERSATIONS = "3 conversations", "conversations"


class BatchStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    UNDONE = "undone"


class Batch(models.Model):
    """A slice of an import that a worker does on its own: its rows and its `done` are committed together."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    parent = models.ForeignKey(Import, models.CASCADE, related_name="batches", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=BatchKind)
    status = models.CharField(max_length=7, choices=BatchStatus, default=BatchStatus.PENDING)
    # The checked rows, in the storage (imports/chunks.py).
    file = models.CharField(max_length=200, blank=True)
    # What reading the whole file has shown of single rows (imports/chunks.py: Verdicts).
    verdicts: Any = models.JSONField(default=dict, blank=True)

    # How many of the import's rows are its own; the outcomes add up to it once it is done.
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Of each refused row: [number in the file, code, what to do about it].
    refusals: Any = models.JSONField(default=list, blank=True)
    # The contacts or accounts that it made, for the undo; when, to tell which of them somebody has touched since.
    made = ArrayField(models.BigIntegerField(), default=list, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    # When its contacts could be found by likeness.
    indexed_at = models.DateTimeField(null=True, blank=True)

    leased_until = models.DateTimeField(null=True, blank=True)
    # As of an import: taken up, failed.
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=500, blank=True)

    parent_id: int
    workspace_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "parent", "kind", "number"], name="batch_number_is_unique")
        ]
        indexes = [
            models.Index(fields=["parent", "kind", "number"], name="batch_of_import"),
            models.Index(
                fields=["parent", "kind", "number"],
                condition=models.Q(status="pending"),
                name="batch_to_work",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(status="done", kind="2 contacts", indexed_at__isnull=True),
                name="batch_to_index",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id}: {self.number}"
