"""A handler of the standard library's logging whose lines go to CloudWatch, and hold nobody up.

Why not watchtower: it calls AWS when it is made, so that a wrong region keeps Django from starting; its queue has no
end; it cuts a long line in the middle of its JSON; and after five quick tries it throws a batch away without a count.
None of these can be switched off from outside.

Whoever logs puts a line into a queue with an end (lines.py), and that is all. A thread of this process takes batches
from it, sends them, and tries again for as long as AWS is away. What finds no room meanwhile is dropped and counted,
and the count is a line of its own once lines go through again. stdout has all of them in any case."""

from __future__ import annotations

import json
import logging
import os
import random
import socket
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from integrations.cloudwatch.client import Client, Line, LinesRefused
from integrations.cloudwatch.lines import Queue, shortened

log = logging.getLogger("frontdesk.cloudwatch")

EVERY_SECONDS = 1.0
# From this many on, lines do not wait for the second to end.
SOON = 2000
LONGEST_WAIT = 30.0
FLUSH_SECONDS = 2.0

_here = threading.local()


def named(pattern: str) -> str:
    """Return a stream's name: {host}, {program} (web, worker, beat …) and {pid} are filled in."""
    values = {"host": socket.gethostname() or "localhost", "program": _program(sys.argv), "pid": str(os.getpid())}
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def _program(arguments: list[str]) -> str:
    for word in ("web", "worker", "beat"):
        if word in arguments[1:]:
            return word
    first = Path(arguments[0] if arguments else "")
    if "uvicorn" in first.parts[-2:]:
        return "web"
    return arguments[1] if first.stem == "manage" and len(arguments) > 1 else first.stem or "python"


class Sender:
    """The queue of one process, and the thread that empties it."""

    def __init__(self, client: Client, queue: Queue) -> None:
        self.pid = os.getpid()
        self.client, self.queue = client, queue
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._hurry = False
        self._is_away = False
        self._ended = False

    def put(self, line: Line) -> None:
        """Take a line, or drop it. Never waits for AWS."""
        self.queue.put(line)
        self._idle.clear()
        if len(self.queue) >= SOON:
            self._wake.set()
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._run, name="cloudwatch", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # the interpreter is ending: nobody will send this any more
                self._thread = None
                self._idle.set()

    def flush(self, seconds: float) -> bool:
        """Send what waits, for so many seconds at most. Return whether all of it has gone."""
        if self._thread is None or not self._thread.is_alive():
            return not len(self.queue)
        self._hurry = True
        self._wake.set()
        try:
            return self._idle.wait(seconds)
        finally:
            self._hurry = False

    def end(self) -> None:
        """Let the thread end; what waits is lost."""
        self._ended = True
        self._wake.set()

    def _run(self) -> None:
        # What the client's libraries say here would be sent by the very thread that it keeps from sending.
        _here.is_sender = True
        waits = 0
        batch: list[Line] = []
        while not self._ended:
            if not batch:
                if not len(self.queue):
                    self._idle.set()
                self._rest(EVERY_SECONDS)
                batch = self.queue.batch()
            if not batch:
                continue
            self._idle.clear()
            if self._send(batch):
                batch, waits = [], 0
                # More than one call's worth is waiting: go on at once.
                if len(self.queue):
                    self._wake.set()
            else:
                waits += 1
                self._rest(min(LONGEST_WAIT, 0.5 * 2**waits) * random.uniform(0.7, 1.3))  # noqa: S311

    def _rest(self, seconds: float) -> None:
        if self._hurry:
            seconds = min(seconds, 0.2)
        self._wake.wait(seconds)
        self._wake.clear()

    def _send(self, batch: list[Line]) -> bool:
        """Send a batch. Return whether it is done with: taken, or refused for good."""
        try:
            self.queue.drop(self.client.put(batch))
        except LinesRefused as error:
            self.queue.drop(len(batch))
            log.warning("CloudWatch refuses %s lines: %s", len(batch), error)
            return True
        except Exception as error:  # whatever boto3 raises: no region, no credentials, no network, a throttle
            if not self._is_away:
                self._is_away = True
                log.warning("CloudWatch takes no lines; they wait: %s: %s", type(error).__name__, error)
            return False
        if self._is_away:
            self._is_away = False
            log.warning("CloudWatch takes lines again")
        self._tell_of_dropped()
        return True

    def _tell_of_dropped(self) -> None:
        dropped = self.queue.take_dropped()
        if dropped:
            log.warning("%s log lines were dropped on their way to CloudWatch", dropped)
            now = time.time()
            facts = {
                "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
                "level": "WARNING",
                "logger": log.name,
                "message": f"{dropped} log lines were dropped",
                "dropped": dropped,
            }
            self.queue.put(Line(int(now * 1000), json.dumps(facts)), anyway=True)


class CloudWatchHandler(logging.Handler):
    """Hands each line to the sender of this process; a fork gets one of its own. Raises nothing, waits for nothing."""

    def __init__(self, group: str, stream: str = "{host}/{program}", region: str | None = None) -> None:
        super().__init__()
        self.group, self.stream, self.region = group, stream, region
        self._sender: Sender | None = None

    @property
    def sender(self) -> Sender:
        """The sender of this process. Called under the handler's lock, which a fork leaves open."""
        # What a parent has not sent yet is the parent's to send.
        if self._sender is None or self._sender.pid != os.getpid():
            self._sender = Sender(Client(self.group, named(self.stream), self.region), Queue())
        return self._sender

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record's line."""
        if getattr(_here, "is_sender", False):
            return
        try:
            self.sender.put(Line(int(record.created * 1000), shortened(self.format(record))))
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        """Send what waits, for 2 seconds at most. Called when the process ends."""
        sender = self._sender
        if sender is not None and sender.pid == os.getpid():
            sender.flush(FLUSH_SECONDS)

    def close(self) -> None:
        """Send what waits, and let the thread end."""
        self.flush()
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.end()
        super().close()
