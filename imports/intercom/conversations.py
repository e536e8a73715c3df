"""Writing the conversations of a batch: each once, what was said since added, notes for the team alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imports import chunks
from imports.intercom import fitting
from imports.intercom.conversations_phase import source_id
from imports.intercom.place import Place
from imports.intercom.threads import Conversation as Thread
from imports.intercom.threads import Part
from imports.models import Batch, BatchKind, Import, Source, SourceLink
from inbox.contacts.bulk import Outcome, Retry
from inbox.conversations import history
from inbox.conversations.history import Past, Said
from inbox.models import Conversation
from inbox.models.conversations import Priority, Status
from inbox.models.messages import AuthorKind
from inbox.people.models import Teammate

# Under it lie the ids of messages: made of Intercom's, so that each is the same message the next time.
_MESSAGES = uuid.UUID("6b0e5b0a-5d39-5c5b-9a0e-0f7d1c7f6c11")
NO_CONTACT = (
    "The contact of this conversation did not come over: it was deleted in Intercom, or refused. Mend that, and bring "
    "everything again."
)


# A list that moves may show one twice in a sync: what the sync itself has made is not one that was there before.
_TALKS = """
WITH mine AS (SELECT made, verdicts FROM imports_batch WHERE parent_id = %(import)s AND kind = %(kind)s),
made AS (SELECT unnest(made) AS id FROM mine),
went_on AS (SELECT DISTINCT jsonb_array_elements_text(verdicts -> 'went_on')::bigint AS id FROM mine)
SELECT (SELECT count(*) FROM made),
    (SELECT count(*) FROM went_on JOIN inbox_conversation USING (id) WHERE id NOT IN (SELECT id FROM made))
"""


@dataclass(frozen=True)
class Talks:
    """Conversations that an import made, and those that were there before and to which it added."""

    made: int
    went_on: int


@dataclass(frozen=True)
class People:
    """Who is who: keys of contacts by Intercom's ids, of teammates by their emails in small letters."""

    contacts: dict[str, int]
    teammates: dict[str, int]


def apply(batch: Batch) -> Outcome:
    """Write the conversations of a batch, in the caller's transaction; only say what would be, where it is a trial."""
    rows: list[Thread] = list(chunks.read_json(batch))
    threads = [*{row["id"]: row for row in rows}.values()]  # a list that moves shows some twice
    app = Place.from_json(batch.parent.progress).app
    people, links = _people(batch, threads), _links(batch, app, threads)
    found = Outcome()
    new: list[Thread] = []
    again: list[Thread] = []
    for thread in threads:
        if _name(app, thread) in links:
            again.append(thread)
        elif batch.parent.dry_run or _contact(thread, people) is not None:
            new.append(thread)
        else:
            found.refusals.append([thread["number"], "contact_unknown", NO_CONTACT])
    found.refused, found.created = len(found.refusals), len(new)
    if batch.parent.dry_run:
        found.unchanged = len(again) + len(rows) - len(threads)
        return found
    went_on = _go_on(app, again, people, links)
    if went_on:  # nobody can take this back: the page of the undo says of how many
        batch.verdicts = {**batch.verdicts, "went_on": went_on}
    found.updated = len(went_on)
    found.unchanged = len(again) - found.updated + len(rows) - len(threads)
    found.made = _bring(batch, app, new, people)
    return found


def undo(batch: Batch) -> list[int]:
    """Remove the conversations that a batch made and in which nobody has done anything here; return the keys of those
    that stay. In the caller's transaction."""
    locked = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=batch.made).order_by("pk")
    there = [conversation.pk for conversation in locked]
    gone = history.untouched(there)
    Conversation.objects.filter(pk__in=gone).delete()
    return sorted({*there} - {*gone})


def talks_of(import_: Import) -> Talks:
    """Return what undoing an import does with conversations, if nobody has done anything in them. After the undo: what
    it left. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TALKS, {"import": import_.pk, "kind": BatchKind.CONVERSATIONS.value})
        made, went_on = cursor.fetchone()
    return Talks(int(made), int(went_on))


def _go_on(app: str, threads: Sequence[Thread], people: People, links: dict[str, SourceLink]) -> list[int]:
    """Add to the conversations of these threads, and return the keys of those to which there was something."""
    keys = [links[_name(app, thread)].conversation_id or 0 for thread in threads]
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    locked = {row.pk: row for row in rows}
    pairs = [
        (row, _past(app, thread, row.contact_id, people))
        for key, thread in zip(keys, threads, strict=True)
        if (row := locked.get(key)) is not None
    ]
    changed = history.go_on(pairs)
    for thread in threads:
        links[_name(app, thread)].changed_at = fitting.moment(thread["updated_at"])
    SourceLink.objects.bulk_update([links[_name(app, thread)] for thread in threads], ["changed_at"])
    return sorted(conversation.pk for conversation in changed)


def _bring(batch: Batch, app: str, threads: Sequence[Thread], people: People) -> list[int]:
    pasts = [_past(app, thread, contact, people) for thread in threads if (contact := _contact(thread, people))]
    made = history.bring(batch.workspace_id, pasts)
    links = [
        SourceLink(
            workspace_id=batch.workspace_id,
            source=Source.INTERCOM,
            kind="conversation",
            source_id=_name(app, thread),
            conversation=conversation,
            changed_at=fitting.moment(thread["updated_at"]),
        )
        for thread, conversation in zip(threads, made, strict=True)
    ]
    try:
        with transaction.atomic(savepoint=False):
            SourceLink.objects.bulk_create(links)
    except IntegrityError as error:  # another batch has just brought one of them
        raise Retry from error
    return sorted(conversation.pk for conversation in made)


def _past(app: str, thread: Thread, contact: int, people: People) -> Past:
    began_at = fitting.moment(thread["created_at"]) or timezone.now()
    said = [_said(app, thread, part, contact, people, began_at) for part in thread["parts"]]
    status, until = _status(thread)
    updated_at = fitting.moment(thread["updated_at"]) or began_at
    return Past(
        contact=contact,
        began_at=began_at,
        source=Source.INTERCOM.value,
        said=said,
        status=status,
        snoozed_until=until,
        closed_at=updated_at if status == Status.CLOSED else None,
        assignee=people.teammates.get(thread["assignee"]) if thread["assignee"] else None,
        priority=Priority.HIGH if thread["is_urgent"] else Priority.NORMAL,
    )


def _said(app: str, thread: Thread, part: Part, contact: int, people: People, began_at: datetime) -> Said:
    is_contact = part["by"] == "contact"
    # A conversation of one contact may carry a name of theirs that did not come over: an id from before a merge.
    author = people.contacts.get(part["author"], contact if len(thread["contacts"]) < 2 else None)
    teammate = people.teammates.get(part["email"]) if part["email"] and not is_contact else None
    known = author if is_contact else teammate
    return Said(
        client_id=uuid.uuid5(_MESSAGES, f"{_name(app, thread)}/{part['id']}"),
        is_public=part["public"],
        author_kind=AuthorKind.CONTACT if is_contact else AuthorKind.TEAMMATE,
        text=part["text"],
        at=fitting.moment(part["at"]) or began_at,
        teammate=teammate,
        contact=author if is_contact else None,
        name="" if known is not None else part["name"],
    )


def _status(thread: Thread) -> tuple[Status, datetime | None]:
    if thread["state"] == "closed":
        return Status.CLOSED, None
    until = fitting.moment(thread["snoozed_until"])
    if thread["state"] == "snoozed" and until is not None and until > timezone.now():
        return Status.SNOOZED, until
    return Status.OPEN, None


def _people(batch: Batch, threads: Sequence[Thread]) -> People:
    """Two queries, whatever the batch's size."""
    wanted = {one for thread in threads for one in thread["contacts"]}
    wanted |= {part["author"] for thread in threads for part in thread["parts"] if part["by"] == "contact"}
    links = SourceLink.objects.filter(
        workspace=batch.workspace_id, source=Source.INTERCOM, kind="contact", source_id__in=wanted
    )
    emails = {thread["assignee"] for thread in threads}
    emails |= {part["email"] for thread in threads for part in thread["parts"] if part["by"] == "teammate"}
    mates = Teammate.objects.active().filter(workspace=batch.workspace_id, user__email__in=emails - {""})
    return People(
        {name: key for name, key in links.values_list("source_id", "contact_id") if key is not None},
        {email: key for email, key in mates.values_list("user__email", "pk") if email},
    )


def _links(batch: Batch, app: str, threads: Sequence[Thread]) -> dict[str, SourceLink]:
    links = SourceLink.objects.filter(
        workspace=batch.workspace_id,
        source=Source.INTERCOM,
        kind="conversation",
        source_id__in=[_name(app, thread) for thread in threads],
    )
    return {link.source_id: link for link in links}


def _contact(thread: Thread, people: People) -> int | None:
    return next((people.contacts[one] for one in thread["contacts"] if one in people.contacts), None)


def _name(app: str, thread: Thread) -> str:
    return source_id(app, thread["id"])
