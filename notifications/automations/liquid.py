"""Templates of automations: Liquid whose values can do nothing in the text that they stand in.

The body is Markdown. What a template puts in is escaped as it is put in, after all filters, so that a customer who is
called "**[Pay here](https://evil.test)**" is called just that. So nothing may be put in in another way: tags that catch
what was put in, or that read another template, are not there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TextIO

from liquid import BoundTemplate, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import LiquidError
from liquid.stringify import to_liquid_string

from notifications.wording import Limited, TemplateRefused, limited, parsed_by, said_of

# What a template knows, and of some of it the names behind the dot (None: any).
NAMES: dict[str, frozenset[str] | None] = {
    "event": frozenset({"kind", "title", "body", "topic", "severity", "occurred_at", "data"}),
    "data": None,
    "contact": frozenset({"name", "first_name", "email", "phone", "external_id", "timezone", "attributes"}),
    "account": frozenset({
        "name", "external_id", "domain", "plan", "status", "seats", "seat_limit", "renews_on", "trial_ends_on",
        "attributes",
    }),
    "actor": frozenset({"name", "first_name"}),
    "recipient": frozenset({"name", "first_name"}),
    "workspace": frozenset({"name", "url"}),
    "url": None,
}  # fmt: skip
_TAGS = frozenset({
    "#", "assign", "break", "case", "comment", "content", "continue", "doc", "for", "if", "illegal", "output", "unless",
})  # fmt: skip
# They would promise that what follows is safe as it is.
_FILTERS_OUT = ("safe", "escape", "escape_once", "escapejs", "newline_to_br")
# Line ends and other control characters, half characters, and signs that turn the text behind them.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# All that means something in Markdown, wherever it stands. A backslash before it takes the meaning away.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!<>&|~=\"'^$])")


class TemplateFailed(Exception):
    """A template could not be worked on an event. The text says where and why."""


def plain(value: str) -> str:
    """Return a value in one line, without signs that cannot be seen."""
    return " ".join(_UNSEEN.sub(" ", value).split())


def for_markdown(value: str) -> str:
    """Return a value as Markdown that shows just it."""
    return _MARKDOWN.sub(r"\\\1", plain(value))


class _PutPlain(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(plain(to_liquid_string(self.expression.evaluate(context), False)))


class _PutMarkdown(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(for_markdown(to_liquid_string(self.expression.evaluate(context), False)))


def _environment(node: type[OutputNode]) -> Limited:
    made = limited()
    made.add_tag(type("Put", (Output,), {"node_class": node}))
    for name in set(made.tags) - _TAGS:
        del made.tags[name]
    for name in _FILTERS_OUT:
        made.filters.pop(name, None)
    return made


_PLAIN, _MARKED = _environment(_PutPlain), _environment(_PutMarkdown)


def check(text: str) -> None:
    """Return if `text` is a template that automations can use. Raises TemplateRefused with the place."""
    template = parsed_by(_MARKED, text)
    unknown = sorted(set(template.filter_names()) - _MARKED.filters.keys())
    if unknown:
        raise TemplateRefused(f"There is no filter “{unknown[0]}”. Take one of {', '.join(sorted(_MARKED.filters))}.")
    for name, places in template.analyze().globals.items():
        known = NAMES.get(name)
        if name not in NAMES:
            raise TemplateRefused(f"There is no “{name}”. A message knows {', '.join(NAMES)}.")
        for segments in (place.segments for place in places):
            if known is not None and len(segments) > 1 and str(segments[1]) not in known:
                there = ", ".join(f"{name}.{one}" for one in sorted(known))
                raise TemplateRefused(f"There is no “{name}.{segments[1]}”. There is {there}.")


def plain_text(template: str, facts: dict[str, Any]) -> str:
    """Return what a template says as plain text. Raises TemplateFailed."""
    return _rendered(_parsed(template, False), facts)


def markdown(template: str, facts: dict[str, Any]) -> str:
    """Return what a template says as Markdown; its values are text in it. Raises TemplateFailed."""
    return _rendered(_parsed(template, True), facts)


def _rendered(template: BoundTemplate, facts: dict[str, Any]) -> str:
    try:
        return template.render(**facts)
    except LiquidError as error:
        raise TemplateFailed(said_of(error)) from error
    except (Exception, MemoryError) as error:  # of a filter
        raise TemplateFailed(type(error).__name__) from error


@lru_cache(maxsize=1000)
def _parsed(text: str, is_markdown: bool) -> BoundTemplate:
    try:
        return (_MARKED if is_markdown else _PLAIN).from_string(text)
    except LiquidError as error:
        raise TemplateFailed(said_of(error)) from error
