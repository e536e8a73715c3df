"""What Stripe tells: events as they came, the customers that they are about, and what was told of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inbox.models import Account
from inbox.people.ids import new_public_id
from inbox.people.models import Workspace


class Outcome(models.TextChoices):
    """What became of an event."""

    NEW = "new", "to be worked"
    WORKED = "worked", "worked"
    KEPT = "kept", "kept, nothing to do"
    WAITING = "waiting", "waits for its account"
    FAILED = "failed", "could not be worked"


class StripeCustomer(models.Model):
    """Somebody at Stripe: a customer, or (where there is none) the charge or checkout itself. `account` is null until
    they are linked. Its row is locked while any event about them is worked."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    customer_id = models.CharField(max_length=255)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="stripe_customers")
    # By what they were linked: "id", "metadata", "reference", "email", "hand"; "" where they are not.
    linked_by = models.CharField(max_length=12, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "customer_id"], name="a_stripe_customer_is_known_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="stripe_unlinked", condition=Q(account__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.customer_id


class StripeEvent(models.Model):
    """One event of Stripe's, stored before anything else is done with it. What it says never changes, so all that is
    known of a customer follows from the set of their events, in whatever order these came."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    api_version = models.CharField(max_length=80, blank=True, default="")
    # When it happened, by Stripe's clock; whole seconds.
    created = models.DateTimeField()
    # The body as it came, and what it is about: as Stripe calls them, "" where it does not say.
    raw = models.TextField()
    object_type = models.CharField(max_length=80, blank=True, default="")
    object_id = models.CharField(max_length=255, blank=True, default="")
    customer_id = models.CharField(max_length=255, blank=True, default="")
    received_at = models.DateTimeField(auto_now_add=True)
    # Work: from this moment on, until null. While one works it, the moment at which another may.
    due_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NEW)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "event_id"], name="a_stripe_event_is_stored_once")]
        indexes = [
            models.Index(fields=["due_at"], name="stripe_event_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["workspace", "-id"], name="stripe_event_last"),
            models.Index(
                fields=["workspace", "customer_id", "object_type", "object_id", "-created"],
                name="stripe_event_of_customer",
                condition=~Q(customer_id=""),
            ),
            models.Index(fields=["workspace", "object_id", "-created"], name="stripe_event_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class StripeTold(models.Model):
    """That something was tracked, once and for all: events come twice, and are replayed."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    # The kind, what it is about at Stripe, and what makes it another matter than the last: "payment.failed in_1 2".
    key = models.CharField(max_length=700)
    event = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="stripe_is_told_once")]

    def __str__(self) -> str:
        return self.key


class StripeBackfill(models.Model):
    """What is asked for from Stripe's API: all customers with their subscriptions and cards, page by page. Each page is
    a piece of work of its own, from where the last one ended."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    # Which list is being read, and after which object; "" when all were.
    resource = models.CharField(max_length=40, default="customers")
    after = models.CharField(max_length=255, blank=True, default="")
    fetched_count = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(ended_at__isnull=True), name="one_stripe_backfill_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="stripe_backfill_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["workspace", "-id"], name="stripe_backfill_last"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} after {self.after or 'the beginning'}"
