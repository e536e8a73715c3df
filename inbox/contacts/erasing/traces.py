"""Where else a person's words and ids stand: in answers that are kept, in letters, lists, settings and the audit."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from inbox.contacts.erasing.person import Person
from inbox.mailing import addresses
from inbox.models import (
    Account,
    ContactDevice,
    Conversation,
    Identity,
    IncomingMail,
    Message,
    Segment,
    SharedHandle,
    Visitor,
)
from inbox.models.merging import SharedKind
from inbox.people.models import Workspace
from notifications.erasing import pattern

# What the same call is answered with from then on: it was done once, and is not done again.
ANSWER = json.dumps(
    {
        "type": "/api/v1/docs/#answer_erased",
        "title": "Whom it was about has been erased",
        "status": 410,
        "detail": "This call was done before, and the person whom it was about has been erased since.",
        "code": "answer_erased",
    }
)
# A message's answer names neither contact nor conversation: it is known by what its sender called it.
_ANSWERS = """
UPDATE inbox_idempotencykey SET status = 410, body = %(answer)s, headers = '{}'
WHERE workspace_id = %(workspace)s AND (body ~ %(ids)s OR body ~* %(words)s
    OR substring(body FROM '"client_id": ?"([0-9a-f-]{36})"') IN (
        SELECT client_id::text FROM inbox_message WHERE conversation_id = ANY(%(conversations)s)))
"""
_KEYS = "DELETE FROM inbox_idempotencykey WHERE workspace_id = %(workspace)s AND key ~* %(anyhow)s"
_AUDIT = """
UPDATE people_auditfact SET subject = '', data = '{"erased": true}'
WHERE workspace_id = %(workspace)s AND (data::text ~ %(ids)s OR concat_ws(' ', subject, data::text) ~* %(words)s)
"""
_MERGED = ("merged", "unmerged")


def erase(person: Person) -> None:
    """Erase a person from what stands beside their own rows, which must still be there."""
    ids = pattern([*map(str, person.ids), *map(str, person.threads)][:2000])
    values: dict[str, Any] = {
        "workspace": person.workspace.pk, "answer": ANSWER, "ids": ids, "words": person.pattern,
        "conversations": person.conversations, "anyhow": pattern([*person.words, *person.full_names], anywhere=True),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, values)
        cursor.execute(_ANSWERS, values)
        cursor.execute(_AUDIT, {**values, "ids": person.ids_pattern})
    _letters(person)
    _segments(person)
    _shared(person)
    _accounts(person)
    _threads_of_others(person)
    _widget_page(person)


def _letters(person: Person) -> None:
    """Delete letters that came from them, and answers to letters about their conversations that wait to be worked."""
    mine = IncomingMail.objects.filter(workspace=person.workspace)
    threads = set(person.threads)
    waiting = mine.exclude(raw="").values_list("pk", "recipient").iterator()
    theirs = [pk for pk, to in waiting if (read := addresses.read(to)) is not None and read.conversation in threads]
    from_them = [pk for pk, sender in mine.values_list("pk", "sender").iterator() if sender.lower() in person.addresses]
    IncomingMail.objects.filter(pk__in=[*theirs, *from_them]).delete()


def _segments(person: Person) -> None:
    """Delete saved lists that ask for this very person."""
    spelt = {
        spelling for word in person.words for spelling in (word, quote(word), quote(word, safe=""), quote_plus(word))
    }
    named = [*spelt, *person.full_names, *(quote_plus(name) for name in person.full_names)]
    asked = Q()
    for word in named:
        asked |= Q(query__icontains=word) | Q(name__icontains=word)
    if named:
        Segment.objects.filter(asked, workspace=person.workspace).delete()


def _shared(person: Person) -> None:
    """Delete what was noted as shared by many, where nobody else has it."""
    others = Identity.objects.filter(kind=OuterRef("kind"), value=OuterRef("value")).exclude(
        contact__in=person.contacts
    )
    noted = SharedHandle.objects.filter(workspace=person.workspace)
    values = [value for _, value in person.handles]
    noted.filter(~Exists(others.filter(workspace=person.workspace)), value__in=values).delete()
    devices = ContactDevice.objects.filter(workspace=person.workspace)
    seen = {str(device) for device in devices.filter(contact__in=person.contacts).values_list("device", flat=True)}
    elsewhere = devices.filter(device__in=seen).exclude(contact__in=person.contacts).values_list("device", flat=True)
    noted.filter(kind=SharedKind.DEVICE, value__in=seen - {str(device) for device in elsewhere}).delete()


def _accounts(person: Person) -> None:
    """Take their words out of the attributes of the accounts that stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM inbox_account WHERE workspace_id = %s AND attributes::text ~* %s ORDER BY id",
            [person.workspace.pk, person.pattern],
        )
        found = [pk for (pk,) in cursor.fetchall()]
    words = {word.casefold() for word in person.words}
    for account in Account.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk"):
        Account.objects.filter(pk=account.pk).update(attributes=_without(account.attributes, words))


def _without(value: Any, words: set[str]) -> Any:
    """Return plain data without the texts that hold one of `words`."""
    if isinstance(value, str):
        return "" if any(word in value.casefold() for word in words) else value
    if isinstance(value, list):
        return [_without(item, words) for item in value]
    if isinstance(value, dict):
        return {
            key: _without(item, words)
            for key, item in value.items()
            if not any(word in key.casefold() for word in words)
        }
    return value


def _threads_of_others(person: Person) -> None:
    """Take their names out of the lines that say, in another's thread, that both were merged once and parted again."""
    if not person.others:
        return
    theirs = Conversation.objects.filter(contact__in=person.others)
    said = Message.objects.filter(conversation__in=theirs, kind="action", action__in=_MERGED)
    names = {name.casefold() for name in person.names} | {value.casefold() for _, value in person.handles}
    for message in said.order_by("pk"):
        kept = {key: _blank(value, names) for key, value in message.data.items()}
        if kept != message.data:
            Message.objects.filter(pk=message.pk).update(data=kept)


def _blank(value: Any, names: set[str]) -> Any:
    return "somebody who was erased" if isinstance(value, str) and value.casefold() in names else value


def _widget_page(person: Person) -> None:
    """The page on which the widget was seen last may be one of theirs: the next one takes its place."""
    pages = Visitor.objects.filter(pk__in=person.visitors).values_list("page_url", flat=True)
    theirs = [url.partition("?")[0].partition("#")[0] for url in pages]
    spelt = pattern([*person.words, *(quote(word, safe="") for word in person.words)])
    seen = Q(widget_seen_url__in=[url[:300] for url in theirs if url]) | Q(widget_seen_url__iregex=spelt)
    Workspace.objects.filter(seen, pk=person.workspace.pk).update(widget_seen_url="")
