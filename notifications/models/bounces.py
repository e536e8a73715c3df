"""Addresses whose mail came back."""

from __future__ import annotations

from django.db import models


class BouncedAddress(models.Model):
    """An email address to which mail does not get through, as the mail provider said. Nothing more is sent there until
    its owner says that it works again. It is of no workspace: an address is one mailbox."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    bounced_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "bounced addresses"

    def __str__(self) -> str:
        return self.address
