"""The worker dies by kill -9 while snoozed conversations fall due. Each wakes, and once."""

from __future__ import annotations

import asyncio
import os
import random
import time

import pytest

from tests.stack import Stack, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
CONVERSATIONS, KILLS = (3000, 8) if FULL else (300, 2)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("chaos")
def test_each_snoozed_conversation_wakes_once_though_workers_are_killed() -> None:
    with running_stack(beat=True) as stack:
        asyncio.run(asyncio.to_thread(_snooze_many, stack))
        for _ in range(KILLS):
            time.sleep(random.uniform(0.5, 3.0))  # at a moment nobody chose
            stack.kill("worker")
            stack.start("worker")
        deadline = time.monotonic() + 240
        while _asleep(stack) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _asleep(stack) == 0
        woke = stack.query(
            "SELECT count(*), count(DISTINCT conversation_id) FROM inbox_message WHERE action = 'woke' AND data = '{}'"
        )
        assert woke == [(CONVERSATIONS, CONVERSATIONS)]
        holes = stack.query(
            "SELECT c.id FROM inbox_conversation c JOIN inbox_message m ON m.conversation_id = c.id "
            "GROUP BY c.id HAVING count(*) <> c.last_seq OR max(m.seq) <> c.last_seq"
        )
        assert holes == []


def _snooze_many(stack: Stack) -> None:
    """Put copies of a demo conversation to sleep, all due within the next seconds."""
    stack.query(
        """
        WITH demo AS (SELECT * FROM inbox_conversation WHERE status = 'open' LIMIT 1), made AS (
            INSERT INTO inbox_conversation (public_id, workspace_id, number, contact_id, status, priority, last_seq,
                last_public_seq, contact_read_seq, teammate_read_seq, last_text, last_kind, last_author_kind,
                last_message_at, snoozed_until, created_at)
            SELECT gen_random_uuid(), workspace_id, 100000 + n, contact_id, 'snoozed', 0, 1, 1, 0, 0, 'copy', 'reply',
                'contact', now(), now() + n * interval '10 milliseconds', now()
            FROM demo, generate_series(1, %s) AS n RETURNING id, workspace_id
        )
        INSERT INTO inbox_message (workspace_id, conversation_id, seq, public_seq, client_id, kind, author_kind, text,
            action, data, created_at)
        SELECT workspace_id, id, 1, 1, gen_random_uuid(), 'reply', 'contact', 'copy', '', '{}', now() FROM made
        RETURNING 1
        """,
        CONVERSATIONS,
    )


def _asleep(stack: Stack) -> int:
    rows = stack.query("SELECT count(*) FROM inbox_conversation WHERE status = 'snoozed' AND number > 100000")
    return int(str(rows[0][0]))
