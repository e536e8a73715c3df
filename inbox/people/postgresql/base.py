"""Django's PostgreSQL backend, with a pool that knows when its server has gone.

Two things that the pool does not do by itself. Connections that the server closed (it was restarted, or killed) are
noticed before they are given out: the system knows it without a round trip. And while no server can be reached, only
one caller a second waits for it; the others are refused at once, so that neither threads nor sockets pile up."""

from __future__ import annotations

import logging
import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from inbox.people.breaker import Breaker

log = logging.getLogger(__name__)

_breaker = Breaker(seconds=1.0)
_TRIES = 3


def away() -> bool:
    """Return whether the database could not be reached when it was last tried."""
    return not _breaker.closed


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of Django's, taken from the pool only if its server is still there."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection. Raises OperationalError, within the pool's time-out or at once."""
        if not self.pool:
            return super().get_new_connection(conn_params)
        if not _breaker.allows():
            raise psycopg.OperationalError("the database could not be reached a moment ago")
        try:
            connection = self._live_connection(conn_params)
        except psycopg.OperationalError as error:
            if not _reachable(conn_params) and _breaker.failed():
                log.warning("the database is away: %s", error)
            raise
        if _breaker.worked():
            log.warning("the database is back")
        return connection

    def _live_connection(self, conn_params: dict[str, Any]) -> Any:
        for _ in range(_TRIES):
            connection = super().get_new_connection(conn_params)
            if not _closed_by_server(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)
            self.pool.drain()  # the others came from the same server
        raise PoolTimeout("the server closes every connection")


def _closed_by_server(connection: Any) -> bool:
    """Whether something waits to be read on an idle connection: its end, or the server's word that it is the end."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if not waiting.poll(0):
        return False
    try:
        connection.execute("")  # perhaps a notice: then it works all the same
    except psycopg.Error:
        return True
    return False


def _reachable(conn_params: dict[str, Any]) -> bool:
    """Whether the server itself can be reached: a pool that is merely busy does not mean that it is away."""
    try:
        psycopg.connect(**{**conn_params, "connect_timeout": 1}).close()
    except psycopg.OperationalError:
        return False
    return True
