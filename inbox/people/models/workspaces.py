"""A tenant, and who works in it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from inbox.people.ids import new_public_id
from inbox.people.secrets import EncryptedTextField

if TYPE_CHECKING:
    from inbox.people.models.users import User

HANDLE = RegexValidator(r"\A[a-z0-9][a-z0-9_.-]{0,38}\Z", "Use small letters, digits, dots and dashes.")
ACCENT = RegexValidator(r"\A#[0-9a-f]{6}\Z", "Write the colour as #rrggbb.")


def new_widget_key() -> str:
    """Return a public key that a customer's page carries; it names the workspace and opens nothing."""
    return f"wk_{secrets.token_hex(12)}"


def new_identity_secret() -> str:
    """Return the secret under which a customer's server signs who its users are."""
    return f"is_{secrets.token_hex(32)}"


class Workspace(models.Model):
    """A tenant: people, contacts, keys and settings that no other workspace may see. Its slug never changes."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")
    accent = models.CharField(max_length=7, default="#2d5fc8", validators=[ACCENT])
    greeting = models.CharField(max_length=300, default="Hi! How can we help?")
    widget_key = models.CharField(max_length=40, unique=True, default=new_widget_key)
    identity_secret = EncryptedTextField(default=new_identity_secret)
    widget_origins = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    VIEWER = "viewer"


class Availability(models.TextChoices):
    AVAILABLE = "available"
    AWAY = "away"


class Teammate(models.Model):
    """A user's membership of one workspace."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teammates", db_index=False)
    user = models.ForeignKey("people.User", models.CASCADE, related_name="teammates")
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    handle = models.CharField(max_length=39, validators=[HANDLE])
    skills = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    availability = models.CharField(max_length=10, choices=Availability, default=Availability.AVAILABLE)
    created_at = models.DateTimeField(auto_now_add=True)

    user_id: int
    workspace_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_teammate_per_user"),
            models.UniqueConstraint(fields=["workspace", "handle"], name="handle_is_unique_in_workspace"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def name(self) -> str:
        """The name that customers and colleagues see."""
        user: User = self.user
        return user.name or self.handle

    @property
    def sees_all_teams(self) -> bool:
        """Whether private teams hide nothing from this teammate."""
        return self.role in (Role.OWNER, Role.ADMIN)

    @property
    def may_write(self) -> bool:
        """Whether this teammate may change conversations, or only look at them."""
        return self.role != Role.VIEWER
