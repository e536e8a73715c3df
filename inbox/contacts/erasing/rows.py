"""The rows of a person themselves, deleted set by set: fifty thousand messages are one statement, and no model."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models
from django.db.models import Q

from inbox.contacts.erasing.person import Person
from inbox.contacts.suggesting import counting
from inbox.models import (
    Account,
    Contact,
    ContactDevice,
    Conversation,
    Follow,
    GuestAccess,
    Identity,
    LikenessCheck,
    MatchKey,
    Mention,
    Merge,
    MergeSuggestion,
    Message,
    PersonNote,
    ReadMarker,
    Visitor,
)

# In this order nothing points any more to what is deleted.
_OF_CONVERSATION: tuple[type[models.Model], ...] = (Mention, Follow, GuestAccess, ReadMarker)
_OF_CONTACT: tuple[type[models.Model], ...] = (MatchKey, ContactDevice, LikenessCheck, PersonNote, Identity)


def delete(person: Person) -> None:
    """Delete a person's rows, all but the contacts, which others point to until the end. Others who may have been this
    person are counted anew."""
    for model in _OF_CONVERSATION:
        _delete(model, "conversation_id", person.conversations)
    _delete(Message, "conversation_id", person.conversations)
    _delete_merges(person)
    for model in _OF_CONTACT:
        _delete(model, "contact_id", person.contacts)
    Message.objects.filter(contact__in=person.contacts).update(contact=None)
    _delete(Conversation, "id", person.conversations)
    Conversation.objects.filter(visitor__in=person.visitors).update(visitor=None)
    _delete(Visitor, "id", person.visitors)


def delete_contacts(person: Person) -> None:
    """Delete the contacts, and the accounts that are this person by another word. Raises IntegrityError where somebody
    has added something to them meanwhile: then all of it is to be done once more."""
    own = [account.pk for account in person.accounts]
    Account.objects.filter(owner__in=person.contacts).exclude(pk__in=own).update(owner=None)
    Contact.objects.filter(root__in=person.contacts).exclude(pk__in=person.contacts).update(root=None)
    _delete(Contact, "id", person.contacts)
    _delete(Account, "id", own)
    with connection.cursor() as cursor:
        # Else what others committed meanwhile would be noticed at the commit, where nobody can begin anew.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _delete_merges(person: Person) -> None:
    touching = Q(contact__in=person.contacts) | Q(candidate__in=person.contacts)
    pairs = MergeSuggestion.objects.filter(touching).values_list("contact", "candidate")
    asked = {pk for pair in pairs for pk in pair} - set(person.contacts)
    roots = {root or pk for pk, root in Contact.objects.filter(pk__in=asked).values_list("pk", "root_id")}
    _delete(MergeSuggestion, "contact_id", person.contacts)
    _delete(MergeSuggestion, "candidate_id", person.contacts)
    merges = list(Merge.objects.filter(public_id__in=person.merges).values_list("pk", flat=True))
    MergeSuggestion.objects.filter(merge__in=merges).update(merge=None)
    _delete(Merge, "id", merges)
    if others := roots - set(person.contacts):
        counting.recount(others)


def _delete(model: type[models.Model], column: str, keys: Sequence[int]) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(column)} = ANY(%s)",  # noqa: S608  (names of ours)
            [list(keys)],
        )
