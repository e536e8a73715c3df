"""The companies that contacts belong to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper

from inbox.people.ids import new_public_id
from inbox.people.models import Workspace


class AccountStatus(models.TextChoices):
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def new_external_id() -> str:
    """Return an id for an account that came without one."""
    return str(new_public_id())


class Account(models.Model):
    """A company: plan, seats, renewal, and the ids under which other systems know it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="accounts", db_index=False)
    external_id = models.CharField(max_length=255, default=new_external_id)
    name = models.CharField(max_length=255, blank=True)
    domain = models.CharField(max_length=255, blank=True)
    owner = models.ForeignKey("inbox.Contact", models.SET_NULL, null=True, blank=True, related_name="owned_accounts")
    plan = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=AccountStatus, default=AccountStatus.ACTIVE)
    seats = models.PositiveIntegerField(null=True, blank=True)
    seat_limit = models.PositiveIntegerField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)
    trial_ends_on = models.DateField(null=True, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    modules = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    mrr_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    stripe_customer_id = models.CharField(max_length=255, blank=True)
    stripe_subscription_id = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="account_external_id_is_unique"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-updated_at", "-id"]),
            models.Index(fields=["workspace", "name", "id"], name="account_by_name"),
            # By whatever case a name is written in, as imports ask.
            models.Index("workspace", Upper("name"), name="account_by_upper_name"),
            models.Index(fields=["workspace", "domain"], condition=~models.Q(domain=""), name="account_by_domain"),
            models.Index(
                fields=["workspace", "stripe_customer_id"],
                condition=~models.Q(stripe_customer_id=""),
                name="account_by_stripe_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id
