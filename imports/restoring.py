"""Giving back the values that an import changed, where they are still those that it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from imports.models import Batch, Change
from inbox.models import Account, Contact, Identity

_TIMES = {"signed_up_at", "last_seen_at"}
_DAYS = {"renews_on", "trial_ends_on"}
AT_ONCE = 200
# What an identity was before the import. Otherwise: since when it was verified, before the import took it away.
_NOT_PROVED = ("none", "claim")


def restore_contacts(batch: Batch) -> None:
    """Give back what a batch changed on contacts, and write down what stays. In a transaction."""
    changes = list(Change.objects.filter(batch=batch, contact__isnull=False).order_by("contact_id"))
    locked: dict[int | None, Contact] = _locked(Contact, [change.contact_id for change in changes])
    identities = [one for change in changes for one in change.before.get("identities", [])]
    owners = _locked(Contact, [owner for *_, owner in identities])
    gone = _gone(batch, changes)
    for change in changes:
        contact = locked.get(change.contact_id)
        change.kept = _restore(contact, change, owners, gone) if contact is not None else ["deleted"]
        if contact is not None:
            _take_back_identities(change, contact, owners)
    fields = ["name", "email", "phone", "timezone", "signed_up_at", "last_seen_at", "account", "attributes"]
    _save(Contact, [*locked.values()], [*fields, "external_id", "updated_at"])
    Contact.objects.bulk_update(
        [owner for pk, owner in owners.items() if pk not in locked], ["external_id"], batch_size=AT_ONCE
    )
    Change.objects.bulk_update(changes, ["kept"], batch_size=1000)


def restore_accounts(batch: Batch) -> None:
    """Give back what a batch changed on accounts, and write down what stays. In a transaction."""
    changes = list(Change.objects.filter(batch=batch, account__isnull=False).order_by("account_id"))
    locked: dict[int | None, Account] = _locked(Account, [change.account_id for change in changes])
    for change in changes:
        account = locked.get(change.account_id)
        change.kept = _restore(account, change, {}, Gone()) if account is not None else ["deleted"]
    changed = {field for change in changes for field in change.after}
    _save(Account, [*locked.values()], [*sorted(changed), "updated_at"])
    Change.objects.bulk_update(changes, ["kept"], batch_size=1000)


@dataclass(frozen=True)
class Gone:
    """What was before and cannot be again: accounts (keys) that are no more, external ids by who has them now."""

    accounts: frozenset[int] = frozenset()
    external_ids: Mapping[str, int] = default(default_factory=dict)

    def has(self, name: str, before: Any, holder: Any) -> bool:
        """Return whether the value `before` of a field cannot be given to `holder` any more."""
        if name == "account":
            return before in self.accounts
        return name == "external_id" and before is not None and self.external_ids.get(before, holder.pk) != holder.pk


def _gone(batch: Batch, changes: list[Change]) -> Gone:
    accounts = {change.before.get("account") for change in changes} - {None}
    there = Account.objects.filter(workspace=batch.workspace_id, pk__in=accounts).values_list("pk", flat=True)
    ids = {change.before.get("external_id") for change in changes} - {None}
    taken = Contact.objects.filter(workspace=batch.workspace_id, external_id__in=ids).values_list("external_id", "pk")
    return Gone(frozenset(accounts) - {*there}, {str(external_id): pk for external_id, pk in taken})


def _restore(profile: Any, change: Change, owners: Mapping[int, Contact], gone: Gone) -> list[str]:
    """Set on the instance what was there before; return the names of the fields that somebody has changed since, or
    whose former value is gone."""
    kept: list[str] = []
    for field, written in change.after.items():
        before = change.before.get(field)
        if field == "attributes":
            kept += _restore_attributes(profile, before or {}, written)
            continue
        holder = _holder(profile, change, owners) if field == "external_id" else profile
        name = "account_id" if field == "account" else field
        if getattr(holder, name) != _value(field, written) or gone.has(field, before, holder):
            kept.append(field)
        else:
            setattr(holder, name, _value(field, before))
    profile.updated_at = timezone.now()
    return kept


def _holder(profile: Contact, change: Change, owners: Mapping[int, Contact]) -> Contact:
    """Return whose external id it is: of a contact that was merged, its own."""
    of = {owner for *_, owner in change.before.get("identities", [])}
    return owners.get(of.pop(), profile) if len(of) == 1 and profile.pk not in of else profile


def _restore_attributes(profile: Any, before: Mapping[str, Any], written: Mapping[str, Any]) -> list[str]:
    attributes = dict(profile.attributes)
    kept = [f"attributes.{key}" for key, value in written.items() if attributes.get(key) != value]
    for key, value in written.items():
        if attributes.get(key) == value:
            attributes.pop(key)
            if before.get(key) is not None:
                attributes[key] = before[key]
    profile.attributes = attributes
    return kept


def _take_back_identities(change: Change, contact: Contact, owners: Mapping[int, Contact]) -> None:
    """Take back what the import proved or claimed for a contact, but for what is shown of it still; prove again what
    it took away."""
    shown = {contact.email, contact.phone, contact.external_id} if change.kept else set()
    for kind, value, had, owner in change.before.get("identities", []):
        if had not in _NOT_PROVED:
            _prove_again(
                contact if contact.pk == owner else owners.get(owner, contact), kind, value, parse_datetime(had)
            )
            continue
        written = Identity.objects.filter(contact=owner, kind=kind, value=value)
        if value in shown:
            continue
        if had == "claim":
            written.update(verified_at=None)
        else:
            written.delete()


def _prove_again(contact: Contact, kind: str, value: str, since: datetime | None) -> None:
    """Give a contact back the external id that an import changed: by it their own sign-in knows them."""
    same = Identity.objects.filter(workspace=contact.workspace_id, kind=kind, value=value)
    if contact.external_id == value and not same.filter(verified_at__isnull=False).exists():
        made = {"workspace_id": contact.workspace_id, "verified_at": since, "created_at": since}
        Identity.objects.update_or_create(
            contact=contact, kind=kind, value=value, defaults={"verified_at": since}, create_defaults=made
        )


def _value(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in _TIMES:
        return parse_datetime(value)
    return parse_date(value) if field in _DAYS else value


def _locked(model: type[Model], keys: list[int | None]) -> dict[Any, Any]:
    rows = model._default_manager.select_for_update(no_key=True).filter(pk__in={*keys} - {None}).order_by("pk")
    return {row.pk: row for row in rows}


def _save(model: type[Model], rows: list[Any], fields: list[str]) -> None:
    model._default_manager.bulk_update(rows, fields, batch_size=AT_ONCE)
