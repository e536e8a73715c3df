"""A tenant, and who works in it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value

from inbox.people.ids import new_public_id
from inbox.people.permissions import ROLES, Permission
from inbox.people.secrets import EncryptedTextField
from inbox.people.skeleton import skeleton_of

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


class WidgetSide(models.TextChoices):
    RIGHT = "right"
    LEFT = "left"


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
    # After a rotation both sign, until the earlier one is retired by hand: no visitor is turned away meanwhile.
    previous_identity_secret = EncryptedTextField(null=True, blank=True)
    identity_secret_rotated_at = models.DateTimeField(null=True, blank=True)
    widget_origins = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    widget_title = models.CharField(max_length=60, blank=True, default="", db_default="")
    widget_side = models.CharField(max_length=5, choices=WidgetSide, default=WidgetSide.RIGHT, db_default="right")
    # When and on which page a widget with this workspace's key was last heard of.
    widget_seen_at = models.DateTimeField(null=True, blank=True)
    widget_seen_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Shapes: inbox/people/hours.py. No hours at all means always open.
    business_hours = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    holidays = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    # How long a customer may wait for an answer, in minutes of the business hours, before it is told; 0: never told.
    answer_within_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    # How long something must stay unread before it is told by email too, in seconds; and whether what is pushed to a
    # phone may hold the words of a message.
    email_after_seconds = models.PositiveIntegerField(default=120, db_default=120)
    push_shows_text = models.BooleanField(default=True, db_default=True)
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


class TeammateQuerySet(models.QuerySet["Teammate"]):
    def active(self) -> TeammateQuerySet:
        """Those who work here now: they have not left, and their login is not switched off."""
        return self.filter(left_at__isnull=True, user__is_active=True)


class Teammate(models.Model):
    """A user's membership of one workspace. Who has left keeps the row, so that what they wrote keeps its author."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teammates", db_index=False)
    user = models.ForeignKey("people.User", models.CASCADE, related_name="teammates")
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    handle = models.CharField(max_length=39, validators=[HANDLE])
    skills = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    availability = models.CharField(max_length=10, choices=Availability, default=Availability.AVAILABLE)
    # Where to write to somebody whose login has no address of its own (single sign-on). It proves nothing.
    work_email = models.EmailField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # The name without accents and capitals, by which they are found while somebody types it. The database keeps it, by
    # triggers (migration 0007): whatever is written here is what it says. Null for as long as 0008 has not come by.
    sought = models.TextField(null=True, editable=False)  # noqa: DJ001

    objects = TeammateQuerySet.as_manager()

    user_id: int
    workspace_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_teammate_per_user"),
            models.UniqueConstraint(fields=["workspace", "handle"], name="handle_is_unique_in_workspace"),
            models.UniqueConstraint("workspace", skeleton_of("handle"), name="handles_do_not_look_alike"),
        ]
        indexes = [models.Index(fields=["workspace", "role"], name="teammate_by_role")]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def name(self) -> str:
        """The name that customers and colleagues see."""
        user: User = self.user
        return user.name or self.handle

    @property
    def email(self) -> str:
        """Where this teammate gets mail: the login's address, else what their identity provider said. May be ""."""
        user: User = self.user
        return user.email or self.work_email

    @property
    def is_active(self) -> bool:
        """Whether this teammate works here now."""
        user: User = self.user
        return self.left_at is None and user.is_active

    def may(self, permission: Permission) -> bool:
        """Whether this teammate's role holds `permission` (inbox/people/permissions.py)."""
        return permission in ROLES[self.role]

    @property
    def sees_all_teams(self) -> bool:
        """Whether private teams hide nothing from this teammate."""
        return self.may(Permission.SEE_ALL_TEAMS)

    @property
    def may_write(self) -> bool:
        """Whether this teammate may change conversations, or only look at them."""
        return self.may(Permission.WRITE)
