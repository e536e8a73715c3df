"""Servers that may be killed, and the product on them. Making them takes longer than any test: they are shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.servers import KillableServers, killable_servers
from tests.stack import Stack


@pytest.fixture(scope="module")
def servers() -> Iterator[KillableServers]:
    """PostgreSQL and Redis of this file's own, durable as a customer's."""
    with killable_servers() as running:
        yield running


@pytest.fixture
def unstarted(servers: KillableServers) -> Iterator[Stack]:
    """Web, worker and beat on these servers, yet to be started; a test may end any of it."""
    with stack_on(servers) as stack:
        yield stack


@pytest.fixture(scope="module")
def started(servers: KillableServers) -> Iterator[Stack]:
    with stack_on(servers) as stack:
        stack.start()
        yield stack


@pytest.fixture
def product(started: Stack, servers: KillableServers) -> Stack:
    """Web, worker and beat on these servers, running, with all servers there. A test leaves these three alone; its
    file shares them, as starting them takes longer than most that is done with them."""
    servers.start()
    started.wait_until_ready("/readyz", 90)
    return started


@contextmanager
def stack_on(servers: KillableServers) -> Iterator[Stack]:
    stack = Stack(servers=servers.urls, env={"HEARTBEAT_SECONDS": "5"}, beat=True)
    try:
        yield stack
    finally:
        servers.start()
        stack.stop()
