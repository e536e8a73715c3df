"""That one event is told to one address by one rule; the message that says so; and the place where it goes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from notifications.models.events import Event
from notifications.models.rules import Rule
from notifications.words import Cause, Status


class Destination(models.Model):
    """One address of one transport: when it takes the next message, and whether it takes any.

    It is a row, so that its limits hold over all workers. `address` may also name a method of the medium
    ("method:chat.update") that has a limit of its own.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="destinations", db_index=False)
    transport = models.CharField(max_length=20)
    address = models.CharField(max_length=320)
    next_at = models.DateTimeField()
    # Failures in a row; from the fifth on, nothing is tried before `open_until`.
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    # How the medium itself names the address, where that was looked up.
    external_id = models.CharField(max_length=200, blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")

    workspace_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "transport", "address"], name="destination_is_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.transport} {self.address}"


class Posting(models.Model):
    """The message in the medium, which several deliveries may share.

    While its window is open (`closes_at`, and not `is_closed`), events of the same key are counted into it.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="postings", db_index=False)
    transport = models.CharField(max_length=20)
    address = models.CharField(max_length=320)
    rule_key = models.CharField(max_length=40)
    group_key = models.CharField(max_length=200, blank=True, default="")
    closes_at = models.DateTimeField(null=True, blank=True)
    is_closed = models.BooleanField(default=False)

    event_count = models.PositiveIntegerField(default=1)
    settled_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # Whose wording it carries.
    event = models.ForeignKey(Event, models.SET_NULL, null=True, related_name="+", db_index=False)

    # What the medium answered: {"channel": "C1", "ts": "1.2"}; empty: not there (yet, or any more).
    external: Any = models.JSONField(default=dict, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    # Work: to be drawn anew, or to be taken back, from this moment on.
    update_at = models.DateTimeField(null=True, blank=True)
    retract_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")

    workspace_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "transport", "address", "rule_key", "group_key"],
                name="one_open_posting_for_a_key",
                condition=Q(is_closed=False),
            )
        ]
        indexes = [
            models.Index(fields=["update_at"], name="posting_to_update", condition=Q(update_at__isnull=False)),
            models.Index(fields=["retract_at"], name="posting_to_retract", condition=Q(retract_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.transport} {self.address} ×{self.event_count}"


class Delivery(models.Model):
    """That one event is to be told to one address by one rule over one transport, and what became of it."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", db_index=False)
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, related_name="deliveries")
    # Outlives the rule: a delivery is unique by it.
    rule_key = models.CharField(max_length=40)
    transport = models.CharField(max_length=20)
    address = models.CharField(max_length=320)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    cause = models.CharField(max_length=14, choices=Cause, blank=True, default="")
    # Why this address was told: "route Financials: severity ≥ warning".
    reason = models.CharField(max_length=300)
    # Work is a row whose due_at has come: a first try, another one, or one whose worker was killed.
    due_at = models.DateTimeField(null=True, blank=True)
    # Whether its turn at the destination was given to it already.
    has_turn = models.BooleanField(default=False)
    # Somebody asked for it by hand: neither a muted route nor its age holds it back.
    by_hand = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveIntegerField(default=0)
    payload: Any = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")
    warning = models.CharField(max_length=300, blank=True, default="")
    posting = models.ForeignKey(Posting, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    # Where it tells one teammate by their own preference: who, of which place in which conversation (a public id and
    # a `seq`; both may be null), and when they had read that, anywhere.
    # No constraint in the database: adding one would hold up every write while it is checked.
    teammate = models.ForeignKey(
        Teammate, models.CASCADE, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    conversation = models.UUIDField(null=True, blank=True)
    seq = models.BigIntegerField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    # What an automation is to tell by it (automations/checking.py); set for whoever has it in their hands.
    plan: Any = None

    workspace_id: int
    teammate_id: int | None
    event_id: int
    rule_id: int | None
    posting_id: int | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "rule_key", "transport", "address"], name="told_once_by_each_rule")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["workspace", "-id"], name="delivery_by_time"),
            models.Index(fields=["workspace", "status", "-id"], name="delivery_by_status"),
            models.Index(
                fields=["teammate", "conversation"],
                name="delivery_unread",
                condition=Q(teammate__isnull=False, read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transport} {self.address} {self.status}"
