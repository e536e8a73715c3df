"""Reading a body: JSON that we can store and answer with, of a bounded size and depth."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from inbox.api.problems import Problem

MAX_BODY = 1024 * 1024
MAX_DEPTH = 32
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def refuse_large(content_length: str | None, most: int = MAX_BODY) -> None:
    """Raise a 413 where the announced length of a body is more than we read."""
    if content_length and content_length.isdecimal() and int(content_length[:20]) > most:
        raise too_large(most)


def read_chunked(request: HttpRequest) -> None:
    """Take in a body that came in chunks: REST framework takes one without a Content-Length for none at all, and a
    creation would go well with nothing in it."""
    if request.META.get("CONTENT_LENGTH") or "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return
    body = request.read(MAX_BODY + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._body = body


def measure_chunked(request: HttpRequest) -> None:
    """Say of a body that came in chunks how long it is, without taking it into memory: the server has it in a file."""
    if request.META.get("CONTENT_LENGTH") or "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return
    stream: IO[bytes] = request._stream  # type: ignore[attr-defined]
    if stream.seekable():
        request.META["CONTENT_LENGTH"] = str(stream.seek(0, io.SEEK_END))
        stream.seek(0)


def too_large(most: int = MAX_BODY) -> Problem:
    """Return the 413."""
    size = f"{most // 1024**3} GB" if most >= 1024**3 else f"{most // 1024} KB"
    return Problem("too_large", f"A body holds {size} at most.", status=413)


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without NaN, lone surrogates, NUL, numbers beyond 64 bits, or nesting without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body as Python values. Raises ParseError and Problem."""
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise too_large()
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {_reason(error)}.") from error
        _check(body)
        return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return "a number in it is too long" if "digits" in str(error) else str(error)


def _check(body: Any) -> None:
    """Raise ParseError for what parses but cannot be kept. A loop, as recursion is what deep bodies attack."""
    level, depth = [body], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ParseError(f"The body is nested more than {MAX_DEPTH} deep.")
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                for key in value:
                    _check_leaf(key)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            else:
                _check_leaf(value)
        level = below


def _check_leaf(value: Any) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ParseError("The body holds NUL or half of a surrogate pair; remove them and send it again.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ParseError("The body holds a number that is too large.")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ParseError("The body holds a whole number of more than 64 bits; send it as text.")
