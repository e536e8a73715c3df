"""What the spine knows of somebody, taken out of it for good.

An event stays as what it was (a kind, a topic, a time), so that figures and groups hold; its words, its data and whom
it was about go, and so does all that was told of it. What waits is not told; what is out there is taken back where its
medium can do that, or drawn anew where others share the message. Whoever has such a message in their hands just now
writes nothing of it down again (`is_erased`, ERASED_PAYLOAD).

Locks, as everywhere: events, postings, deliveries.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from inbox.people.models import User, Workspace
from inbox.people.nudge import nudge_on_commit
from notifications.events import TASK, announce
from notifications.models import BouncedAddress
from notifications.transports import all_transports, inapp
from notifications.words import ERASED, ERASED_PAYLOAD

_ABOUT = "contact = ANY(%(contacts)s) OR conversation = ANY(%(conversations)s) OR account = ANY(%(accounts)s)"
# What names them though it is about somebody else was written by us (a merge, say), and holds one of our ids.
_NAMED = "data::text ~ %(ids)s"
# Of somebody whom nobody knew ("could not sign up"), their words are all that tells who it was.
_UNKNOWN = """contact IS NULL AND conversation IS NULL AND (lower(contact_name) = ANY(%(names)s)
    OR concat_ws(' ', contact_name, title, body, subject, group_key, data::text) ~* %(words)s)"""
_FIND = f"""
SELECT id FROM notifications_event
WHERE workspace_id = %(workspace)s AND group_key <> %(erased)s AND ({_ABOUT} OR {_NAMED} OR {_UNKNOWN})
ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608  (all of it is ours)
_LOCK_POSTINGS = """
SELECT id FROM notifications_posting
WHERE id IN (SELECT posting_id FROM notifications_delivery WHERE event_id = ANY(%(events)s::bigint[]))
ORDER BY id FOR NO KEY UPDATE
"""
_LOCK_DELIVERIES = (
    "SELECT id FROM notifications_delivery WHERE event_id = ANY(%(events)s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
)
_NOTICES = """
DELETE FROM notifications_notice WHERE workspace_id = %(workspace)s AND (conversation = ANY(%(conversations)s)
    OR delivery IN (SELECT public_id FROM notifications_delivery WHERE event_id = ANY(%(events)s::bigint[])))
RETURNING teammate_id
"""
_EVENTS = """
UPDATE notifications_event SET
    title = upper(left(kind, 1)) || substr(translate(kind, '._', '  '), 2) || ' (erased)', body = '', url = '',
    data = '{}', contact = NULL, contact_name = '', conversation = NULL, subject = '', group_key = %(erased)s,
    account = CASE WHEN account = ANY(%(accounts)s) THEN '' ELSE account END,
    account_name = CASE WHEN account = ANY(%(accounts)s) THEN '' ELSE account_name END,
    settled_at = coalesce(settled_at, %(now)s), routed_at = coalesce(routed_at, %(now)s)
WHERE id = ANY(%(events)s::bigint[])
"""
# Messages that tell of nobody else are over: what is out there is taken back.
_OWN_POSTINGS = """
UPDATE notifications_posting AS p SET
    is_closed = true, group_key = p.public_id::text, error = '', settled_count = event_count, update_at = NULL,
    retract_at = CASE WHEN p.told_at IS NOT NULL AND p.retracted_at IS NULL AND p.transport = ANY(%(retracting)s)
        THEN %(now)s END
WHERE p.id = ANY(%(postings)s::bigint[]) AND NOT EXISTS (
    SELECT FROM notifications_delivery AS d JOIN notifications_event AS e ON e.id = d.event_id
    WHERE d.posting_id = p.id AND e.group_key <> %(erased)s)
RETURNING p.id
"""
# Others go on without their words, and one fewer that is open; what holds an id of theirs in its key takes no more.
_SHARED_POSTINGS = """
UPDATE notifications_posting AS p SET
    error = '', settled_count = least(p.event_count, shared.settled),
    update_at = CASE WHEN p.retracted_at IS NULL AND p.retract_at IS NULL AND p.transport = ANY(%(changing)s)
        THEN %(now)s ELSE p.update_at END,
    retract_at = CASE WHEN shared.settled >= p.event_count AND p.told_at IS NOT NULL AND p.retracted_at IS NULL
        AND p.transport = ANY(%(retracting)s) THEN %(now)s ELSE p.retract_at END,
    is_closed = p.is_closed OR p.group_key ~* %(words)s OR p.group_key ~ %(ids)s,
    group_key = CASE WHEN p.group_key ~* %(words)s OR p.group_key ~ %(ids)s THEN p.public_id::text
        ELSE p.group_key END
FROM (
    SELECT d.posting_id AS id, count(*) FILTER (WHERE e.settled_at IS NOT NULL) AS settled
    FROM notifications_delivery AS d JOIN notifications_event AS e ON e.id = d.event_id
    WHERE d.posting_id = ANY(%(shared)s::bigint[]) GROUP BY 1
) AS shared
WHERE p.id = shared.id
"""
# What is being sent stays with its sender, who finds its event settled and takes it back. What is to tell others too
# goes out, without these words.
_DELIVERIES = """
UPDATE notifications_delivery SET
    status = CASE WHEN moves THEN 'settled' ELSE status END, due_at = CASE WHEN moves THEN NULL ELSE due_at END,
    payload = %(payload)s, error = '', warning = '', conversation = NULL, seq = NULL
FROM (
    SELECT id AS moving, status = 'sent' OR (status = 'suppressed' AND cause IN ('grouped', 'capped'))
        OR (status = 'pending' AND (posting_id IS NULL OR posting_id <> ALL(%(shared)s::bigint[]))) AS moves
    FROM notifications_delivery WHERE event_id = ANY(%(events)s::bigint[])
) AS theirs
WHERE id = moving
"""
# Keys are put together as their makers like ("signup-jane@a.test"); one too many that is forgotten does no harm.
_KEYS = "DELETE FROM notifications_eventkey WHERE workspace_id = %(workspace)s AND key ~* %(anyhow)s"
# A rule that names them goes on without the name, and so does what it says of why it told.
_RULES = """
UPDATE notifications_rule SET
    name = regexp_replace(name, %(said)s, 'erased', 'gi'), purpose = regexp_replace(purpose, %(said)s, 'erased', 'gi'),
    condition = regexp_replace(condition, %(said)s, 'erased', 'gi'),
    template = regexp_replace(template, %(said)s, 'erased', 'gi')
WHERE workspace_id = %(workspace)s AND concat_ws(' ', name, purpose, condition, template) ~* %(said)s
RETURNING id
"""
_REASONS = """
UPDATE notifications_delivery SET reason = regexp_replace(reason, %(said)s, 'erased', 'gi')
WHERE rule_id = ANY(%(rules)s) AND reason ~* %(said)s
"""
# Answers of other servers may quote what was sent to them.
_TROUBLE = "UPDATE notifications_{} SET error = '' WHERE workspace_id = %(workspace)s AND error ~* %(words)s"


@dataclass(frozen=True)
class Sought:
    """By what somebody is known here: public ids of contacts and conversations, external ids of accounts that are
    theirs alone, other `ids` of ours that events carry (as text), `words` that stand for nobody else (addresses,
    numbers), full `names`, and their email `addresses`."""

    contacts: Collection[uuid.UUID] = ()
    conversations: Collection[uuid.UUID] = ()
    accounts: Collection[str] = ()
    ids: Collection[str] = ()
    words: Collection[str] = ()
    names: Collection[str] = ()
    addresses: Collection[str] = ()


@dataclass(frozen=True)
class Forgotten:
    """What was erased: the keys of the events, and how many deliveries and notices."""

    events: list[int] = field(default_factory=list)
    deliveries: int = 0
    notices: int = 0


def erase(workspace: Workspace, sought: Sought) -> Forgotten:
    """Erase somebody from the events of a workspace and from all that was told of them, in the caller's transaction.

    Whoever tracks an event about them meanwhile must hold a lock that the caller holds, too. Messages that are out
    there are taken back by the worker afterwards.
    """
    values = _values(workspace, sought)
    with connection.cursor() as cursor:
        values["events"] = _column(cursor, _FIND, values)
        values["postings"] = _column(cursor, _LOCK_POSTINGS, values)
        cursor.execute(_LOCK_DELIVERIES, values)
        cursor.execute(_EVENTS, values)
        own = set(_column(cursor, _OWN_POSTINGS, values))
        values["shared"] = [pk for pk in values["postings"] if pk not in own]
        cursor.execute(_SHARED_POSTINGS, values)
        cursor.execute(_DELIVERIES, values)
        deliveries = cursor.rowcount
        # After the deliveries: who is making a notice waits for its delivery, and then makes none.
        told = _column(cursor, _NOTICES, values)
        cursor.execute(_KEYS, values)
        values["rules"] = _column(cursor, _RULES, values)
        cursor.execute(_REASONS, values)
        for table in ("destination", "posting", "delivery"):
            cursor.execute(_TROUBLE.format(table), values)
    _forget_bounces(sought.addresses)
    for teammate in set(told):
        for listener in inapp.on_noticed:
            listener(teammate)
    nudge_on_commit(TASK)
    announce(workspace.pk)
    return Forgotten(values["events"], deliveries, len(told))


def pattern(words: Collection[str], *, anywhere: bool = False) -> str:
    """Return a regular expression, for PostgreSQL and Python alike, that finds any of `words` standing by itself:
    jane@a.test, but neither mary-jane@a.test nor jane@a.test.com, unless `anywhere`. No words: one that finds nothing.
    """
    if not words:
        return r"(?!\w)\w"
    either = "|".join(sorted(re.sub(r"([^\w\s])", r"\\\1", word) for word in words))
    if anywhere:
        return f"(?:{either})"
    return rf"(?<![\w.+%@-])(?:{either})(?![\w@]|[.-]\w)"


def _values(workspace: Workspace, sought: Sought) -> dict[str, Any]:
    transports = all_transports()
    now: datetime = timezone.now()
    return {
        "workspace": workspace.pk,
        "now": now,
        "erased": ERASED,
        "payload": Jsonb(ERASED_PAYLOAD),
        "contacts": list(sought.contacts),
        "conversations": list(sought.conversations),
        "accounts": list(sought.accounts),
        "ids": pattern([*map(str, sought.contacts), *sought.ids]),
        "words": pattern(sought.words),
        "anyhow": pattern([*sought.words, *sought.names], anywhere=True),
        "said": pattern([*sought.words, *sought.names]),
        "names": [name.lower() for name in sought.names],
        # A notice is deleted here, at once.
        "retracting": [name for name, one in transports.items() if one.can_retract and name != inapp.InApp.name],
        "changing": [name for name, one in transports.items() if one.can_update],
    }


def _column(cursor: Any, sql: str, values: dict[str, Any]) -> list[int]:
    cursor.execute(sql, values)
    return [row[0] for row in cursor.fetchall()]


def _forget_bounces(addresses: Collection[str]) -> None:
    """Forget that mail to these came back; not where a login has the address, which is told by its own settings."""
    lower = {address.lower() for address in addresses}
    ours = set(User.objects.filter(email__in=lower).values_list("email", flat=True))
    BouncedAddress.objects.filter(address__in=lower - ours).delete()
