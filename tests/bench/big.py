"""A workspace with as many conversations as wanted, made by set SQL once and kept.

The servers' folder is FRONTDESK_BENCH_DATA, else `.data/bench`. A database is made anew when a migration was added.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from settings import services
from tests.stack import ROOT

TEAMS = 100
AGENTS = 20
# Who asks: an owner who sees everything, and an agent who is in one of the hundred private teams.
OWNER, AGENT = "owner@bench.test", "agent-0@bench.test"

_PEOPLE = f"""
INSERT INTO people_workspace (public_id, slug, name, timezone, accent, greeting, widget_key, identity_secret,
    widget_origins, created_at)
VALUES (gen_random_uuid(), 'bench', 'Bench', 'UTC', '#2d5fc8', 'Hi', 'wk_bench', :secret, '{{}}', now());
INSERT INTO people_user (password, email, name, timezone, is_active, created_at)
SELECT '', email, name, 'UTC', true, now() - interval '3 years' FROM (
    SELECT 'owner@bench.test' AS email, 'Olga Owner' AS name
    UNION ALL SELECT 'agent-' || n || '@bench.test', 'Agent ' || n FROM generate_series(0, {AGENTS - 1}) AS n
) AS u;
INSERT INTO people_teammate (public_id, workspace_id, user_id, role, handle, skills, availability, created_at)
SELECT gen_random_uuid(), w.id, u.id, CASE WHEN u.email LIKE 'owner%' THEN 'owner' ELSE 'agent' END,
    split_part(u.email, '@', 1), '{{}}', 'available', now() - interval '3 years'
FROM people_user AS u, people_workspace AS w;
INSERT INTO people_team (public_id, workspace_id, name, handle, is_private, created_at)
SELECT gen_random_uuid(), w.id, 'Team ' || n, 'team-' || n, true, now()
FROM people_workspace AS w, generate_series(0, {TEAMS - 1}) AS n;
INSERT INTO people_teammembership (workspace_id, team_id, teammate_id)
SELECT t.workspace_id, t.id, m.id FROM people_team AS t JOIN people_teammate AS m
ON t.handle = 'team-' || CASE WHEN m.handle = 'owner' THEN '0' ELSE split_part(m.handle, '-', 2) END;
INSERT INTO inbox_conversationcounter (workspace_id, last_number)
SELECT id, :many FROM people_workspace;
INSERT INTO inbox_contact (public_id, workspace_id, name, email, phone, timezone, attributes, created_at, updated_at)
SELECT gen_random_uuid(), w.id, 'Contact ' || n, 'contact-' || n || '@shop.test', '', '', '{{}}', now(),
    now() - n * interval '1 second'
FROM people_workspace AS w, generate_series(1, :many / 3 + 1) AS n;
"""
# One in ten is open and one in fifty snoozed, spread evenly over time, teams and agents.
_CONVERSATIONS = """
INSERT INTO inbox_conversation (public_id, workspace_id, number, contact_id, status, assignee_id, team_id, priority,
    last_seq, last_public_seq, contact_read_seq, teammate_read_seq, last_text, last_kind, last_author_kind,
    last_message_at, waiting_since, snoozed_until, closed_at, created_at)
SELECT gen_random_uuid(), w.id, n, c.first + n / 3, status,
    CASE WHEN n % 3 > 0 AND (n / 11) % 100 < 20 THEN m.first + 1 + (n / 11) % 100 END, t.first + (n / 11) % 100, 0,
    4, 4, 4, 4, 'Thank you, that was all. ' || n, 'reply', 'contact', at,
    CASE WHEN status = 'open' THEN at END, CASE WHEN status = 'snoozed' THEN now() + interval '1 year' END,
    CASE WHEN status = 'closed' THEN at END, at - interval '1 hour'
FROM people_workspace AS w,
    (SELECT min(id) AS first FROM inbox_contact) AS c, (SELECT min(id) AS first FROM people_teammate) AS m,
    (SELECT min(id) AS first FROM people_team) AS t,
    LATERAL (SELECT n, CASE WHEN n % 10 = 0 THEN 'open' WHEN n % 50 = 1 THEN 'snoozed' ELSE 'closed' END AS status,
        now() - (:many - n) * (interval '2 years' / :many) AS at FROM generate_series(1, :many) AS n) AS x;
"""
_MESSAGES = """
INSERT INTO inbox_message (workspace_id, conversation_id, seq, public_seq, client_id, kind, author_kind, teammate_id,
    contact_id, text, action, data, created_at)
SELECT c.workspace_id, c.id, s, s, gen_random_uuid(), 'reply', CASE WHEN s % 2 = 1 THEN 'contact' ELSE 'teammate' END,
    CASE WHEN s % 2 = 0 THEN m.first END, CASE WHEN s % 2 = 1 THEN c.contact_id END,
    'Message ' || s || ' of conversation ' || c.number || ': has order 20418 left already?', '', '{}',
    c.created_at + s * interval '10 minutes'
FROM inbox_conversation AS c, generate_series(1, 4) AS s, (SELECT min(id) AS first FROM people_teammate) AS m;
ANALYZE;
"""


def folder() -> Path:
    """Return the folder in which the big databases are kept."""
    found = Path(os.environ.get("FRONTDESK_BENCH_DATA") or ROOT / ".data" / "bench")
    found.mkdir(parents=True, exist_ok=True)
    return found


def servers() -> services.Servers:
    """Return the embedded PostgreSQL and Valkey that keep the big databases."""
    return services.Servers(folder(), options={"shared_buffers": "512MB", "max_wal_size": "4GB"})


def make(url: str, conversations: int) -> str:
    """Return the DATABASE_URL of a database with so many conversations, made now unless it is there from before.

    `url` is any database of the same server.
    """
    name = f"bench_{conversations}_{_fingerprint()}"
    base, _, _ = url.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            with psycopg.connect(f"{base}/{name}", autocommit=True) as connection:
                connection.execute("UPDATE people_workspace SET identity_secret = %s", [_secret()])
            return f"{base}/{name}"
        for (old,) in admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"bench_{conversations}_%"]
        ).fetchall():
            admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        admin.execute(f"DROP DATABASE IF EXISTS {name}_making WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}_making")
    began = time.monotonic()
    print(f"making {conversations:,} conversations …", flush=True)
    making = f"{base}/{name}_making"
    env = {**os.environ, "DATABASE_URL": making, "DJANGO_SETTINGS_MODULE": "settings.local"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
    _fill(making, conversations)
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name}_making RENAME TO {name}")
    print(f"… in {time.monotonic() - began:.0f} s", flush=True)
    return f"{base}/{name}"


def _fill(url: str, conversations: int) -> None:
    secret = _secret()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for part in (_PEOPLE, _CONVERSATIONS, _MESSAGES):
            connection.execute(part.replace(":many", str(conversations)).replace(":secret", f"'{secret}'"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _secret() -> str:
    """Return an identity secret under this run's key: a database that was kept was made under another one's."""
    from cryptography.fernet import Fernet

    return Fernet(os.environ["FRONTDESK_KEYS"].split(",")[0]).encrypt(b"is_bench").decode()


def _fingerprint() -> str:
    """Return something that changes when a migration is added."""
    names = sorted(path.name for path in ROOT.glob("*/**/migrations/0*.py") if ".venv" not in path.parts)
    return hashlib.sha256("".join(names).encode()).hexdigest()[:8]
