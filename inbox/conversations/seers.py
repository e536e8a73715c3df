"""Who sees one conversation of a private team, as cheap as that can be asked: where somebody types a name, it is asked
for each letter. The rule is `visible_to` and `who_sees` (sight.py); a test holds this to it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from inbox.conversations.sight import SEES_ALL
from inbox.models import Conversation
from inbox.people.models import Team, Teammate

# Their keys. Some of them may have left.
SEERS = """
SELECT id FROM people_teammate WHERE workspace_id = %(workspace)s AND role = ANY (%(roles)s)
UNION SELECT teammate_id FROM people_teammembership WHERE team_id = %(team)s
UNION SELECT teammate_id FROM inbox_guestaccess
WHERE workspace_id = %(workspace)s AND conversation_id = %(conversation)s AND ended_at IS NULL AND ends_at > %(now)s
"""


def _in_order(model: type[Model], *names: str) -> tuple[str, ...]:
    """Return names of columns in the order in which the model has them: `from_db` takes them in no other."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in names)


_FIELDS = _in_order(Conversation, "id", "workspace_id", "public_id", "last_seq", "team_id")
_TEAM_FIELDS = _in_order(Team, "id", "name", "is_private")
_COLUMNS = ", ".join([*(f"c.{name}" for name in _FIELDS), *(f"t.{name}" for name in _TEAM_FIELDS)])
# A conversation with its team, if somebody sees it who works there.
_FOUND = """
SELECT {columns}
FROM inbox_conversation AS c LEFT JOIN people_team AS t ON t.id = c.team_id
WHERE c.workspace_id = %(workspace)s AND c.public_id = %(public_id)s AND (
    %(sees_all)s OR t.is_private IS NOT TRUE
    OR EXISTS (SELECT FROM people_teammembership WHERE team_id = c.team_id AND teammate_id = %(me)s)
    OR EXISTS (SELECT FROM inbox_guestaccess WHERE workspace_id = %(workspace)s AND conversation_id = c.id
        AND teammate_id = %(me)s AND ended_at IS NULL AND ends_at > %(now)s)
)
"""


def seers_params(conversation: Conversation) -> dict[str, Any]:
    """Return the parameters of SEERS."""
    return {
        "workspace": conversation.workspace_id,
        "conversation": conversation.pk,
        "team": conversation.team_id,
        "roles": list(SEES_ALL),
        "now": timezone.now(),
    }


def find_in_sight(teammate: Teammate, public_id: UUID) -> Conversation | None:
    """Return a conversation of the teammate's workspace, None if there is none that they, who work there, see.

    One query. It comes with its team and with few fields; what else is asked of it is read then.
    """
    params: dict[str, Any] = {
        "workspace": teammate.workspace_id, "public_id": public_id, "me": teammate.pk,
        "sees_all": teammate.sees_all_teams, "now": timezone.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(columns=_COLUMNS), params)
        row = cursor.fetchone()
    if row is None:
        return None
    found = Conversation.from_db(connection.alias, _FIELDS, row[: len(_FIELDS)])
    if found.team_id is not None:
        found.team = Team.from_db(connection.alias, _TEAM_FIELDS, row[len(_FIELDS) :])
    return found
