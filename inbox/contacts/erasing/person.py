"""Who is erased: all contacts of one person, held still, and all by which they are known here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.db.models import F, Q, QuerySet

from inbox.contacts import persons
from inbox.contacts.identities import normalise
from inbox.models import Account, Contact, Conversation, Identity, Merge, Visitor
from inbox.models.contacts import IdentityKind
from inbox.people.models import Teammate, User, Workspace
from notifications.erasing import Sought, pattern

# What is shorter, or has no letter, stands for other things, too: it is looked for in its own places alone.
SHORTEST_ID, SHORTEST_NAME, FEWEST_DIGITS = 6, 7, 7


class Gone(Exception):
    """The contact is not there any more."""


class _Moved(Exception):
    """The person was joined with another, or parted, while its locks were waited for."""


@dataclass(frozen=True)
class Person:
    """A root and all contacts attached to it, with what belongs to them: keys (`contacts`, `visitors`, `conversations`,
    `accounts` that are theirs alone, `events` once these are known), public ids (`ids`, `threads`), `handles` as
    identities have them, `names`, `merges` (public ids) with anybody, and `others` (keys of contacts) with whom they
    were merged once and are not now. `called` is what the desk calls them."""

    workspace: Workspace
    root: int
    called: str
    contacts: list[int]
    ids: list[uuid.UUID]
    visitors: list[int]
    conversations: list[int]
    threads: list[uuid.UUID]
    handles: set[tuple[str, str]]
    names: set[str]
    accounts: list[Account] = field(default_factory=list)
    merges: list[uuid.UUID] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)

    @cached_property
    def addresses(self) -> set[str]:
        """Their email addresses, less those that somebody signs in with, or works here by."""
        found = {value for kind, value in self.handles if kind == IdentityKind.EMAIL and "@" in value}
        logins = User.objects.filter(email__in=found).values_list("email", flat=True)
        work = Teammate.objects.filter(work_email__in=found).values_list("work_email", flat=True)
        return found - set(logins) - set(work)

    @cached_property
    def words(self) -> set[str]:
        """Words that stand for this person and for nobody else, wherever they are met."""
        found = set(self.addresses)
        for kind, value in self.handles:
            letters = any(sign.isalpha() for sign in value)
            if kind == IdentityKind.EXTERNAL_ID and len(value) >= SHORTEST_ID and letters and "@" not in value:
                found.add(value)
            if kind == IdentityKind.PHONE and sum(sign.isdigit() for sign in value) >= FEWEST_DIGITS:
                found.add(value)
        return found

    @cached_property
    def full_names(self) -> set[str]:
        """Those of their names by which nobody else is likely to go: of several words."""
        return {name for name in self.names if len(name) >= SHORTEST_NAME and " " in name}

    @cached_property
    def pattern(self) -> str:
        """A regular expression, for PostgreSQL, that finds any of `words`."""
        return pattern(self.words)

    @cached_property
    def ids_pattern(self) -> str:
        """The same for the ids by which our own texts name them."""
        return pattern([*map(str, self.ids), *map(str, self.merges)])

    @property
    def sought(self) -> Sought:
        """As the spine looks for them."""
        return Sought(
            contacts=self.ids,
            conversations=self.threads,
            accounts=[account.external_id for account in self.accounts],
            ids=[str(merge) for merge in self.merges],
            words=self.words,
            names=self.full_names,
            addresses=self.addresses,
        )


def hold(contact: Contact) -> Person:
    """Lock a contact's person with all visitors and conversations, in the caller's transaction, and return it.

    Locks are taken as everywhere: visitors, contacts, conversations. Raises Gone.
    """
    while True:
        try:
            with transaction.atomic():  # what a round has locked in vain is released with it
                return _hold(contact.pk)
        except _Moved:
            continue


def look(contact: Contact) -> Person:
    """Return a contact's person as it is now, without holding it: for saying what there is. Raises Gone."""
    return _read(_members(contact.pk))


def _hold(pk: int) -> Person:
    members = _members(pk)
    keys = [one.pk for one in members]
    list(Visitor.objects.select_for_update(no_key=True).filter(contact__in=keys).order_by("pk").values_list("pk"))
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    members = _members(pk)
    if {one.pk for one in members} != set(keys):
        raise _Moved
    # Not only against changes: who adds a message waits, and then finds no conversation.
    rows = Conversation.objects.filter(pk__in=_begun(keys).values("pk"))
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    return _read(members)


def _members(pk: int) -> list[Contact]:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Gone
    return persons.members(contact)


def _begun(keys: list[int]) -> QuerySet[Conversation]:
    """Return the conversations with these contacts, and those that their browsers began while they were merged into
    somebody else. (What was begun in one of these browsers before it was theirs is a stranger's.)"""
    theirs = Q(visitor__verified_at__isnull=True) | Q(visitor__verified_at__lte=F("created_at"))
    return Conversation.objects.filter(Q(contact__in=keys) | Q(visitor__contact__in=keys) & theirs)


def _read(members: list[Contact]) -> Person:
    keys = [one.pk for one in members]
    threads = list(_begun(keys).order_by("pk").values_list("pk", "public_id"))
    merges = list(Merge.objects.filter(Q(winner__in=keys) | Q(loser__in=keys)))
    return Person(
        workspace=members[0].workspace,
        root=members[0].pk,
        called=members[0].display_name,
        contacts=keys,
        ids=[one.public_id for one in members],
        visitors=list(Visitor.objects.filter(contact__in=keys).values_list("pk", flat=True)),
        conversations=[pk for pk, _ in threads],
        threads=[public_id for _, public_id in threads],
        handles=_handles(members, keys),
        names=_names(members, merges),
        accounts=_own_accounts(members, keys),
        merges=[merge.public_id for merge in merges],
        others=sorted({pk for merge in merges for pk in (merge.winner_id, merge.loser_id)} - set(keys)),
    )


def _handles(members: Iterable[Contact], keys: list[int]) -> set[tuple[str, str]]:
    found = set(Identity.objects.filter(contact__in=keys).values_list("kind", "value"))
    for one in members:
        shown = {
            IdentityKind.EMAIL: one.email, IdentityKind.PHONE: one.phone, IdentityKind.EXTERNAL_ID: one.external_id,
        }  # fmt: skip
        found |= {(str(kind), normalise(kind, value)) for kind, value in shown.items() if value}
    return found


def _names(members: Iterable[Contact], merges: Iterable[Merge]) -> set[str]:
    """Return what they are called, or were before a merge gave them another's name."""
    ours = {one.pk for one in members}
    images = [
        image.get(when)
        for merge in merges if merge.winner_id in ours and merge.loser_id in ours
        for image in [merge.fields.get("name") or {}]
        for when in ("before", "after")
    ]  # fmt: skip
    called = [name for one in members for name in (one.name, one.widget_name)]
    return {name for name in [*called, *images] if isinstance(name, str) and name}


def _own_accounts(members: Iterable[Contact], keys: list[int]) -> list[Account]:
    """Return the accounts that are this person by another word: theirs alone, and called as they are."""
    mine = {one.account_id for one in members if one.account_id}
    owned = Account.objects.filter(owner__in=keys)
    alone = Account.objects.filter(Q(pk__in=mine) | Q(pk__in=owned.values("pk"))).exclude(
        pk__in=Contact.objects.filter(account__isnull=False).exclude(pk__in=keys).values("account")
    )
    handles = {value.casefold() for _, value in _handles(members, keys)} | {
        one.name.casefold() for one in members if one.name
    }
    return [
        account
        for account in alone.order_by("pk")
        if {account.external_id.casefold(), account.name.casefold()} & handles
    ]
