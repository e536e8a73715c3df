"""Whom a note may name, among 5,000 teammates: the list for each letter, beside an authenticated request that asks for
nothing (the stylesheet of the workspace's colour)."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import django
import httpx
import psycopg

from tests.stack import Stack, database_url, running_stack

MATES, TEAMS, ROUNDS = 5_000, 100, 60
# As people type, a letter after the other; names with accents, teams, @here, and nobody at all.
TYPED = ("", "a", "al", "ali", "alic", "m", "mu", "mull", "muller", "h", "he", "zz", "team-1", "o'n", "élo", "d", "da")

_FILL = """
WITH names AS (
    SELECT n, (ARRAY['Alice','Bob','Çağla','Dan','Élodie','Fatma','Günther','Hana','Ingrid','José','Łukasz','Mei',
        'Noor','Olga','Søren','Uma','Vera','Zoë','עידו','عمر'])[1 + n %% 20] AS first,
        (ARRAY['Adeyemi','Brown','Chen','Díaz','Eriksson','Grønmo','Haddad','Ivanov','Jansen','Lindqvist','Müller',
        'O''Neill','Rossi','Smith','Türk','Weiß','Yılmaz'])[1 + n %% 17] AS last
    FROM generate_series(1, %(mates)s) AS n
), users AS (
    INSERT INTO people_user (password, email, name, timezone, is_active, created_at)
    SELECT '!', 'mate-' || n || '@bench.test', first || ' ' || last, 'UTC', true, now() FROM names
    RETURNING id, email, name
), mates AS (
    INSERT INTO people_teammate (public_id, workspace_id, user_id, role, handle, skills, availability, created_at)
    SELECT gen_random_uuid(), w.id, u.id, 'agent',
        regexp_replace(normalize(lower(split_part(u.name, ' ', 1)), NFKD), '[^a-z]', '', 'g')
            || split_part(u.email, '@', 1),
        '{}', CASE WHEN u.id %% 3 = 0 THEN 'available' ELSE 'away' END, now()
    FROM users AS u, people_workspace AS w WHERE w.slug = 'demo' RETURNING id, workspace_id
), teams AS (
    INSERT INTO people_team (public_id, workspace_id, name, handle, is_private, created_at)
    SELECT gen_random_uuid(), w.id, 'Team ' || n, 'team-' || n, n %% 2 = 0, now()
    FROM people_workspace AS w, generate_series(1, %(teams)s) AS n WHERE w.slug = 'demo' RETURNING id
)
INSERT INTO people_teammembership (workspace_id, team_id, teammate_id)
SELECT workspace_id, (ARRAY(SELECT id FROM teams))[1 + id %% %(teams)s], id FROM mates RETURNING 1
"""


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    with running_stack("web") as stack:
        _fill(stack)
        return [
            _row("all see", *_measure(stack, "cem", "support")),
            _row("a private team's", *_measure(stack, "bea", "billing")),
        ]


def _fill(stack: Stack) -> None:
    with psycopg.connect(database_url(stack.database), autocommit=True) as connection:
        connection.execute(_FILL, {"mates": MATES, "teams": TEAMS})
        connection.execute("VACUUM ANALYZE")


def _row(conversation: str, ours: list[float], empty: list[float]) -> dict[str, Any]:
    ours_ms, empty_ms = _p95(ours), _p95(empty)
    medians = f"medians {statistics.median(ours):.1f} beside {statistics.median(empty):.1f}"
    return {
        "what": f"whom a note may name of {MATES:,}, a conversation {conversation}, p95 (ms; {medians})",
        "ours": round(ours_ms, 2), "beside": round(empty_ms, 2), "ratio": round(ours_ms / empty_ms, 2),
        "aim": "≤ 2× an empty request",
    }  # fmt: skip


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _measure(stack: Stack, who: str, team: str) -> tuple[list[float], list[float]]:
    """Return how long (ms) each list took, and each empty request, in turn: a busy moment meets both alike."""
    [(public_id,)] = stack.query(
        "SELECT c.public_id::text FROM inbox_conversation AS c JOIN people_team AS t ON t.id = c.team_id "
        "WHERE t.handle = %s ORDER BY c.last_seq DESC LIMIT 1",
        team,
    )
    cookies = {"frontdesk_session": _session_of(stack, who)}
    ours, empty = [], []
    with httpx.Client(base_url=stack.url, cookies=cookies, timeout=30) as client:
        for turn in range(ROUNDS):
            for typed in TYPED:
                before = _ask(client, "/desk/accent.css")
                list_ = _ask(client, f"/conversations/{public_id}/mentionable/", q=typed)
                if turn > 1:
                    empty.append(before)
                    ours.append(list_)
    return ours, empty


def _session_of(stack: Stack, who: str) -> str:
    """Return a new session of a person of the demo."""
    # Here: a bench's own process is none of Django's until it needs one.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    from tests.signin import session_of

    return session_of(stack, who)


def _ask(client: httpx.Client, url: str, **params: str) -> float:
    began = time.perf_counter()
    answer = client.get(url, params=params)
    took = time.perf_counter() - began
    assert answer.status_code == 200, (url, answer.status_code)
    return took * 1000
