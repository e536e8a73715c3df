"""Whom a note may name: teammates, teams and @here that fit what was typed so far, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from inbox.conversations.mentions import HERE
from inbox.conversations.seers import SEERS, seers_params
from inbox.conversations.spelling import LONGEST, plain
from inbox.models import Conversation
from inbox.people.models import Teammate

MOST = 8
# Of those who fit but cannot see the conversation; who typed less than this is not told of any.
MOST_BLIND, LEAST_TYPED = 2, 2
# Before anything is typed, this many people leave room for the conversation's team and @here.
MOST_AT_FIRST = 6
# What @here stands for.
HERE_NAME = "Available teammates"
# How many messages back somebody counts as active in the conversation.
RECENT = 200
# Of those who fit alike, people come before teams. In the query they are numbers.
KINDS = ("teammate", "team", "here")
_TEAMMATE, _TEAM, _CROWD = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What `@handle` would stand for. `people` is how many it would tell (of a team and @here); `picture` the name of a
    file; who does not see the conversation cannot be picked."""

    kind: str
    handle: str
    name: str
    picture: str = ""
    availability: str = ""
    people: int = 0
    sees: bool = True


class _Row(NamedTuple):
    kind: int
    handle: str
    name: str
    picture: str
    availability: str
    people: int
    sees: bool
    closeness: int
    said: int
    is_near: bool
    is_colleague: bool


def suggest(conversation: Conversation, author: Teammate, typed: str) -> list[Suggestion]:
    """Return up to MOST whom `author` may name, best match first, and then a few who fit but cannot see it.

    One query. Its team must be loaded with the conversation. No private team is among them that `author` does not see.
    """
    words = plain(typed)
    if len(words) > LONGEST:
        return []
    sql, params = _query(conversation, author, words)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [_Row(*row) for row in cursor.fetchall()]
    best = in_order([row for row in found if row.sees], at_first=not words)
    blind = sorted((row for row in found if not row.sees), key=_place)
    return [Suggestion(KINDS[row.kind], *row[1:7]) for row in [*best, *blind]]


def in_order(found: Sequence[_Row], at_first: bool) -> list[_Row]:
    """Return the best of what fits: how well it fits, who spoke here last, whose team's conversation this is, who
    shares a team with the author; then people before teams, by name."""
    ordered = sorted(found, key=_place)
    if at_first:
        mates = [row for row in ordered if row.kind == _TEAMMATE][:MOST_AT_FIRST]
        team = [row for row in ordered if row.kind == _TEAM and row.is_near]
        ordered = [*mates, *team, *(row for row in ordered if row.kind == _CROWD)]
    return ordered[:MOST]


def _place(row: _Row) -> tuple[Any, ...]:
    return row.closeness, -row.said, not row.is_near, not row.is_colleague, row.kind, row.name.casefold(), row.handle


# The one query, of parts: who fits is ranked by what their own table says, and the rest is read of the best alone.
_WHOLE = """
WITH {seers}off AS MATERIALIZED (
    SELECT t.id FROM people_user AS u JOIN people_teammate AS t ON t.user_id = u.id
    WHERE NOT u.is_active AND t.workspace_id = %(workspace)s
), mine AS MATERIALIZED (SELECT team_id FROM people_teammembership WHERE teammate_id = %(me)s),
standing AS MATERIALIZED (
    SELECT teammate_id, max(said) AS said, bool_or(is_near) AS is_near, bool_or(is_colleague) AS is_colleague
    FROM (
        SELECT teammate_id, seq AS said, false AS is_near, false AS is_colleague FROM inbox_message
        WHERE conversation_id = %(conversation)s AND seq > %(since)s AND kind IN ('reply', 'note')
            AND teammate_id IS NOT NULL
        UNION ALL SELECT teammate_id, 0, true, false FROM people_teammembership WHERE team_id = %(team)s
        UNION ALL SELECT teammate_id, 0, false, true FROM people_teammembership WHERE team_id = ANY (ARRAY(TABLE mine))
    ) AS each GROUP BY teammate_id
), best AS MATERIALIZED (
    (SELECT 0 AS kind, t.handle, '' AS name, t.availability, 1::bigint AS people, true AS sees, t.user_id AS login,
        NULL::bigint AS team, {closeness} AS closeness, coalesce(s.said, 0) AS said,
        coalesce(s.is_near, false) AS is_near, coalesce(s.is_colleague, false) AS is_colleague, {sought} AS sought
    FROM people_teammate AS t LEFT JOIN standing AS s ON s.teammate_id = t.id WHERE {at_work} AND {of_seers} AND {fits}
    ORDER BY closeness, said DESC, is_near DESC, is_colleague DESC, sought, handle LIMIT %(most)s)
    UNION ALL
    (SELECT 1, handle, name, '', 0, true, NULL, id, {team_closeness} AS closeness, 0,
        coalesce(id = %(team)s, false) AS is_near, id = ANY (ARRAY(TABLE mine)) AS is_colleague,
        lower(name) COLLATE "C" AS sought
    FROM people_team WHERE workspace_id = %(workspace)s AND {team_fits} AND {known}
    ORDER BY closeness, is_near DESC, is_colleague DESC, sought, handle LIMIT %(most)s)
    {here}
    ORDER BY closeness, said DESC, is_near DESC, is_colleague DESC, kind, sought, handle LIMIT %(at_most)s
), sizes AS (
    SELECT x.team_id, count(*) AS people
    FROM people_teammembership AS x JOIN people_teammate AS t ON t.id = x.teammate_id
    WHERE x.team_id = ANY (ARRAY(SELECT team FROM best)) AND {at_work} AND {of_seers} GROUP BY x.team_id
)
SELECT kind, handle, coalesce(nullif(u.name, ''), nullif(best.name, ''), handle), coalesce(u.picture, ''), availability,
    coalesce(sizes.people, best.people), sees, closeness, said, is_near, is_colleague
FROM (TABLE best {blind}) AS best
LEFT JOIN people_user AS u ON u.id = best.login LEFT JOIN sizes ON sizes.team_id = best.team
"""
_HERE = """
UNION ALL SELECT 2, %(here)s, %(here_name)s, '', count(*), true, NULL, NULL,
    CASE WHEN %(words)s = %(here)s THEN 0 ELSE {here_closeness} END, 0, false, false, ''
FROM people_teammate AS t WHERE {at_work} AND t.availability = 'available' AND {of_seers}
"""
_BLIND = """
UNION ALL (SELECT 0, t.handle, '', t.availability, 1, false, t.user_id, NULL, {closeness} AS closeness, 0, false, false,
    {sought} AS sought
FROM people_teammate AS t WHERE {at_work} AND t.id NOT IN (TABLE seers) AND ({begins} OR {by_name})
ORDER BY closeness, sought, handle LIMIT %(most_blind)s)
"""
_ALWAYS = {
    # Few logins are switched off: it is cheaper to look for these than at everybody's.
    "at_work": "t.workspace_id = %(workspace)s AND t.left_at IS NULL AND t.id <> %(me)s AND t.id NOT IN (TABLE off)",
    # Of the name itself where it has not been filled yet.
    "sought": 'coalesce(t.sought, people_sought_of(t.user_id)) COLLATE "C"',
    "team_sought": "coalesce(sought, people_sought(name))",
    # As words begin, and anywhere.
    "word": "people_marked(%(words)s)",
    "part": "substr(people_marked(%(words)s), 2)",
}
# How well a handle or a name fits: it is the handle, its beginning, a word's beginning, anything.
_TYPED = {
    "begins": "starts_with(t.handle, %(words)s)",
    "by_name": "strpos({sought}, {part}) > 0",
    "closeness": "CASE WHEN t.handle = %(words)s THEN 0 WHEN starts_with(t.handle, %(words)s) THEN 1 "
    "WHEN strpos({sought}, {word}) > 0 THEN 2 ELSE 3 END",
    "team_fits": "(strpos(handle, %(words)s) > 0 OR strpos({team_sought}, {part}) > 0)",
    "team_closeness": "CASE WHEN handle = %(words)s THEN 0 WHEN starts_with(handle, %(words)s) THEN 1 "
    "WHEN strpos({team_sought}, {word}) > 0 THEN 2 ELSE 3 END",
    "here_closeness": "1",
}
# Where enough handles begin so, they come before all others: these need not be looked for, nor ranked.
_FITS_TYPED = """CASE WHEN (SELECT count(*) FROM (
    SELECT FROM people_teammate AS t WHERE {at_work} AND {of_seers} AND {begins} LIMIT %(most)s
) AS few) < %(most)s THEN strpos(t.handle, %(words)s) > 0 OR {by_name} ELSE {begins} END"""
# Before anything is typed all fit alike; of the teams the conversation's own alone is suggested.
_NOTHING = {"closeness": "3", "team_fits": "id = %(team)s", "team_closeness": "3", "here_closeness": "3"}
# Whom something speaks for, and of all others the first by name.
_FITS_NOTHING = """t.id = ANY (ARRAY(
    SELECT teammate_id FROM standing UNION ALL (
        SELECT t.id FROM people_teammate AS t
        WHERE {at_work} AND {of_seers} AND t.id NOT IN (SELECT teammate_id FROM standing)
        ORDER BY {sought}, handle LIMIT %(most)s
    )
))"""


def _query(conversation: Conversation, author: Teammate, words: str) -> tuple[str, dict[str, Any]]:
    """Return the query for `words`, made of no more parts than it needs, and its parameters."""
    params: dict[str, Any] = {
        "words": words, "here": HERE, "here_name": HERE_NAME, "me": author.pk,
        "since": conversation.last_seq - RECENT, **seers_params(conversation),
        "most": MOST, "most_blind": MOST_BLIND, "at_most": MOST if words else 3 * MOST,
    }  # fmt: skip
    is_private = conversation.team is not None and conversation.team.is_private
    with_blind = is_private and len(words) >= LEAST_TYPED
    parts = {
        **_ALWAYS,
        **{key: part.format(**_ALWAYS) for key, part in (_TYPED if words else _NOTHING).items()},
        "seers": f"seers AS MATERIALIZED ({SEERS}), " if is_private else "",
        # Read from them on, who are few, and not from all who work here.
        "of_seers": "t.id = ANY (ARRAY(TABLE seers))" if is_private else "true",
        "known": "true" if author.sees_all_teams else "(NOT is_private OR id = ANY (ARRAY(TABLE mine)))",
    }
    parts["fits"] = (_FITS_TYPED if words else _FITS_NOTHING).format(**parts)
    parts["here"] = _HERE.format(**parts) if HERE.startswith(words) else ""
    parts["blind"] = _BLIND.format(**parts) if with_blind else ""
    return _WHOLE.format(**parts), params
