"""Which links of ours carry a secret in their path: told by the names of the arguments in the URLs, by no list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

_SECRET_NAME = re.compile(r"(?:\A|_)(?:token|key|secret|signature|sig|code|hash|mac|nonce|proof|ticket)(?:\Z|_)")
_ARGUMENT = re.compile(r"%\((\w+)\)s")
# In an address that stands in another one's query the slashes are written as %2F.
_SLASH = "(?:/|%2F)"
_VALUE = r"(?:(?!%2F)[^/\s?#\"'&<>])+"


def is_secret(name: str) -> bool:
    """Return whether what an address calls so opens something: "token", "reset_key"."""
    return bool(_SECRET_NAME.search(name))


def secret_links(urlpatterns: Sequence[Any]) -> list[str]:
    """Return regular expressions for all links with a secret: what comes before it is a group, it itself is not."""
    root = URLResolver(RegexPattern(r"^/"), urlpatterns)
    return sorted({expression for template in _templates(root) if (expression := _expression(template))})


def _templates(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Yield each address as "left/%(token)s/", as far as it can be made from its arguments."""
    known: list[Any] = list(resolver.reverse_dict.values())
    for possibilities, *_ in known:
        yield from (before + template for template, _ in possibilities)
    for prefix, inner in resolver.namespace_dict.values():
        yield from _templates(inner, before + prefix)


def _expression(template: str) -> str:
    """Return the expression of one address; "" where nothing in it is secret."""
    before = ""
    for part in template.lstrip("/").split("/"):
        # Whatever stands in the same part belongs to it: "<user>-<key>".
        if any(is_secret(name) for name in _ARGUMENT.findall(part)):
            return f"({_SLASH}{before}){_VALUE}"
        before += _VALUE.join(re.escape(text) for text in _ARGUMENT.split(part)[::2]) + _SLASH
    return ""
