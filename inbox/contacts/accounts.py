"""Writing what a server says of a company."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from inbox.contacts.attributes import definitions_of, merged
from inbox.contacts.errors import ExternalIdTaken
from inbox.models import Account
from inbox.models.accounts import new_external_id
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace


def account_named(workspace: Workspace, external_id: str) -> Account:
    """Return the workspace's account with this external id, made if there is none."""
    account, _ = Account.objects.get_or_create(workspace=workspace, external_id=external_id)
    return account


def create_account(workspace: Workspace, changes: dict[str, Any]) -> Account:
    """Make an account; one without an external id is given one. Raises ExternalIdTaken, AttributesTooLarge."""
    external_id = changes.get("external_id") or new_external_id()
    account = Account(workspace=workspace)
    _apply(account, {**changes, "external_id": external_id})
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "account_external_id_is_unique" not in str(error):
            raise
        raise ExternalIdTaken(external_id) from error
    return account


def change_account(account: Account, changes: dict[str, Any]) -> Account:
    """Change what `changes` holds and nothing else; the external id stays. Raises AttributesTooLarge."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        changed = _apply(locked, {field: value for field, value in changes.items() if field != "external_id"})
        if changed:
            locked.save(update_fields=[*changed, "updated_at"])
    return locked


def upsert_account(workspace: Workspace, external_id: str, changes: dict[str, Any]) -> tuple[Account, bool]:
    """Make or change the account with this external id; return it, and whether it is new. Raises AttributesTooLarge."""
    known = Account.objects.filter(workspace=workspace, external_id=external_id)
    account = known.first()
    if account is None:
        try:
            return create_account(workspace, {**changes, "external_id": external_id}), True
        except ExternalIdTaken:  # somebody was quicker
            account = known.get()
    return change_account(account, changes), False


def _apply(account: Account, changes: dict[str, Any]) -> list[str]:
    """Set the fields on the instance and return the names of those that are different now."""
    changed = []
    for field, value in changes.items():
        new = value
        if field == "attributes":
            new = merged(account.attributes, value, definitions_of(account.workspace_id, ProfileKind.ACCOUNT))
        if getattr(account, field) != new:
            setattr(account, field, new)
            changed.append(field)
    return changed
