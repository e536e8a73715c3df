"""PostgreSQL and Redis for whoever needs them: those that the environment names, else embedded ones.

    from settings import services
    services.provide()          # os.environ now has DATABASE_URL, REDIS_URL, SECRET_KEY and FRONTDESK_KEYS

    with services.Servers(tmp) as urls:   # servers of one's own, for a test or a measurement
        urls.database, urls.redis

Nothing here imports Django: settings are not read before their values are there."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from settings.embedded import keeper
from settings.embedded.errors import ServicesError
from settings.embedded.folder import PROJECT, Folder, Lock
from settings.embedded.postgres import Postgres
from settings.embedded.secrets import secrets_of
from settings.embedded.valkey import Valkey

__all__ = [
    "Servers",
    "ServicesError",
    "Urls",
    "data_folder",
    "provide",
    "read_env_file",
]


@dataclass(frozen=True)
class Urls:
    """Where the servers are. Empty for one that was not asked for."""

    database: str = ""
    redis: str = ""


@dataclass
class Servers:
    """A use of the embedded servers of one data folder, shared with every other process that uses them.

    The first user starts them, the last one stops them. `postgres` and `valkey` say which are wanted;
    `durable=False` trades safety for speed and `options` go to PostgreSQL (both matter only to who starts it);
    `temporary` removes the folder at the end, even if this process is killed."""

    path: Path | str
    postgres: bool = True
    valkey: bool = True
    durable: bool = True
    temporary: bool = False
    options: dict[str, str] = field(default_factory=dict)
    _users: Lock | None = field(default=None, init=False, repr=False)

    def start(self) -> Urls:
        """Join the servers or start them, and return their URLs. Again after a server died, it starts that anew.

        Raises ServicesError, in words for the person at the terminal, when one cannot be had."""
        folder = Folder(self.path)
        with folder.lock("gate").taken():  # one starter at a time; who stops does not need it
            first = self._users is None
            if self._users is None:
                self._users = folder.lock("users")
                self._users.take(shared=True)  # waits while the last ones are being stopped
            try:
                if not keeper.is_kept(folder):
                    keeper.watch(folder, remove=self.temporary)
                return self._started(folder)
            except BaseException:
                if first:
                    self.stop()
                raise

    def _started(self, folder: Folder) -> Urls:
        keys = secrets_of(folder)
        database = redis = ""
        if self.valkey:
            valkey = Valkey(folder, keys["valkey"], self.durable)
            redis = valkey.url(valkey.start())
        if self.postgres:
            postgres = Postgres(folder, keys["postgres"], self.options, self.durable)
            database = postgres.url(postgres.start())
        return Urls(database, redis)

    def alive(self) -> bool:
        """Whether the processes of the wanted servers are there. Asks the system, not the servers."""
        folder = Folder(self.path)
        return not (
            (self.valkey and Valkey(folder, "").process() is None)
            or (self.postgres and Postgres(folder, "").process() is None)
        )

    def stop(self) -> None:
        """Leave. The servers are stopped, before this returns, when nobody else uses them. Harmless twice."""
        users, self._users = self._users, None
        if users is None or not users.held:
            return
        if users.take(wait=False):  # nobody else is here
            folder = Folder(self.path)
            keeper.stop_servers(folder)
            keeper.dismiss(folder)
            if self.temporary:
                shutil.rmtree(self.path, ignore_errors=True)
        elif not users.take(shared=True, wait=False):  # the keeper was quicker and is stopping them
            users.take(shared=True)
        users.release()

    def __enter__(self) -> Urls:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()


def data_folder(environ: MutableMapping[str, str] = os.environ) -> Path:
    """The data folder: FRONTDESK_DATA, else `.data` in the project."""
    return Path(environ.get("FRONTDESK_DATA") or PROJECT / ".data").expanduser().resolve()


_provided: list[Servers] = []


@atexit.register
def leave() -> None:
    """Leave what was provided to this process; done at its end in any case. Harmless twice."""
    while _provided:
        _provided.pop().stop()


def provide(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set DATABASE_URL, REDIS_URL, SECRET_KEY and FRONTDESK_KEYS in `environ` where they are missing.

    A missing URL means an embedded server of the data folder: joined when it runs, else started, and
    left when this process ends (the last to leave stops it). With both URLs given no server is touched.
    Missing keys are the data folder's, made on first use. FRONTDESK_DATA becomes absolute.
    Raises ServicesError when a server cannot be had."""
    path = data_folder(environ)
    environ["FRONTDESK_DATA"] = str(path)
    postgres, valkey = not environ.get("DATABASE_URL"), not environ.get("REDIS_URL")
    if postgres or valkey:
        servers = Servers(path, postgres=postgres, valkey=valkey)
        urls = servers.start()
        _provided.append(servers)
        environ["DATABASE_URL"] = urls.database or environ["DATABASE_URL"]
        environ["REDIS_URL"] = urls.redis or environ["REDIS_URL"]
    if not (environ.get("SECRET_KEY") and environ.get("FRONTDESK_KEYS")):
        keys = secrets_of(Folder(path))
        for name in ("SECRET_KEY", "FRONTDESK_KEYS"):
            environ[name] = environ.get(name) or keys[name]


def revive() -> None:
    """Start again, at the same address if it is free, what was provided to this process and has died since."""
    for servers in _provided:
        if not servers.alive():
            servers.start()


def read_env_file(environ: MutableMapping[str, str] = os.environ) -> None:
    """Add what the project's `.env` file says to `environ`; what is set already wins. No file is no error."""
    path = PROJECT / ".env"
    if path.is_file():
        from dotenv import dotenv_values

        for name, value in dotenv_values(path).items():
            environ.setdefault(name, value or "")
