"""One visit: what came of it, in a word, and whether it changed anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import Client

# What a visit may write without having done anything: who was here, and when.
_FOOTPRINTS = (
    "django_session", "usersessions_usersession", "people_user", "people_apitoken", "inbox_visitor",
)  # fmt: skip
_WRITES = f"""SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables
WHERE relname NOT IN ({", ".join(f"'{name}'" for name in _FOOTPRINTS)})"""


@dataclass(frozen=True)
class Outcome:
    """`word` is one of WORDS; `changed` says whether rows other than footprints were written."""

    word: str
    changed: bool
    status: int

    def __str__(self) -> str:
        return f"{self.word}{'!' if self.changed else ''}"


def visit(client: Client, method: str, address: str) -> Outcome:
    """Ask for `address` with an empty body, and take back whatever it did."""
    with transaction.atomic():
        before = _writes()
        body: dict[str, Any] = {} if method == "GET" else {"content_type": "application/json", "data": "{}"}
        if method == "POST" and not address.startswith(("/api/", "/widget/")):
            body = {"data": {}}
        answer = client.generic(method, address) if not body else getattr(client, method.lower())(address, **body)
        changed = _writes() != before
        transaction.set_rollback(True)
    return Outcome(_word(answer), changed, answer.status_code)


def _word(answer: Any) -> str:
    status = answer.status_code
    if status in (301, 302, 303, 307, 308):
        to = answer["Location"]
        return "login" if to.startswith("/accounts/login/") else "on"
    words = {401: "login", 403: "no", 404: "absent", 410: "absent", 405: "method", 424: "away", 503: "away"}
    if status in words:
        return words[status]
    if status in (400, 406, 409, 415, 422, 428):
        return "asks"
    return "yes" if 200 <= status < 300 else f"{status}"


def _writes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WRITES)
        return int(cursor.fetchone()[0])
