"""Slack, as its documentation says it answers: the methods we call, an incoming webhook, and its faults on request.

It keeps every request exactly, and refuses what Slack would: an unknown token, blocks over their limits, a change by
a channel's name.
"""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stand_ins.listening import listening

TOKEN = "xoxb-1-stand-in"
HOOK = "/services/T0/B0/hook"
LIMITS = {"header": 150, "section": 3000, "context": 3000, "button": 75}


@dataclass
class Request:
    """One request as it came. `at` is time.time()."""

    method: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def data(self) -> dict[str, Any]:
        """What it says, from JSON or from a form."""
        if self.headers.get("content-type", "").startswith("application/json"):
            return dict(json.loads(self.body))
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Fault:
    """What is done instead of an answer: `drop` ends the connection, `hang` says nothing until `slack.release()`."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    hang: bool = False
    # The message is taken, and only the answer is lost.
    after: bool = False


def refused(error: str, **more: Any) -> Fault:
    """Slack's own no: 200, and an error in the body."""
    return Fault(body=json.dumps({"ok": False, "error": error, **more}))


def too_fast(seconds: int | str = 3) -> Fault:
    """Over the limit."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    return Fault(429, body, {"Retry-After": str(seconds)})


@dataclass
class Slack:
    """A running stand-in. `faults` of a method are used up one after the other; `always` are not."""

    people: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    requests: list[Request] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)
    # What is there now, by channel and ts.
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    port: int = 0
    _ts: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def webhook_url(self) -> str:
        """An incoming webhook."""
        return f"http://127.0.0.1:{self.port}{HOOK}"

    def calls(self, method: str) -> list[dict[str, Any]]:
        """What a method was called with, in order."""
        return [request.data for request in list(self.requests) if request.method == method]

    def release(self) -> None:
        """Let go of those that hang."""
        self._go_on.set()

    def fault_for(self, method: str) -> Fault | None:
        """Return, and use up, the next fault of a method."""
        return self.faults[method].pop(0) if self.faults[method] else self.always.get(method)

    def answer(self, method: str, data: dict[str, Any], token: str) -> dict[str, Any]:
        """Return what Slack answers to a call of a method."""
        verb = getattr(self, "_" + method.replace(".", "_"), None)
        if verb is None:
            return {"ok": False, "error": "unknown_method"}
        if token not in self.tokens:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        answer: dict[str, Any] = verb(data)
        return answer

    def _auth_test(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "url": "https://acme.slack.com/", "team": "Acme", "user": "frontdesk", "team_id": "T0001",
                "user_id": "U0BOT0001", "bot_id": "B0001"}  # fmt: skip

    def _chat_postMessage(self, data: dict[str, Any]) -> dict[str, Any]:
        wrong = problem(data)
        if wrong:
            return {"ok": False, "error": wrong}
        channel = self._channel(str(data["channel"]))
        if not channel:
            return {"ok": False, "error": "channel_not_found"}
        ts = f"1700000000.{next(self._ts):06d}"
        self.messages[channel, ts] = data
        return {"ok": True, "channel": channel, "ts": ts, "message": {"type": "message", "text": data["text"]}}

    def _chat_update(self, data: dict[str, Any]) -> dict[str, Any]:
        if len(data.get("text", "").encode()) > 4000:
            return {"ok": False, "error": "msg_too_long"}
        wrong = problem(data) or self._missing(data)
        if wrong:
            return {"ok": False, "error": wrong}
        self.messages[data["channel"], data["ts"]] |= data
        return {"ok": True, "channel": data["channel"], "ts": data["ts"], "text": data["text"]}

    def _chat_delete(self, data: dict[str, Any]) -> dict[str, Any]:
        wrong = self._missing(data)
        if wrong:
            return {"ok": False, "error": wrong}
        del self.messages[data["channel"], data["ts"]]
        return {"ok": True, "channel": data["channel"], "ts": data["ts"]}

    def _users_lookupByEmail(self, data: dict[str, Any]) -> dict[str, Any]:
        found = self.people.get(data.get("email", ""))
        return {"ok": True, "user": {"id": found}} if found else {"ok": False, "error": "users_not_found"}

    def _conversations_open(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "channel": {"id": self._channel(str(data["users"]))}}

    def _channel(self, name: str) -> str:
        if name.startswith("U"):
            return f"D{name[1:]}" if name in self.people.values() else ""
        return f"C0{name[1:].upper().replace('-', '')}" if name.startswith("#") else name

    def _missing(self, data: dict[str, Any]) -> str:
        if str(data.get("channel", ""))[:1] not in ("C", "D", "G"):
            return "channel_not_found"
        assert isinstance(data["ts"], str)
        return "" if (data["channel"], data["ts"]) in self.messages else "message_not_found"

    def talk(self, method: str, request: Request) -> Fault:
        """Return the answer to a request."""
        if method == HOOK:
            wrong = problem(request.data)
            return Fault(400, "invalid_payload") if wrong else Fault(200, "ok")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return Fault(body=json.dumps(self.answer(method, request.data, token)))

    def wait(self) -> None:
        """Hang."""
        self._go_on.wait(30)


def problem(data: dict[str, Any]) -> str:
    """Return Slack's word for what is wrong with a message, or ""."""
    if not data.get("text", "").strip():
        return "no_text"
    blocks = data.get("blocks", [])
    if not blocks or len(blocks) > 50:
        return "invalid_blocks"
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        return "msg_blocks_too_long"
    return "invalid_blocks" if any(_block_is_wrong(block) for block in blocks) else ""


def _block_is_wrong(block: dict[str, Any]) -> bool:
    kind = block["type"]
    if kind in ("header", "section") and "text" in block:
        text = block["text"]
        plain = text["type"] == "plain_text"
        return not 0 < len(text["text"].encode("utf-16-le")) // 2 <= LIMITS[kind] or (kind == "header" and not plain)
    if kind == "section":
        return not 0 < len(block["fields"]) <= 10 or any(len(each["text"]) > 2000 for each in block["fields"])
    if kind == "context":
        return not 0 < len(block["elements"]) <= 10 or any(not each["text"] for each in block["elements"])
    if kind == "actions":
        return any(len(each["text"]["text"]) > 75 or len(each.get("url", "")) > 3000 for each in block["elements"])
    return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    slack: Slack

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        method = path.removeprefix("/api/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method, headers, body, time.time())
        fault = self.slack.fault_for(method)
        self.slack.requests.append(request)
        if fault and fault.after:
            self.slack.talk(method, request)
        if fault and fault.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if fault and fault.hang:
            self.slack.wait()
        self._say(fault or self.slack.talk(method, request))

    def _say(self, answer: Fault) -> None:
        body = answer.body.encode()
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json" if body[:1] == b"{" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the other side has gone

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def slack_stand_in() -> Iterator[Slack]:
    """A Slack that listens while the block runs."""
    slack = Slack()
    with listening(_Handler, slack=slack) as slack.port:
        try:
            yield slack
        finally:
            slack.release()
