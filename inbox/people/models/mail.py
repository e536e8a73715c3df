"""A letter on its way out."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from inbox.people.secrets import EncryptedTextField


class OutgoingMail(models.Model):
    """A letter that waits to be sent. It holds links that let people in, so it is encrypted, and gone once sent."""

    to = models.CharField(max_length=320)
    # JSON: what django.core.mail's EmailMultiAlternatives takes (inbox/people/mail.py).
    letter = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)
    # When it may be tried (again); null once it was given up.
    due_at = models.DateTimeField(null=True, db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="mail_that_is_due")]

    def __str__(self) -> str:
        return self.to
