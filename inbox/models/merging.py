"""Whom the desk takes to be one person: what suggests it, who decided it, and what is remembered of it.

A merge moves nothing. It attaches one root to another; `Contact.root` follows from the active merges and is stored
beside them, so that a person is read with one equality.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from inbox.models.contacts import Contact
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace


class Merge(models.Model):
    """The decision that `loser` and all that was attached to it are the person of `winner`. Both were roots then.

    `fields` holds what it changed on the winner: {"name": {"before": …, "after": …}, "attributes.plan": {…}}; a missing
    "before" is an attribute that was not there.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="merges", db_index=False)
    winner = models.ForeignKey(Contact, models.CASCADE, related_name="merges_won")
    loser = models.ForeignKey(Contact, models.CASCADE, related_name="merges_lost")
    by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")

    winner_id: int
    loser_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loser"], condition=models.Q(undone_at__isnull=True), name="contact_is_merged_once"
            ),
            models.CheckConstraint(condition=~models.Q(winner=models.F("loser")), name="merge_is_of_two"),
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="merge_list")]

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"


class SuggestionStatus(models.TextChoices):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class MergeSuggestion(models.Model):
    """These two contacts look like one person. A human decides; of a pair there is one row, whatever its order.

    `reasons` are [{"code", "words", "evidence"}]; `dismissed_evidence` those that a human has seen and found wanting:
    the pair comes back when there is another.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="merge_suggestions", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="suggestions")
    candidate = models.ForeignKey(Contact, models.CASCADE, related_name="suggested_for")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    status = models.CharField(max_length=9, choices=SuggestionStatus, default=SuggestionStatus.PENDING)
    dismissed_evidence = models.JSONField(default=list, blank=True)
    merge = models.ForeignKey(Merge, models.SET_NULL, null=True, blank=True, related_name="suggestions")
    decided_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    contact_id: int
    candidate_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("workspace"),
                Least("contact", "candidate"),
                Greatest("contact", "candidate"),
                name="suggested_once",
            ),
            models.CheckConstraint(condition=~models.Q(contact=models.F("candidate")), name="suggestion_is_of_two"),
        ]
        indexes = [models.Index(fields=["workspace", "status", "-updated_at", "-id"], name="suggestion_list")]

    def __str__(self) -> str:
        return f"{self.contact_id} may be {self.candidate_id}"


class MatchKey(models.Model):
    """One normalised fact of a contact, hashed to 64 bits: contacts that share one may be one person."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="match_keys", db_index=False)
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "key"], name="match_key_once_per_contact")]
        indexes = [models.Index(fields=["workspace", "key", "contact"], name="match_key_search")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.key}"


class ContactDevice(models.Model):
    """A browser that a contact was seen with. It outlasts a visitor: signing out and in makes another token."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="devices", db_index=False)
    device = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "device"], name="device_once_per_contact")]
        indexes = [models.Index(fields=["workspace", "device"], name="contact_by_device")]

    def __str__(self) -> str:
        return str(self.device)


class SharedKind(models.TextChoices):
    EMAIL = "email"
    PHONE = "phone"
    DEVICE = "device"


class SharedHandle(models.Model):
    """An address, a number or a browser that many use: to share it suggests nothing. An email may be a local part and
    an @ ("reception@"): then it holds at every domain."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="shared_handles", db_index=False)
    kind = models.CharField(max_length=6, choices=SharedKind)
    value = models.CharField(max_length=254)
    by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="shared_handle_once")]

    def __str__(self) -> str:
        return self.value


class LikenessCheck(models.Model):
    """That a contact's facts have changed, and whom it may be is to be looked for again. Gone once that was done."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    contact = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["since"], name="likeness_check_queue"), models.Index(fields=["workspace"])]

    def __str__(self) -> str:
        return str(self.pk)
