"""Intercom, as its documentation says it answers: lists by cursor and by page, search by day, scrolling, limits told in
headers, and its faults on request.

It counts every call, and refuses what Intercom would: an unknown token, a cursor that it has forgotten, a page that is
too large.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "dG9rOnN0YW5kLWlu"
APP = {"type": "app", "id_code": "app1", "name": "Acme", "region": "US", "timezone": "UTC"}
Body = dict[str, Any]


@dataclass
class Fault:
    """What is done instead of an answer: `drop` ends the connection, `cut` ends it within the body; `then` is done
    before the true answer is given."""

    status: int = 200
    body: Body = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    cut: bool = False
    then: Callable[[], None] | None = None


def errors(status: int, code: str, message: str = "No.") -> Fault:
    """Intercom's own no."""
    return Fault(status, {"type": "error.list", "request_id": "r1", "errors": [{"code": code, "message": message}]})


def too_fast(seconds: float = 1) -> Fault:
    """Over the limit until then."""
    fault = errors(429, "rate_limit_exceeded", "Exceeded rate limit")
    fault.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time() + seconds))}
    return fault


@dataclass
class Intercom:
    """A running stand-in. `faults` of a route are used up one after the other, at its next calls; `always` are not.

    A route is the method and the path with `*` for an id: "GET contacts", "GET conversations/*".
    """

    contacts: dict[str, Body] = field(default_factory=dict)
    companies: dict[str, Body] = field(default_factory=dict)
    conversations: dict[str, Body] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    admins: list[Body] = field(default_factory=list)
    app: Body = field(default_factory=lambda: dict(APP))
    token: str = TOKEN
    faults: dict[str, list[Fault | None]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, Body]] = field(default_factory=list)
    # Of the list of companies; beyond it, they are scrolled through.
    most_listed: int = 10_000
    largest_page: int = 150
    # How many calls a window of so many seconds holds, and are left in this one; None: no end.
    window: int | None = None
    window_seconds: float = 10
    left: int = 0
    resets_at: float = 0
    # How often somebody did not keep to that.
    trespasses: int = 0
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """What INTERCOM_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}/"

    def respond(self, method: str, target: str, body: Body, headers: dict[str, str]) -> Fault:
        """Return the answer to a request."""
        parts = urlsplit(target)
        route = _route(method, parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            self.calls[route] += 1
            self.asked.append((route, {**query, **body}))
            fault = self.faults[route].pop(0) if self.faults[route] else self.always.get(route)
            if fault is not None and fault.then is not None:
                fault.then()
            elif fault is not None and not fault.cut:
                return fault
            answer = self._judged(route, unquote(parts.path).strip("/"), {**query, **body}, headers)
            answer.headers |= self._limits()
            answer.cut = fault is not None and fault.cut
            return answer

    def _limits(self) -> dict[str, str]:
        if self.window is None:
            return {"X-RateLimit-Limit": "1666", "X-RateLimit-Remaining": "1600"}
        if time.time() >= self.resets_at:
            # Whole seconds, as in the header.
            self.left, self.resets_at = self.window, int(time.time()) + self.window_seconds
        self.left -= 1
        told = {"X-RateLimit-Limit": self.window, "X-RateLimit-Remaining": max(0, self.left)}
        return {name: str(value) for name, value in (told | {"X-RateLimit-Reset": int(self.resets_at)}).items()}

    def _judged(self, route: str, path: str, asked: Body, headers: dict[str, str]) -> Fault:
        if headers.get("authorization") != f"Bearer {self.token}":
            return errors(401, "unauthorized", "Access Token Invalid")
        if headers.get("intercom-version") != "2.14":
            return errors(400, "parameter_invalid", "Which version?")
        if self.window is not None and self.left <= 0 and time.time() < self.resets_at:
            self.trespasses += 1
            return too_fast(self.resets_at - time.time())
        ids = path.split("/")
        one = ids[1] if len(ids) > 1 else ""
        answers: dict[str, Callable[[], Fault]] = {
            "GET me": lambda: Fault(body={"type": "admin", "id": "1", "app": self.app}),
            "GET tags": lambda: Fault(body={"type": "list", "data": _named(self.tags)}),
            "GET admins": lambda: Fault(body={"type": "admin.list", "admins": self.admins}),
            "GET contacts": lambda: self._list(self.contacts, "data", asked),
            "GET contacts/*/tags": lambda: self._tags_of(one),
            "POST contacts/search": lambda: self._search(self.contacts, "data", asked),
            "POST companies/list": lambda: self._companies(asked),
            "GET companies/scroll": lambda: self._scroll(asked),
            "GET companies/*": lambda: self._one(self.companies, one),
            "GET conversations": lambda: self._list(_without_parts(self.conversations), "conversations", asked),
            "POST conversations/search": lambda: self._search(
                _without_parts(self.conversations), "conversations", asked
            ),
            "GET conversations/*": lambda: self._one(self.conversations, one),
        }
        return answers[route]() if route in answers else errors(404, "not_found", "No such route")

    def _one(self, of: dict[str, Body], key: str) -> Fault:
        return Fault(body=of[key]) if key in of else errors(404, "not_found", "Resource Not Found")

    def _tags_of(self, contact: str) -> Fault:
        if contact not in self.contacts:
            return errors(404, "not_found", "User Not Found")
        ids = self.contacts[contact]["all_tags"]
        return Fault(body={"type": "list", "data": _named({one: self.tags[one] for one in ids})})

    def _list(self, of: dict[str, Body], key: str, asked: Body) -> Fault:
        per_page = int(asked.get("per_page", 10))
        if per_page > self.largest_page:
            return errors(400, "parameter_invalid", "per_page is too large")
        ids, after = sorted(of), asked.get("starting_after")
        if after is not None:
            last = _last(after)
            if last is None:
                return errors(400, "parameter_invalid", "Cursor is not valid")
            ids = [one for one in ids if one > last]
        page, more = ids[:per_page], len(ids) > per_page
        pages: Body = {"type": "pages", "per_page": per_page}
        if more:
            pages["next"] = {"page": 2, "starting_after": _cursor(page[-1])}
        elif per_page % 2:
            pages["next"] = None  # and else it is absent: both are seen
        items = [{name: value for name, value in of[one].items() if name != "all_tags"} for one in page]
        return Fault(body={"type": "list", key: items, "total_count": len(of), "pages": pages})

    def _search(self, of: dict[str, Body], key: str, asked: Body) -> Fault:
        query = asked["query"]
        assert (query["field"], query["operator"]) == ("updated_at", ">")
        day = datetime.fromtimestamp(int(query["value"]), UTC).date()
        found = {one: body for one, body in of.items() if datetime.fromtimestamp(body["updated_at"], UTC).date() > day}
        pagination = asked.get("pagination", {})  # a cursor anywhere else is not seen
        return self._list(found, key, {"per_page": 50, **pagination})

    def _companies(self, asked: Body) -> Fault:
        page, per_page = int(asked.get("page", 1)), int(asked.get("per_page", 15))
        ids = sorted(self.companies)[: self.most_listed]
        pages: Body = {"type": "pages", "page": page, "per_page": per_page, "next": None}
        if page * per_page < len(ids):
            pages["next"] = f"https://api.intercom.io/companies/list?per_page={per_page}&page={page + 1}"
        found = [self.companies[one] for one in ids[(page - 1) * per_page : page * per_page]]
        return Fault(body={"type": "list", "data": found, "pages": pages, "total_count": len(self.companies)})

    def _scroll(self, asked: Body) -> Fault:
        ids, after = sorted(self.companies), asked.get("scroll_param")
        if after is not None:
            last = _last(after)
            if last is None:
                return errors(404, "not_found", "scroll parameter not found")
            ids = [one for one in ids if one > last]
        page = ids[:100]
        found = [self.companies[one] for one in page]
        more = _cursor(page[-1]) if page else after
        return Fault(body={"type": "list", "data": found, "pages": None, "total_count": None, "scroll_param": more})


def _cursor(last: str) -> str:
    """A cursor holds what a URL must escape."""
    return f"{last}\n+/=="


def _last(cursor: str) -> str | None:
    return cursor.removesuffix("\n+/==") if cursor.endswith("\n+/==") else None


def _named(tags: dict[str, str]) -> list[Body]:
    return [{"type": "tag", "id": one, "name": name} for one, name in tags.items()]


def _without_parts(conversations: dict[str, Body]) -> dict[str, Body]:
    return {
        one: {name: value for name, value in body.items() if name != "conversation_parts"}
        for one, body in conversations.items()
    }


def _route(method: str, path: str) -> str:
    words = unquote(path).strip("/").split("/")
    if len(words) > 1 and words[1] not in ("search", "list", "scroll"):
        words[1] = "*"
    return f"{method} {'/'.join(words)}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever called was killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    intercom: Intercom

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def _do(self) -> None:
        said = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.intercom.respond(self.command, self.path, json.loads(said) if said else {}, headers)
        if answer.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        body = json.dumps(answer.body).encode()
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if answer.cut else body)
            if answer.cut:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
        except OSError:
            self.close_connection = True  # the other side has gone

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def intercom_stand_in() -> Iterator[Intercom]:
    """An Intercom that listens while the block runs."""
    intercom = Intercom()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"intercom": intercom}))
    intercom.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield intercom
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
