"""Workers die by kill -9 in the middle of an import, and Redis is emptied once. The tables end as if nothing had been,
and the end is told once."""

from __future__ import annotations

import csv
import io
import os
import random
import time

import httpx
import pytest
import redis

from tests.stack import Stack, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
ROWS, KILLS = (100_000, 12) if FULL else (12_000, 2)
# What is there before, some of it otherwise than the file has it.
BASE = ROWS // 4
LONGEST_SECONDS = 900 if FULL else 150
HEADINGS = ["Email", "User id", "Name", "Phone", "Company", "Plan", "Signed up", "City"]
_PEOPLE = """
SELECT c.external_id, c.name, c.email, c.phone, c.signed_up_at, c.attributes::text, a.external_id, a.name, a.plan,
    (SELECT jsonb_agg(jsonb_build_array(i.kind, i.value, i.verified_at IS NOT NULL) ORDER BY i.kind, i.value)::text
     FROM inbox_identity AS i WHERE i.contact_id = c.id)
FROM inbox_contact AS c LEFT JOIN inbox_account AS a ON a.id = c.account_id
JOIN people_workspace AS w ON w.id = c.workspace_id WHERE w.slug = %s ORDER BY c.email, c.external_id, c.name
"""
_COUNTS = """
SELECT i.total, i.created, i.updated, i.unchanged, i.refused FROM imports_import AS i
JOIN people_workspace AS w ON w.id = i.workspace_id WHERE w.slug = %s AND NOT i.dry_run ORDER BY i.id
"""


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("chaos")
def test_an_import_ends_as_if_no_worker_had_been_killed_and_redis_not_emptied() -> None:
    with running_stack(beat=True) as stack:
        faulty, sound = (_workspace(stack, name) for name in ("faulty", "sound"))
        for token in (faulty, sound):
            _ended(stack, token, _send(stack, token, _file(BASE, former=True)))
        file = _file(ROWS)
        _ended(stack, sound, _send(stack, sound, file))
        hit = _send(stack, faulty, file)
        for kill in range(KILLS):
            time.sleep(random.uniform(0.3, 3.0))  # at a moment nobody chose
            stack.kill("worker")
            if kill == KILLS // 2:
                with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
                    _empty(client, stack.database)
            stack.start("worker")
        _ended(stack, faulty, hit)
        assert stack.query(_COUNTS, "faulty") == stack.query(_COUNTS, "sound")
        assert stack.query(_PEOPLE, "faulty") == stack.query(_PEOPLE, "sound")
        told = stack.query(
            "SELECT count(*), count(DISTINCT data ->> 'import_id') FROM notifications_event AS e "
            "JOIN people_workspace AS w ON w.id = e.workspace_id WHERE kind = 'import.finished' AND w.slug = %s",
            "faulty",
        )
        assert told == [(2, 2)]


def _empty(client: redis.Redis, database: str) -> None:
    """Delete all that this stack has in Redis: others share the server."""
    keys = list(client.scan_iter(f"{database}:*", count=10_000))
    if keys:
        client.delete(*keys)


def _workspace(stack: Stack, slug: str) -> str:
    """Make a workspace and return a token for it."""
    stack.manage(
        "shell", "-c",
        "from inbox.people.audit import COMMAND_LINE; from inbox.people.models import User; "
        "from inbox.people.workspaces import create_workspace; "
        f"create_workspace(User.objects.get(email='ada@demo.test'), '{slug}', 'UTC', by=COMMAND_LINE)",
    )  # fmt: skip
    return stack.manage("api_token", slug)


def _file(rows: int, *, former: bool = False) -> bytes:
    """Return a CSV: some rows with the key of another, shared phones, companies all over the file, and wrong rows."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(HEADINGS)
    for n in range(rows):
        who = n - 1 if n % 97 == 0 and n else n  # the key of the row before
        writer.writerow([
            "not an address" if n % 101 == 7 else f"person.{who}@company-{who % 500}.example",
            f"u{who}", f"Person {who}" if not former else f"Before {who}", f"+49 30 {n % 3000:07}",
            f"Company {n % 500}", "Pro" if n % 2 else "Basic", "2026-01-31T10:00:00Z",
            f"City {n % 80}" if not former else "",
        ])  # fmt: skip
    return made.getvalue().encode()


def _send(stack: Stack, token: str, file: bytes) -> str:
    """Post a file and return the address of its import."""
    answer = httpx.post(
        f"{stack.url}/api/v1/imports/", headers={"Authorization": f"Bearer {token}"}, timeout=60,
        files={"file": ("people.csv", file, "text/csv")},
        data={"key": "external_id", "mapping": '{"Email": "email", "User id": "external_id", "Name": "name", '
              '"Phone": "phone", "Company": "account.name", "Plan": "account.plan", "Signed up": "signed_up_at", '
              '"City": "attributes.city"}'},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return f"{stack.url}/api/v1/imports/{answer.json()['id']}/"


def _ended(stack: Stack, token: str, address: str) -> None:
    """Wait for the end of an import; its outcomes add up."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        found = httpx.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
        if found["status"] in ("finished", "failed"):
            break
        time.sleep(0.2)  # between two looks at what is waited for
    assert found["status"] == "finished", (found, stack.tail())
    assert found["total"] == found["created"] + found["updated"] + found["unchanged"] + found["refused"]
    assert found["remaining"] == 0
