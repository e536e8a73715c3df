"""Customers: their profiles, what identifies them, and the browsers they come with."""

from __future__ import annotations

from django.db import models

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
    last_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="contact_external_id_is_unique"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-updated_at", "-id"]),
            models.Index(fields=["workspace", "account"]),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What the desk calls this person when there may be no name."""
        return self.name or self.email or self.phone or "Visitor"


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
        indexes = [models.Index(fields=["workspace", "kind", "value"])]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.value


class Visitor(models.Model):
    """One browser or device. It gets a contact with its first message, or when a signature says who it is."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="visitors", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="visitors")
    token_hash = models.CharField(max_length=64, unique=True)
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

    contact_id: int | None

    class Meta:
        indexes = [models.Index(fields=["workspace", "contact"])]
