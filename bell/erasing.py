"""What bells were rung for, where it names somebody who is erased."""

from __future__ import annotations

from django.db import connection

from bell import live
from bell.models import State
from inbox.contacts.erasing.person import Person

REASON = "Erased"
_SQL = """
UPDATE bell_ring SET reason = %(said)s, state = CASE WHEN state = %(waiting)s THEN %(missed)s ELSE state END
WHERE workspace_id = %(workspace)s AND (event_id = ANY(%(events)s) OR reason ~* %(words)s)
"""


def erase(person: Person) -> None:
    """Take a person's name out of all rings; what still waits is not rung any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "said": REASON, "waiting": State.WAITING, "missed": State.MISSED, "workspace": person.workspace.pk,
                "events": person.events, "words": person.pattern,
            },
        )  # fmt: skip
        if cursor.rowcount:
            live.tell_pages_on_commit(person.workspace.pk)
