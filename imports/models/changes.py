"""What imports changed, so that it can be undone; what came from where; which columns were what the last time."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from imports.models.importing import Batch, Import, Source
from inbox.models import Account, Contact, Conversation
from inbox.people.models import Workspace


class Change(models.Model):
    """What an import changed on one contact or account: the values before, and those that it wrote.

    Both hold the changed fields alone, and of attributes the changed keys alone (null before: there was none). Under
    "identities" of `before` stand [kind, value, "none" or "claim", contact] of those that the import wrote or verified;
    of an external id that it changed, the former one with the moment since when that was verified in the third place.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    parent = models.ForeignKey(Import, models.CASCADE, related_name="changes", db_index=False)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes", db_index=False)
    # Exactly one of the two.
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+", db_index=False)
    before: Any = models.JSONField()
    after: Any = models.JSONField()
    # What the undo could not give back, as it was changed since or its former value is gone: the names of the fields,
    # or one line for all of them (undoing.py). Null: not undone.
    kept: Any = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch"], name="change_of_batch"),
            models.Index(fields=["workspace", "parent", "id"], name="change_of_import"),
            models.Index(fields=["contact"], condition=models.Q(contact__isnull=False), name="change_of_contact"),
            models.Index(fields=["account"], condition=models.Q(account__isnull=False), name="change_of_account"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SourceLink(models.Model):
    """That a row here is what another system knows under an id: what comes again is the same, and nothing twice."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source)
    kind = models.CharField(max_length=12)  # contact, account, conversation
    source_id = models.CharField(max_length=255)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+", db_index=False)
    # When the other system says that it changed last.
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "kind", "source_id"], name="source_link_is_unique")
        ]
        indexes = [
            models.Index(fields=["contact"], condition=models.Q(contact__isnull=False), name="link_of_contact"),
            models.Index(fields=["account"], condition=models.Q(account__isnull=False), name="link_of_account"),
            models.Index(
                fields=["conversation"], condition=models.Q(conversation__isnull=False), name="link_of_conversation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.source_id}"


class RememberedMapping(models.Model):
    """What the columns of a file with these headings were the last time, for the next one like it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    # SHA-256 of the headings, hexadecimal (imports/csv/mapping.py).
    headings = models.CharField(max_length=64)
    mapping: Any = models.JSONField()
    key = models.CharField(max_length=11)
    existing = models.CharField(max_length=6)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "headings"], name="mapping_is_remembered_once")]

    def __str__(self) -> str:
        return self.headings
