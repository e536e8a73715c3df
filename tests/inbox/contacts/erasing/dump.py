"""All that a database holds, as text, and where in it somebody is found."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import psycopg
from django.apps import apps
from django.db import connection


class Traces:
    """Words that are looked for, however they may be written."""

    def __init__(self, words: Iterable[str]) -> None:
        self.plain: set[bytes] = set()
        self.exact: set[bytes] = set()
        for word in words:
            for text in (word.lower(), word.casefold()):
                self.plain |= {text.encode(), json.dumps(text)[1:-1].encode(), json.dumps(text).encode()[1:-1]}
                self.plain |= {quote(text).lower().encode(), quote_plus(text).lower().encode()}
                self.plain.add(quote(text, safe="").lower().encode())
            for text in {word, word.lower(), word.upper(), word.title()}:
                self.exact |= set(_in_base64(text.encode()))

    def found_in(self, name: str, content: bytes) -> list[str]:
        """Return where in a content one of them stands."""
        small = content.lower()
        hits = [(word, small.find(word)) for word in self.plain] + [(word, content.find(word)) for word in self.exact]
        return [f"{name}: {word!r} in {content[max(0, at - 80) : at + 80]!r}" for word, at in hits if at >= 0]


def _in_base64(text: bytes) -> Iterator[bytes]:
    """Yield the part of a text's base64 that stays the same whatever stands around it, for each place it may begin."""
    for shift in range(3):
        skip = (0, 2, 3)[shift]
        whole = base64.b64encode(b"\0" * shift + text)
        inner = whole[skip : len(whole) // 4 * 4 - 4]
        if len(inner) >= 7:
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, as this transaction sees it."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" AS t')
            found[table] = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
    return found


def text_of(rows: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, bytes]]:
    """Yield each row with its table, as it would stand in a dump."""
    for table, found in rows.items():
        for row in found:
            yield table, json.dumps(row, ensure_ascii=False).encode()


def dumped(url: str) -> Iterator[tuple[str, bytes]]:
    """Yield each table of a database, whoever's it is, as COPY writes it."""
    with psycopg.connect(url) as link:
        names = link.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for schema, table in names:
            with link.cursor().copy(f'COPY "{schema}"."{table}" TO STDOUT') as copy:
                yield table, b"".join(bytes(part) for part in copy)
