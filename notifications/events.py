"""`track`: the one way in which anything that happened gets told."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from inbox.people.nudge import nudge_on_commit
from notifications.keys import LIFETIME
from notifications.kind import Kind, Who
from notifications.words import Severity

TASK = "notifications.tasks.deliver"
LARGEST_DATA = 64 * 1024
# What upper floors do once something has changed in a workspace (by its key): a page that is open looks again.
on_tracked: list[Callable[[int], None]] = []

# One statement: with an idempotency key, whose first use within its lifetime wins; a second one finds the event of the
# first.
_INSERT = """
INSERT INTO notifications_event (public_id, workspace_id, kind, topic, severity, title, body, url, icon, data,
    contact, contact_name, account, account_name, conversation, is_private, actor_id, actor_name, subject, group_key,
    occurred_at, created_at)
SELECT %(public_id)s, %(workspace)s, %(kind)s, %(topic)s, %(severity)s, %(title)s, %(body)s, %(url)s, %(icon)s,
    %(data)s, %(contact)s, %(contact_name)s, %(account)s, %(account_name)s, %(conversation)s, %(private)s, %(actor)s,
    %(actor_name)s, %(subject)s, %(group_key)s, %(occurred_at)s, clock_timestamp()
"""
_INSERT_ONCE = f"""
WITH first AS (
    INSERT INTO notifications_eventkey (workspace_id, key, event, created_at)
    VALUES (%(workspace)s, %(key)s, %(public_id)s, clock_timestamp())
    ON CONFLICT (workspace_id, key) DO UPDATE SET event = excluded.event, created_at = excluded.created_at
    WHERE notifications_eventkey.created_at <= clock_timestamp() - %(lifetime)s RETURNING event
), added AS ({_INSERT} WHERE EXISTS (SELECT FROM first) RETURNING public_id)
SELECT public_id FROM added
"""  # noqa: S608  (both are ours)


class DataTooLarge(ValueError):
    """An event's data is over 64 KB."""

    def __init__(self) -> None:
        super().__init__("The data of an event has at most 64 KB as JSON. Send a link to the rest.")


def track(
    event: Kind,
    *,
    workspace: Workspace,
    contact: Who | None = None,
    account: Who | None = None,
    conversation: uuid.UUID | None = None,
    is_private: bool = False,
    actor: Teammate | None = None,
    severity: Severity | None = None,
    occurred_at: datetime | None = None,
    idempotency_key: str | None = None,
) -> uuid.UUID:
    """Write one event in the caller's transaction, and have a worker look at it once that has committed.

    `contact` and `account` say who it is about, `conversation` (a public id) where it happened and `is_private` that
    this is in a private team, `actor` who did it; `severity` overrides the kind's own, `occurred_at` is aware. The
    same `idempotency_key` (up to 255 characters) again, within a day, writes nothing.
    Returns the public id of the event (of the first one, where the key was used before). Raises DataTooLarge.
    """
    values = _row(event, workspace, contact, account, actor, severity, occurred_at)
    values |= {"conversation": conversation, "private": is_private}
    _keep_to_size(values["data"])
    # No savepoint: whoever catches a database error inside a transaction has made one of their own.
    with transaction.atomic(savepoint=False):
        known = _write(values, idempotency_key)
        if known is not None:
            return known
        nudge_on_commit(TASK)
        announce(workspace.pk)
    public_id: uuid.UUID = values["public_id"]
    return public_id


def announce(workspace: int) -> None:
    """Tell `on_tracked`, once the current transaction has committed, that there is something new in a workspace."""
    for listener in on_tracked:
        transaction.on_commit(lambda listener=listener: listener(workspace), robust=True)  # type: ignore[misc]


def _write(values: dict[str, Any], key: str | None) -> uuid.UUID | None:
    """Insert the row; return the id of the event that has the key already, if one has."""
    connection.ensure_connection()
    # psycopg's own cursor binds on the server, so that the statement is planned once.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        if key is None:
            cursor.execute(_INSERT, values, prepare=True)
            return None
        once = {**values, "key": key, "lifetime": LIFETIME}
        while cursor.execute(_INSERT_ONCE, once, prepare=True).fetchone() is None:
            found = cursor.execute(
                "SELECT event FROM notifications_eventkey WHERE workspace_id = %s AND key = %s",
                [values["workspace"], key],
            ).fetchone()
            if found is not None:
                known: uuid.UUID = found[0]
                return known
            # Its lifetime ended between the two, and it was cleared away.
        return None


def _row(
    event: Kind,
    workspace: Workspace,
    contact: Who | None,
    account: Who | None,
    actor: Teammate | None,
    severity: Severity | None,
    occurred_at: datetime | None,
) -> dict[str, Any]:
    name, public_id = event.name(), new_public_id()
    who = (contact and contact.name) or (account and account.name) or ""
    same = event.fingerprint() or (contact and contact.id) or (account and account.id) or ""
    return {
        "public_id": public_id,
        "workspace": workspace.pk,
        "kind": name,
        "topic": event.topic.value,
        "severity": int(event.severity if severity is None else severity),
        "title": one_line(event.title(who))[:300],
        "body": event.body()[:10_000].replace("\0", ""),
        "url": safe_url(event.url()).replace("{id}", str(public_id))[:1000],
        "icon": event.icon,
        "data": Jsonb(event.values()),
        "contact": contact.id or None if contact else None,
        "contact_name": one_line(contact.name)[:200] if contact else "",
        "account": account.id[:255] if account else "",
        "account_name": one_line(account.name)[:200] if account else "",
        "actor": actor.pk if actor else None,
        "actor_name": actor.name[:120] if actor else "",
        "subject": event.subject()[:200],
        "group_key": f"{name}|{same}"[:200],
        "occurred_at": occurred_at or timezone.now(),
    }


def _keep_to_size(data: Jsonb) -> None:
    # A character is four bytes at most: what is short as text need not be measured.
    text = json.dumps(data.obj, ensure_ascii=False)
    if len(text) > LARGEST_DATA // 4 and len(text.encode()) > LARGEST_DATA:
        raise DataTooLarge


def safe_url(url: str) -> str:
    """Return a path of ours or an https address as it is, and "" for everything else: it becomes a link."""
    if url.startswith("https://"):
        return url
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) else ""


def one_line(text: str) -> str:
    """Return text without line breaks and other control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
