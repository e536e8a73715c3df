"""Stripe's API as far as it is asked: lists, page by page, and what it says when it does not give them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.stand_ins.listening import listening


@dataclass
class Stripe:
    """A running one: its `lists` by name, `page` objects at once; `fails` are statuses that it answers with first."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 2
    key: str = "rk_test"
    fails: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, key: str) -> tuple[int, dict[str, Any]]:
        """Return a status and what is said."""
        self.asked.append(path)
        if self.fails:
            return self.fails.pop(0), {"error": {"code": "rate_limit"}}
        if key != f"Bearer {self.key}":
            return 401, {"error": {"code": "invalid_key"}}
        parts = urlsplit(path)
        resource, _, id_ = parts.path.removeprefix("/v1/").partition("/")
        if id_:
            one = next((row for row in self.lists.get(resource, []) if row["id"] == id_), None)
            return (200, one) if one else (404, {"error": {"code": "resource_missing"}})
        rows = self.lists.get(parts.path.removeprefix("/v1/"), [])
        after = parse_qs(parts.query).get("starting_after", [""])[0]
        start = next((number + 1 for number, row in enumerate(rows) if row["id"] == after), 0)
        return 200, {
            "object": "list",
            "data": rows[start : start + self.page],
            "has_more": len(rows) > start + self.page,
        }


class _Handler(BaseHTTPRequestHandler):
    stripe: Stripe

    def do_GET(self) -> None:
        status, said = self.stripe.answer(self.path, self.headers.get("Authorization", ""))
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def stripe_stand_in() -> Iterator[Stripe]:
    """One that listens while the block runs."""
    kept = Stripe()
    with listening(_Handler, stripe=kept) as port:
        kept.url = f"http://127.0.0.1:{port}"
        yield kept
