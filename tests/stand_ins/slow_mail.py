"""A mail server that gives its replies byte by byte, and has never done: each byte comes long before any time-out."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PACE = 0.05


class SlowMailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP until the command `slow_at` ("" for its greeting, "DATA." for the reply to the letter); `hung_up` is
    set once a client has gone."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, slow_at: str) -> None:
        self.slow_at = slow_at
        self.hung_up, self.ended = threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), _Talk)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: SlowMailServer

    def handle(self) -> None:
        try:
            self._say("", "220 mail.example.test ESMTP")
            while line := self.rfile.readline():
                verb = line.decode().strip().partition(" ")[0].upper()
                self._say(verb, "354 go on" if verb == "DATA" else "250 ok")
                if verb == "DATA":
                    while self.rfile.readline() != b".\r\n":
                        pass
                    self._say("DATA.", "250 taken")
        except OSError:
            self.server.hung_up.set()

    def _say(self, verb: str, line: str) -> None:
        while verb == self.server.slow_at and not self.server.ended.wait(PACE):
            self.wfile.write(b"2")
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def slow_mail_server(slow_at: str = "") -> Iterator[SlowMailServer]:
    """A slow mail server that listens while the block runs."""
    with SlowMailServer(slow_at) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()
