"""An invitation by mail into one workspace."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from inbox.people.ids import new_public_id
from inbox.people.models.workspaces import Role, Teammate, Workspace

LASTS = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> InvitationQuerySet:
        """Those neither accepted nor withdrawn; they may have expired, and can be sent again."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self) -> InvitationQuerySet:
        """Those that let somebody in now. The database's clock decides: it is the same for all processes."""
        return self.pending().filter(expires_at__gt=Now())


class Invitation(models.Model):
    """A mailed link that lets one address join with a role and teams. Only the link's hash is kept."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations", db_index=False)
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    # Ids of teams; one that was removed meanwhile is passed over when somebody joins.
    team_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_pending_invitation_per_address",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invited_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def expired_by(self, moment: datetime) -> bool:
        """Whether the link would be too old at `moment`; for showing it, not for letting anybody in."""
        return self.expires_at <= moment
