"""What is read of a person for the sidebar: a fixed number of questions, each answered from an index and bounded.

Whoever looks at Help Scout need not be a teammate here. So nothing of a private team is read, nothing of the audit,
and no note.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from inbox.models import Account, AttributeDefinition, Contact, Conversation
from integrations.helpscout.finding import Match
from notifications.models import Event
from notifications.words import Topic

CONVERSATIONS, EVENTS = 3, 5
# Somebody of whom the desk knows a hundred thousand things must not take longer: among so many of the newest it looks.
LOOKED_AT, LOOKED_AT_FOR_SCORE = 200, 1000
MOST_CONTACTS = 100
# What happens in conversations is shown by the conversations themselves; the audit is nobody's here.
_NOT_TOLD = (Topic.AUDIT, Topic.CONVERSATIONS)
Kept = tuple[int, uuid.UUID, datetime | None, str]


@dataclass(frozen=True)
class Facts:
    """All that rows are made from. `contacts` are the keys of the person's contacts; `definitions` the workspace's own
    fields by "contact:KEY" and "account:KEY"."""

    match: Match
    now: datetime
    contacts: list[int] = field(default_factory=list)
    signed_up_at: datetime | None = None
    timezone: str = ""
    conversations: list[Conversation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    score: Event | None = None
    definitions: dict[str, AttributeDefinition] = field(default_factory=dict)

    @property
    def root(self) -> Contact:
        return self.match.root

    @property
    def account(self) -> Account | None:
        return self.match.root.account


def gather(workspace: int, match: Match, wanted: Collection[str]) -> Facts:
    """Return what the rows `wanted` need of a person in a workspace (its key). At most five queries, whatever it
    holds."""
    people = _people(match.root)
    contacts, ids = [pk for pk, *_ in people], [public_id for _, public_id, *_ in people]
    account = match.root.account
    told = _told(workspace, ids, account.external_id if account is not None else "")
    return Facts(
        match=match,
        now=timezone.now(),
        contacts=contacts,
        signed_up_at=min((at for *_, at, _ in people if at is not None), default=None),
        timezone=next((zone for *_, zone in people if zone), ""),
        conversations=_conversations(workspace, contacts) if "conversations" in wanted else [],
        events=list(told.order_by("-id")[:EVENTS]) if "events" in wanted else [],
        score=_score(workspace, ids) if "score" in wanted else None,
        definitions=definitions_of(workspace) if any(":" in name for name in wanted) else {},
    )


def definitions_of(workspace: int) -> dict[str, AttributeDefinition]:
    """Return a workspace's own fields (its key), by the names of their rows. One query."""
    found = AttributeDefinition.objects.filter(workspace=workspace).order_by("of", "label", "id")
    return {f"{definition.of}:{definition.key}": definition for definition in found}


def _people(root: Contact) -> list[Kept]:
    """Return the person's contacts, the root first."""
    rest = Contact.objects.filter(root=root.pk).order_by("pk")
    rows: list[Kept] = list(rest.values_list("pk", "public_id", "signed_up_at", "timezone")[:MOST_CONTACTS])
    return [(root.pk, root.public_id, root.signed_up_at, root.timezone), *rows]


def _open(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Return those that anybody of the workspace may see."""
    return conversations.filter(Q(team__isnull=True) | Q(team__is_private=False))


def _conversations(workspace: int, contacts: list[int]) -> list[Conversation]:
    mine = Conversation.objects.filter(workspace=workspace, contact__in=contacts)
    newest = mine.order_by("-last_message_at", "-id").values("pk")[:LOOKED_AT]
    seen = _open(Conversation.objects.filter(workspace=workspace, pk__in=newest))
    return list(seen.order_by("-last_message_at", "-id")[:CONVERSATIONS])


def _public(workspace: int, events: QuerySet[Event]) -> QuerySet[Event]:
    """Return those events that are of no private team: neither when they happened, nor now."""
    thread = _open(Conversation.objects.filter(workspace=workspace, public_id=OuterRef("conversation")))
    return events.filter(Q(conversation__isnull=True) | Exists(thread), is_private=False)


def _told(workspace: int, ids: list[uuid.UUID], account: str) -> QuerySet[Event]:
    events = Event.objects.filter(workspace=workspace)
    newest = Q(pk__in=events.filter(contact__in=ids).order_by("-id").values("pk")[:LOOKED_AT])
    if account:
        newest |= Q(pk__in=events.filter(account=account).order_by("-id").values("pk")[:LOOKED_AT])
    return _public(workspace, events.filter(newest).exclude(topic__in=_NOT_TOLD))


def _score(workspace: int, ids: list[uuid.UUID]) -> Event | None:
    events = Event.objects.filter(workspace=workspace)
    newest = events.filter(contact__in=ids).order_by("-id").values("pk")[:LOOKED_AT_FOR_SCORE]
    given = events.filter(pk__in=newest, kind="feedback.given", data__score__isnull=False)
    return _public(workspace, given).order_by("-id").first()
