"""What a team adds to its contacts and accounts: notes about a person, its own fields, saved lists, files of them; and
what is left of a person who was erased."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inbox.models.contacts import Contact
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace


class PersonNote(models.Model):
    """What a teammate wrote down about a person, for the team alone."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes", db_index=False)
    teammate = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "contact", "-id"], name="note_by_contact")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text[:60]


class ProfileKind(models.TextChoices):
    CONTACT = "contact"
    ACCOUNT = "account"


class AttributeType(models.TextChoices):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    URL = "url"
    LIST = "list"


class AttributeDefinition(models.Model):
    """A workspace's own field: how it is called, and what its values are. Keys without one hold anything."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="attribute_definitions", db_index=False)
    of = models.CharField(max_length=7, choices=ProfileKind)
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=7, choices=AttributeType)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "of", "key"], name="attribute_key_is_unique")]

    def __str__(self) -> str:
        return self.label


class Segment(models.Model):
    """A list of contacts or accounts that the team keeps: `query` is what its page was asked, as its URL says it."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="segments", db_index=False)
    of = models.CharField(max_length=7, choices=ProfileKind)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=4000, blank=True)
    by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "of", "name"], name="segment_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class ExportKind(models.TextChoices):
    CONTACTS = "contacts"  # a list, as CSV
    ACCOUNTS = "accounts"
    PERSON = "person"  # all of one person, as ZIP (GDPR, Art. 15 and 20)


class ExportStatus(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class Export(models.Model):
    """A file that is made in the background for one teammate, and goes away by itself."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(Teammate, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=ExportKind)
    query = models.CharField(max_length=4000, blank=True)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    status = models.CharField(max_length=8, choices=ExportStatus, default=ExportStatus.PENDING)
    rows = models.PositiveIntegerField(default=0)
    # In the default storage; "" until there is one.
    file = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    # A worker that died lets another take it up after this.
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "by", "-id"], name="export_list"),
            models.Index(fields=["id"], condition=models.Q(status__in=("pending", "running")), name="export_to_make"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class ErasedHandle(models.Model):
    """That somebody known by this was erased: a keyed hash, from which nobody reads who it was. No import brings them
    back."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    # HMAC-SHA256, hexadecimal (inbox/contacts/erasing/tombstones.py).
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "digest"], name="erased_handle_once")]

    def __str__(self) -> str:
        return self.digest
