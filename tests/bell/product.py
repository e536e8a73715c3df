"""The running product as the bell's tests need it: bells of its demo workspace, and a token for its API."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg

from inbox.people.secrets import new_token, token_hash
from tests.stack import Stack, database_url

REMOVE = """
from bell.devices import remove_device
from bell.models import Device
from inbox.people.audit import COMMAND_LINE
remove_device(Device.objects.get(), by=COMMAND_LINE)
"""
_ON_THEIR_WAY = """
SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL)
     + (SELECT count(*) FROM notifications_delivery WHERE transport = 'bell' AND status IN ('pending', 'sending'))
"""


def new_bell(stack: Stack) -> str:
    """Make a bell and return its token, as the command does, without waiting for Django to start."""
    token = new_token("bell")
    write(
        stack,
        "INSERT INTO bell_device (public_id, workspace_id, name, hash, hint, muted, quiet, created_at, channel, "
        "version, caught_up_at) SELECT gen_random_uuid(), id, %s, %s, 'hint', false, '{}', now(), '', '', now() "
        "FROM people_workspace WHERE slug = 'demo'",
        f"Bell {uuid.uuid4().hex[:8]}",
        token_hash(token),
    )
    return token


def remove_the_bell(stack: Stack) -> None:
    """Remove the one bell that there is, as an owner does."""
    stack.manage("shell", "-c", REMOVE)


def forget(stack: Stack) -> None:
    """Have no bell, and no ring; nor one on its way, as the demo's own past is told when the product starts."""
    deadline = time.monotonic() + 60
    while stack.query(_ON_THEIR_WAY) != [(0,)]:
        assert time.monotonic() < deadline, stack.tail()
        time.sleep(0.02)  # between two looks
    write(stack, "DELETE FROM bell_ring")
    write(stack, "DELETE FROM bell_device")


def write(stack: Stack, sql: str, *values: object) -> None:
    """Change the product's database behind its back."""
    with psycopg.connect(database_url(stack.database, stack.server), autocommit=True) as connection:
        connection.execute(sql, values)


@contextmanager
def locked_bells(stack: Stack) -> Iterator[None]:
    """Keep everybody from changing a bell meanwhile."""
    with psycopg.connect(database_url(stack.database, stack.server)) as connection:
        connection.execute("SELECT 1 FROM bell_device FOR UPDATE")
        yield


@lru_cache
def token_of(stack: Stack) -> str:
    """Return a token for the demo's API."""
    return stack.manage("api_token", "demo")
