"""The verbs of the secret that signs a workspace's outgoing webhooks. Each writes a fact of topic `audit`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils import timezone

from inbox.people.audit import Actor, record
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from notifications.models import WebhookSecret
from notifications.models.webhooks import new_webhook_secret


class SecretRefused(ValueError):
    """The secret cannot be changed so now. The text says what to do."""


def webhook_secret(workspace: Workspace) -> WebhookSecret | None:
    """Return how the secret stands: one that is not stored yet where none was needed so far, None where no key of
    FRONTDESK_KEYS reads it. Writes nothing."""
    try:
        return WebhookSecret.objects.filter(workspace=workspace).first() or WebhookSecret(workspace=workspace)
    except InvalidToken:
        return None


def show_webhook_secret(workspace: Workspace, *, by: Actor) -> str:
    """Return the secret and write down that it was shown. Raises SecretRefused, Forbidden."""
    with _locked(workspace, by) as locked:
        found = _stored(locked)
        if found is None:
            raise SecretRefused("This secret cannot be read any more. Roll it, and give your servers the new one.")
        record("webhook_secret.shown", workspace=locked, by=by)
        return str(found.secret)


def roll_webhook_secret(workspace: Workspace, *, by: Actor) -> str:
    """Make a new secret and return it. For OVERLAP everything is signed with the former one, too.

    Raises SecretRefused while a former one still signs: a third would end it unseen. Raises Forbidden.
    """
    with _locked(workspace, by) as locked:
        found = _stored(locked)
        if found is not None and found.both_until is not None:
            raise SecretRefused("The former secret still signs. End it first: two at a time are the most.")
        fresh = new_webhook_secret()
        # One that cannot be read cannot sign: it is given up.
        former = found.secret if found is not None else None
        mine = WebhookSecret.objects.filter(workspace=locked)
        mine.update(secret=fresh, previous=former, rolled_at=timezone.now())
        record("webhook_secret.rolled", workspace=locked, by=by)
        return fresh


def end_former_webhook_secret(workspace: Workspace, *, by: Actor) -> bool:
    """Have the former secret sign nothing from now on. Return whether it still did. Raises Forbidden."""
    with _locked(workspace, by) as locked:
        found = webhook_secret(locked)
        if found is None or found.both_until is None:
            return False
        found.previous = None
        found.save(update_fields=["previous"])
        record("webhook_secret.ended", workspace=locked, by=by)
        return True


def _stored(workspace: Workspace) -> WebhookSecret | None:
    try:
        return WebhookSecret.objects.get_or_create(workspace=workspace)[0]
    except InvalidToken:
        return None


@contextmanager
def _locked(workspace: Workspace, by: Actor) -> Iterator[Workspace]:
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_WORKSPACE)
    with transaction.atomic():
        yield Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
