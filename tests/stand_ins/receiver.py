"""A server of a customer's: it keeps what is posted to it, and answers as a test says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.stand_ins.listening import listening


@dataclass
class Answer:
    """`drop` ends the connection instead, `endless` never ends the body."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    endless: bool = False


@dataclass
class Posted:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A running one."""

    posted: list[Posted] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    port: int = 0

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/hook"


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.posted.append(Posted(self.path, headers, body))
        answer = self.receiver.answer
        if answer.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not answer.endless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        try:
            self.wfile.write(answer.body)
            while answer.endless:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            pass  # the other side has gone

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    kept = Receiver()
    with listening(_Handler, receiver=kept) as kept.port:
        yield kept
