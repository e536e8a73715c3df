"""Gives a test run servers of its own (`-p tests.plugin`, before pytest-django reads the settings).

The controlling process starts PostgreSQL and Valkey in a temporary folder and exports their URLs and keys,
so that the workers of pytest-xdist inherit them. They end with it, even when it is killed.
DATABASE_URL and REDIS_URL, where set, are used instead. FRONTDESK_TEST_DURABLE=1 keeps fsync on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from settings import services

_running: list[services.Servers] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """A wrapper runs before every plain hook, so before pytest-django's."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepare()
    return (yield)


def prepare() -> None:
    """Start what the environment does not name, and export URLs and keys. A data folder is never the developer's."""
    folder = tempfile.mkdtemp(prefix="frontdesk-test-")
    servers = services.Servers(
        folder,
        postgres=not os.environ.get("DATABASE_URL"),
        valkey=not os.environ.get("REDIS_URL"),
        durable=os.environ.get("FRONTDESK_TEST_DURABLE") == "1",
        temporary=True,
        options={"max_connections": "200"},
    )
    _running.append(servers)
    try:
        urls = servers.start()
    except services.ServicesError as error:
        stop()
        raise pytest.UsageError(f"The servers of the tests do not start. {error}") from error
    os.environ["FRONTDESK_DATA"] = folder
    os.environ["DATABASE_URL"] = urls.database or os.environ["DATABASE_URL"]
    os.environ["REDIS_URL"] = urls.redis or os.environ["REDIS_URL"]
    services.provide()  # the keys
    if not servers.postgres:
        from tests.stack import forget_templates

        forget_templates()


def stop() -> None:
    """Stop what this process started. Harmless twice."""
    while _running:
        _running.pop().stop()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    stop()
