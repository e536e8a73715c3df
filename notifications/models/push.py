"""The browsers that are told by push, and the pair of keys that push services know this Frontdesk by."""

from __future__ import annotations

from hashlib import sha256

from django.db import models

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from inbox.people.secrets import EncryptedTextField


class PushSubscription(models.Model):
    """One browser of one teammate. Its endpoint is the push service's name for it, so a browser has one row at most."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="push_subscriptions")
    # "Firefox 131, Windows".
    label = models.CharField(max_length=200, blank=True, default="")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = EncryptedTextField()
    # The mark of the session in which it was turned on (inbox/people/sessions.py): it ends with it.
    session = models.CharField(max_length=32, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # What its push service answered last, where that was no success.
    error = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["workspace", "teammate"], name="push_of_teammate")]

    def __str__(self) -> str:
        return self.label or "browser"

    @property
    def mark(self) -> str:
        """By which a browser knows its own row again, without the page naming the endpoint."""
        return sha256(self.endpoint.encode()).hexdigest()

    workspace_id: int
    teammate_id: int


class PushKeys(models.Model):
    """The only row of its table. Every subscription is bound to the public key that it was made with."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    # Base64url: the 32 bytes of the private number, and the 65 of the uncompressed point. "": lost, make new ones.
    private = EncryptedTextField(default="", blank=True)
    public = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "push keys"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_pair_of_push_keys")]

    def __str__(self) -> str:
        return "push keys"
