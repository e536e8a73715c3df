"""Automated messages: what a rule of the face `automation` has beside the rule, and what is known of what it sent."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from inbox.people.models import Teammate, Workspace
from notifications.models.deliveries import Delivery
from notifications.models.rules import Rule


class Audience(models.TextChoices):
    """Whom an automation writes to."""

    ACTOR = "actor", "whoever caused it"
    CONTACT = "contact", "the contact that it is about"
    TEAMMATES = "teammates", "teammates"


class QuietZone(models.TextChoices):
    """By whose clock quiet hours are."""

    RECIPIENT = "recipient", "the recipient's"
    WORKSPACE = "workspace", "the workspace's"


class Automation(models.Model):
    """A message that is sent by itself. Its rule says on which events, over what (`transport`: email, chat or inapp)
    and after how long; this says to whom, in what words and how often. Both are what the newest version says."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="automations", db_index=False)
    rule = models.OneToOneField(Rule, models.CASCADE, related_name="automation")
    # Which of those that a workspace begins with it is (automations/defaults.py): that is made once.
    default = models.CharField(max_length=40, blank=True, default="")
    # The number of the version that it is now.
    version = models.PositiveIntegerField(default=1)

    audience = models.CharField(max_length=10, choices=Audience)
    # Of teammates: whoever has one of these roles, skills or permissions ("import"), or is in one of these teams (by
    # handle).
    roles = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    skills = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    teams = ArrayField(models.CharField(max_length=39), default=list, blank=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    # Liquid: the subject is plain text, the body Markdown.
    subject = models.CharField(max_length=300)
    body = models.TextField()
    # By whom a contact sees it written; null: by the team.
    sender = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    # Part of what somebody asked for (a receipt, say), and so sent to who wants no other letters.
    is_transactional = models.BooleanField(default=False)

    # At most so many for each recipient in so many seconds, 0: ever. `most` 0: any number.
    most = models.PositiveIntegerField(default=0)
    most_seconds = models.PositiveIntegerField(default=0)
    # {"from": "22:00", "to": "07:00"}; empty: none. What falls into it waits for its end.
    quiet: Any = models.JSONField(default=dict, blank=True)
    quiet_zone = models.CharField(max_length=9, choices=QuietZone, default=QuietZone.RECIPIENT)

    workspace_id: int
    rule_id: int
    sender_id: int | None

    class Meta:
        indexes = [models.Index(fields=["workspace", "rule"], name="automation_of_workspace")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "default"], name="default_automation_is_made_once", condition=~models.Q(default="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.subject}"


class AutomationVersion(models.Model):
    """What an automation was saved as, once. Going back to one makes another one."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    automation = models.ForeignKey(Automation, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    # All other fields (automations/values.py), as JSON values.
    settings: Any = models.JSONField(default=dict)
    by = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120, blank=True, default="")
    # Which one was gone back to; null: none.
    restores = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    workspace_id: int
    automation_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["automation", "number"], name="automation_version_has_one_number")
        ]
        indexes = [models.Index(fields=["workspace", "automation", "-number"], name="version_of_automation")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class AutomatedDelivery(models.Model):
    """What is known of a delivery that an automation made: whom it is for, in which version it went out, and whether it
    was looked at."""

    delivery = models.OneToOneField(Delivery, models.CASCADE, primary_key=True, related_name="automated")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="+", db_index=False)
    # "contact:0192…" or "teammate:0192…", by public ids; "": they were erased.
    recipient = models.CharField(max_length=50)
    # The version that it was last drawn from; null: not yet.
    version = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Only where the workspace counts it (MailTracking).
    opened_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)

    workspace_id: int
    rule_id: int
    delivery_id: int

    class Meta:
        verbose_name_plural = "automated deliveries"
        indexes = [
            models.Index(fields=["rule", "recipient", "-created_at"], name="automated_by_recipient"),
            models.Index(fields=["workspace", "rule", "version"], name="automated_by_version"),
            models.Index(fields=["rule", "-delivery"], name="automated_by_time"),
        ]

    def __str__(self) -> str:
        return self.recipient


class Unsubscription(models.Model):
    """That an address wants no automated letters of a workspace but transactional ones. Lower case."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "address"], name="unsubscribed_once")]

    def __str__(self) -> str:
        return self.address


class MailTracking(models.Model):
    """Whether a workspace counts who opens its automated letters and follows their links. No row: it does not."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    enabled = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "on" if self.enabled else "off"
