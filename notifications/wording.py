"""What a message says: the event's own words, or what a rule's Liquid template makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError

from notifications.conditions import Facts
from notifications.models import Event

LONGEST = 4000
_PLACE = re.compile(r" (\d+):(\d+)\n")


class Limited(Environment):
    """Liquid whose templates can neither run for long nor read another one. Make one with `limited`."""

    context_depth_limit = 10
    loop_iteration_limit = 2000
    output_stream_limit = 16_000
    local_namespace_limit = 16_000


_RANGE = re.compile(r"\(\s*[^()\s]+\s*\.\.")
LARGEST = 16_000


def _bounded(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses to make what no message can hold: filters feed one another."""

    @wraps(apply)
    def bounded(*values: Any, **named: Any) -> Any:
        found = apply(*values, **named)
        if isinstance(found, str | list | tuple) and len(found) > LARGEST:
            raise LiquidError("a filter made too much", token=None)
        return found

    return bounded


def limited(kind: type[Limited] = Limited, *, autoescape: bool = False) -> Limited:
    """Return an environment whose filters are bounded, too; `autoescape` for what becomes HTML."""
    made = kind(autoescape=autoescape)
    for name, apply in list(made.filters.items()):
        made.filters[name] = _bounded(apply)
    return made


_LIQUID = limited()


class TemplateRefused(ValueError):
    """The template cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Wording:
    """One message in plain words, ready for any transport. `link` is absolute, or ""."""

    title: str
    body: str = ""
    link: str = ""
    icon: str = "bell"
    severity: str = "info"
    # Pairs of name and value that say more: "Account", "Northwind".
    fields: tuple[tuple[str, str], ...] = ()
    # Said beside it where several events share the message: "×37, first 12:00, last 12:03".
    counted: str = ""
    # What a rule's own template wrote, instead of title and body.
    text: str = ""
    warning: str = ""
    settled: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def check_template(text: str) -> None:
    """Return if `text` is a Liquid template, or empty. Raises TemplateRefused with the place."""
    parsed_by(_LIQUID, text)


def parsed_by(environment: Limited, text: str) -> BoundTemplate:
    """Return a template that is about to be saved. Raises TemplateRefused with the place."""
    if _RANGE.search(text):
        raise TemplateRefused("A template cannot use ranges, as (1..5). Loop over what the event holds.")
    try:
        return environment.from_string(text)
    except LiquidError as error:
        raise TemplateRefused(said_of(error)) from None


def written(event: Event, template: str, facts: Facts) -> Wording:
    """Return the wording of an event. A template that fails on it gives the default, with a warning."""
    fields = tuple(
        (name, value) for name, value in (("Contact", event.contact_name), ("Account", event.account_name)) if value
    )
    plain = Wording(event.title, event.body, absolute(event.url), event.icon, event.severity_word, fields)
    if not template.strip():
        return plain
    try:
        text = _parsed(template).render(**facts.for_template(), link=plain.link).strip()[:LONGEST]
    except (Exception, MemoryError) as error:  # of a filter or of the library: the default is told
        said = said_of(error) if isinstance(error, LiquidError) else type(error).__name__
        return replace(plain, warning=f"The route's template failed on this event: {said}"[:300])
    if not text:
        return replace(plain, warning="The route's template wrote nothing for this event.")
    return replace(plain, text=text)


def absolute(url: str) -> str:
    """Return an address that works outside the desk."""
    base = settings.PUBLIC_URL or settings.LOCAL_URL
    return urljoin(f"{base}/", url.lstrip("/")) if url and not url.startswith("https://") else url


def said_of(error: LiquidError) -> str:
    """Return where a template is wrong, and how."""
    text = str(error)
    place = _PLACE.search(text)
    return (f"Line {place[1]}, column {int(place[2]) + 1}: " if place else "") + text.splitlines()[0]


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Any:
    return _LIQUID.from_string(text)
