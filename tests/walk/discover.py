"""Finds what there is to visit: nothing is listed by hand, so nothing new can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HTMX = re.compile(r"hx-(?:get|post|put|patch|delete)=\"(?P<address>[^\"]+)\"")


@dataclass(frozen=True)
class Route:
    """One address of the product: the path as it is written in the URLs, its name, its view."""

    path: str
    name: str
    view: Any
    parameters: dict[str, Any]

    @property
    def methods(self) -> list[str]:
        """The methods it answers, as far as can be told from outside; a plain function gets GET and POST."""
        kind = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        if kind is None:
            return ["GET", "POST"]
        allowed = [name.upper() for name in kind.http_method_names]
        return [method for method in METHODS if method in allowed and hasattr(kind, method.lower())]


def routes() -> list[Route]:
    """Return every address that the URLs know; of two with the same path, the one that answers."""
    found: dict[str, Route] = {}
    for route in _below(get_resolver(), "", {}):
        found.setdefault(route.path, route)
    return list(found.values())


def _below(resolver: URLResolver, prefix: str, parameters: dict[str, Any]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        found = {**parameters, **dict(entry.pattern.converters), **dict.fromkeys(entry.pattern.regex.groupindex)}
        if isinstance(entry, URLResolver):
            yield from _below(entry, path, found)
        elif isinstance(entry, URLPattern):
            yield Route(path, entry.name or path, entry.callback, found)


def sockets() -> list[str]:
    """Return the paths of all sockets."""
    from settings.sockets import websocket_urlpatterns

    return [str(entry.pattern) for entry in websocket_urlpatterns]


def fragments() -> set[str]:
    """Return the addresses that templates fetch by htmx, as written there."""
    return {
        found["address"]
        for app in ("inbox", "notifications", "imports", "integrations", "bell")
        for template in (ROOT / app).rglob("*.html")
        for found in HTMX.finditer(template.read_text())
    }
