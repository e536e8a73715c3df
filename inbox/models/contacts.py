"""Customers: their profiles, what identifies them, and the browsers they come with."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from inbox.models.accounts import Account
from inbox.people.ids import new_public_id
from inbox.people.models import Workspace


class Contact(models.Model):
    """A customer's profile. `email`, `phone`, `external_id` are what is shown; Identity says what is proved."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="contacts", db_index=False)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="contacts")
    # Null, not "": those without one must not be equal under the unique constraint.
    external_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    signed_up_at = models.DateTimeField(null=True, blank=True)
    # When they had set up what they came for; and when it was told that they had not (inbox/contacts/journey.py).
    onboarded_at = models.DateTimeField(null=True, blank=True)
    stalled_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # Derived from the active merges (inbox/contacts/merging/): whom the desk takes this to be. Null: itself.
    root = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="attached", db_index=False)
    # What their own widget calls them, where a merge wrote another's name here: it must not show them that.
    widget_name = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    # How many other persons this root may be, as pending suggestions say.
    suggestion_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    workspace_id: int
    account_id: int | None
    root_id: int | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="contact_external_id_is_unique"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-updated_at", "-id"]),
            models.Index(fields=["workspace", "account"]),
            models.Index(fields=["root"], condition=models.Q(root__isnull=False), name="contact_by_root"),
            models.Index(
                fields=["workspace", "-created_at", "-id"],
                condition=models.Q(root__isnull=True),
                name="contact_by_creation",
            ),
            models.Index(
                fields=["workspace", "-last_seen_at", "-id"],
                condition=models.Q(root__isnull=True, last_seen_at__isnull=False),
                name="contact_by_last_seen",
            ),
            models.Index(
                fields=["workspace", "name", "id"], condition=models.Q(root__isnull=True), name="contact_by_name"
            ),
            models.Index(
                fields=["workspace", "-updated_at", "-id"],
                condition=models.Q(suggestion_count__gt=0),
                name="contact_with_suggestion",
            ),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_trigrams"),
            models.Index(
                fields=["workspace", "signed_up_at"],
                condition=models.Q(root__isnull=True, signed_up_at__isnull=False),
                name="contact_by_sign_up",
            ),
            models.Index(
                fields=["signed_up_at"],
                condition=models.Q(signed_up_at__isnull=False, onboarded_at__isnull=True, stalled_at__isnull=True),
                name="contact_not_set_up",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What the desk calls this person when there may be no name."""
        return self.name or self.email or self.phone or "Visitor"

    @property
    def person(self) -> Contact:
        """The root that the desk shows for this contact: itself unless it was merged into another."""
        return self.root if self.root_id is not None and self.root is not None else self

    @property
    def of_person(self) -> list[Contact]:
        """A root and what is attached to it; reads `attached`, which a list prefetches."""
        return [self, *self.attached.all()]

    @property
    def known_by(self) -> list[Identity]:
        """What the person of this root is known by, each value once and proved if it is proved anywhere."""
        best: dict[tuple[str, str], Identity] = {}
        for identity in (one for contact in self.of_person for one in contact.identities.all()):
            kept = best.setdefault((identity.kind, identity.value), identity)
            if kept.verified_at is None and identity.verified_at is not None:
                best[identity.kind, identity.value] = identity
        return list(best.values())

    @property
    def name_in_widget(self) -> str:
        """What this contact's own widget calls them: never what they were given by a merge."""
        return self.display_name if self.widget_name is None else self.widget_name


class IdentityKind(models.TextChoices):
    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL_ID = "external_id"


class Identity(models.Model):
    """An email, phone or external id of a contact. Verified ones are unique in a workspace; claims are not."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="identities", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=IdentityKind)
    value = models.CharField(max_length=255)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "value"],
                condition=models.Q(verified_at__isnull=False),
                name="verified_identity_is_unique",
            ),
            models.UniqueConstraint(fields=["contact", "kind", "value"], name="identity_once_per_contact"),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "value"]),
            GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="identity_value_trigrams"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.value


class Visitor(models.Model):
    """One browser or device. It gets a contact with its first message, or when a signature says who it is."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="visitors", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="visitors")
    token_hash = models.CharField(max_length=64, unique=True)
    # The browser, where it had another token before this one; null: this row is the first (`device_id`).
    device = models.UUIDField(null=True, blank=True)
    # Set when a signed identity bound this browser to its contact: only then does it see the contact's other chats.
    verified_at = models.DateTimeField(null=True, blank=True)
    page_url = models.CharField(max_length=2000, blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    referrer = models.CharField(max_length=2000, blank=True)
    user_agent = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)

    workspace_id: int
    contact_id: int | None

    class Meta:
        indexes = [models.Index(fields=["workspace", "contact"])]

    @property
    def device_id(self) -> uuid.UUID:
        """The browser, whichever token it has just now."""
        return self.device or self.public_id
