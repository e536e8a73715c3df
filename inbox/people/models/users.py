"""A login."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user who signs in with `email` (kept in lower case) and `password`. Raises IntegrityError if taken.

        The address counts as proved: whoever calls this vouches for it.
        """
        from allauth.account.models import EmailAddress

        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic():
            user.save(using=self._db)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class Theme(models.TextChoices):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class User(AbstractBaseUser):
    """A person who can sign in. What they may do is said by their Teammate rows, one a workspace."""

    # Empty (null) for a login that came through a workspace's identity provider: that one proves no address.
    email = models.EmailField(unique=True, null=True)  # noqa: DJ001
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM, db_default="system")
    # A square WebP in the default storage, under a name that tells nothing.
    picture = models.FileField(upload_to="pictures/", blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case")
        ]
        # Few: whoever counts those who work here looks for these.
        indexes = [models.Index(fields=["id"], condition=models.Q(is_active=False), name="user_switched_off")]

    def __str__(self) -> str:
        return self.name or self.email or "no name"
