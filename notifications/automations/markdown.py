"""Markdown of automations: as HTML for a letter, its styles inlined, and as plain text. HTML in it is text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from inbox.people.colour import css, parse, text_on
from notifications.wording import absolute

# No pictures: a mail program would fetch them, and so say that the letter was opened.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block", "html_inline"])
_TAGS = {"p", "br", "h1", "h2", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_GREY = "#52555e"
_STYLES = {
    "p": "margin:0 0 14px",
    "h1": "margin:0 0 12px;font-size:22px;line-height:1.3;font-weight:600",
    "h2": "margin:20px 0 10px;font-size:18px;line-height:1.3;font-weight:600",
    "h3": "margin:18px 0 8px;font-size:15px;line-height:1.4;font-weight:600",
    "h4": "margin:18px 0 8px;font-size:15px;line-height:1.4;font-weight:600",
    "ul": "margin:0 0 14px;padding-left:22px",
    "ol": "margin:0 0 14px;padding-left:22px",
    "li": "margin:0 0 6px",
    "blockquote": f"margin:0 0 14px;padding:2px 0 2px 12px;border-left:3px solid #e3e4e8;color:{_GREY}",
    "code": "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px",
    "pre": "margin:0 0 14px;padding:10px 12px;background:#f6f6f8;border-radius:6px;white-space:pre-wrap",
    "hr": "margin:20px 0;border:0;border-top:1px solid #e3e4e8",
    "a": "color:#2d5fc8",
}
_OPEN = re.compile(rf"<({'|'.join(_STYLES)})(?=[ >])")
# A paragraph that is one bold link is what the letter is for: a button.
_BUTTON = re.compile(r'<p><strong><a href="([^"]*)"[^>]*>((?:(?!</a>).)*)</a></strong></p>')


def html_of(source: str, accent: str) -> str:
    """Return Markdown as safe HTML for a letter. `accent` is the workspace's colour, for buttons."""
    tokens = _MARKDOWN.parse(source)
    _make_absolute(tokens)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )  # fmt: skip
    button = (
        f"display:inline-block;padding:10px 18px;border-radius:6px;font-weight:600;text-decoration:none;"
        f"background:{accent};color:{css(text_on(parse(accent)))}"
    )
    parts, at = [], 0
    for found in _BUTTON.finditer(clean):
        parts.append(_styled(clean[at : found.start()]))
        parts.append(f'<p style="margin:18px 0"><a href="{found[1]}" style="{button}">{found[2]}</a></p>')
        at = found.end()
    return "".join([*parts, _styled(clean[at:])]).strip()


def _styled(html: str) -> str:
    return _OPEN.sub(lambda found: f'<{found[1]} style="{_STYLES[found[1]]}"', html)


def _make_absolute(tokens: Sequence[Token]) -> None:
    """Have links to our own pages work outside them."""
    for token in tokens:
        _make_absolute(token.children or ())
        href = token.attrGet("href") if token.type == "link_open" else None
        if isinstance(href, str):
            token.attrSet("href", href if _SCHEME.match(href) else absolute(f"/{href.lstrip('/')}"))


def text_of(source: str) -> str:
    """Return Markdown as plain text: what is marked loses its marks, and a link says where it leads."""
    tokens = _MARKDOWN.parse(source)
    _make_absolute(tokens)
    return _Text().of(tokens)


class _Text:
    """Writes tokens as text. `_lead` is what the next line begins with, `_indents` what those after it do."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._lists: list[int | None] = []
        self._lead = ""
        self._quotes = 0

    def of(self, tokens: Sequence[Token]) -> str:
        """Return the text."""
        for token in tokens:
            self._take(token)
        return re.sub(r"\n{3,}", "\n\n", "".join(self._blocks)).strip()

    def _take(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(None if token.type[0] == "b" else int(token.attrGet("start") or 1))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
            self._blocks.append("" if self._lists else "\n")
        elif token.type == "list_item_open":
            self._lead = self._bullet()
        elif token.type in ("blockquote_open", "blockquote_close"):
            self._quotes += 1 if token.type.endswith("open") else -1
        elif (said := _said(token)) is not None:
            self._block(said)

    def _bullet(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _block(self, text: str) -> None:
        margin = "> " * self._quotes + "  " * max(0, len(self._lists) - 1)
        lead, self._lead = self._lead, ""
        rest = margin + " " * (len(lead) or (2 if self._lists else 0))
        first, *more = text.split("\n")
        lines = [f"{margin}{lead}{first}" if lead or not self._lists else f"{rest}{first}"]
        lines += [f"{rest}{line}" for line in more]
        self._blocks.append("\n".join(lines) + ("\n" if self._lists else "\n\n"))


def _said(token: Token) -> str | None:
    """Return what a block says by itself, None for one that holds others."""
    if token.type == "inline":
        return _inline(token.children or ())
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    return "----" if token.type == "hr" else None


def _inline(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    href, begun = "", 0
    for token in tokens:
        if token.type in ("text", "code_inline"):
            said.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            said.append("\n")
        elif token.type == "link_open":
            href, begun = str(token.attrGet("href") or ""), len(said)
        elif token.type == "link_close" and href:
            named = "".join(said[begun:])
            said[begun:] = [named if named == href or href == f"mailto:{named}" else f"{named}: {href}"]
            href = ""
    return "".join(said)
