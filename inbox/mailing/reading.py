"""From a letter to what its sender wrote: its text, without what it quotes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser

import nh3
from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage

from inbox.conversations.text import MAX_LENGTH

# "david" is nobody's language: the library's own joke.
LANGUAGES = sorted(set(MAIL_LANGUAGES) - {"david"})
CUT = "\n… (the rest of the letter was left out)"
# Much more than a note holds; what lies behind it is quoted anyway.
LONGEST_READ = 100_000
LONGEST_HTML = 200_000
# The library's patterns take quadratic time over a line. No header of a quote is that long, so it never sees more.
LONGEST_LINE = 300
DEEPEST = 30
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONG_LINE = "\ufdd0{}\ufdd1"
_PUT_BACK = re.compile("\ufdd0(\\d+)\ufdd1")
_SIGNATURE = re.compile(r"^--[ \u00a0]?$.*", re.MULTILINE | re.DOTALL)
_SENT_FROM = re.compile(
    r"\n(?:Sent from my|Sent via|Get Outlook for|Von meinem|Envoyé de(?:puis)? mon|Enviado desde mi|Inviato da)"
    r"[^\n]{0,80}\s*\Z",
    re.IGNORECASE,
)
_GAP = re.compile(r"\n{3,}")
# "El dom, 22 nov 2026 a las 14:06, Frontdesk escribió:", in whatever language, right above a quote.
_INTRODUCES = re.compile(r"(?:@|\b20\d\d\b).*:\Z")
_AUTOMATIC = frozenset({"bulk", "junk", "list", "auto_reply"})
_BLOCKS = frozenset("p div tr table ul ol h1 h2 h3 h4 h5 h6 pre blockquote section article header footer hr".split())


@dataclass
class Said:
    """What a letter says: its parts as text, and how many parts are none."""

    texts: list[str] = field(default_factory=list)
    left_out: int = 0


def is_automatic(letter: Message) -> bool:
    """Return whether no person wrote this: a holiday note, a bounce, a list (RFC 3834)."""
    return (
        letter.get_content_type() == "multipart/report"
        or str(letter.get("Auto-Submitted", "no")).strip().lower().partition(";")[0].strip() != "no"
        or str(letter.get("Precedence", "")).strip().lower() in _AUTOMATIC
        or any(name in letter for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id"))
        or str(letter.get("Return-Path", "<?>")).strip() in ("", "<>")
    )


def note_text(letter: Message) -> str:
    """Return what is to be noted: the answer, and how many attachments were left out; "" where nothing was written.
    It holds MAX_LENGTH characters at most."""
    said = said_in(letter)
    text = answer_in("\n\n".join(text for text in said.texts if text.strip()))
    if not text:
        return ""
    few = "1 attachment was" if said.left_out == 1 else f"{said.left_out} attachments were"
    end = f"\n\n({few} left out)" if said.left_out else ""
    if len(text) + len(end) > MAX_LENGTH:
        text = text[: MAX_LENGTH - len(CUT) - len(end)].rstrip() + CUT
    return text + end


def said_in(part: Message, depth: int = 0) -> Said:
    """Return the texts of a letter in order. Of alternatives the plain one is taken, if it says anything."""
    kind = part.get_content_type()
    children = part.get_payload() if part.is_multipart() else None
    if part.get_content_maintype() == "multipart" and isinstance(children, list):
        inner = [said_in(each, depth + 1) for each in children if isinstance(each, Message)] if depth < DEEPEST else []
        if kind == "multipart/alternative":
            best = next((one for one in inner if any(text.strip() for text in one.texts)), Said())
            return Said(best.texts, max((one.left_out for one in inner), default=0))
        return Said([text for one in inner for text in one.texts], sum(one.left_out for one in inner))
    if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        text = _decoded(part)
        return Said([html_to_text(text) if kind == "text/html" else text])
    return Said(left_out=1)


def answer_in(text: str) -> str:
    """Return what stands in a letter's text besides what it quotes and its signature."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_READ]
    long: list[str] = []

    def take(line: str) -> str:
        if len(line) <= LONGEST_LINE:
            return line
        long.append(line)
        return _LONG_LINE.format(len(long) - 1)

    text = text.replace("\ufdd0", "").replace("\ufdd1", "")
    text = _GAP.sub("\n\n", "\n".join(take(line.strip()) for line in text.split("\n"))).strip()
    replies = _Letter(text=text, languages=list(LANGUAGES)).read().replies
    found = _unquoted(replies[0].content) if replies and not replies[0].headers else ""
    if not found:  # they wrote below what they quote, or between its lines
        found = _unquoted("\n".join(reply.full_body for reply in replies))
    return _PUT_BACK.sub(lambda match: long[int(match[1])], found).strip()


class _Letter(EmailMessage):
    """Looks for the headers of quotes alone. The library's patterns for signatures take hours over some letters, and
    with "Thanks," or a list all that stands below it."""

    def _process_signatures_disclaimers(self, text: str) -> tuple[list[str], str]:
        return [], ""


def html_to_text(html: str) -> str:
    """Return the words of an HTML letter, a line for each block, with "> " before what it quotes."""
    words = _Words()
    words.feed(nh3.clean(html[:LONGEST_HTML], attributes={}, clean_content_tags={"script", "style", "head", "title"}))
    words.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(words.found)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag == "blockquote"
        if tag == "br" or tag in _BLOCKS or tag == "li":
            self._break("- " if tag == "li" else "", again=tag == "br")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "blockquote" and self.depth > 0
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        self.found.append(re.sub(r"\s+", " ", data) if data.strip() else " " * bool(data))

    def _break(self, before: str = "", *, again: bool = False) -> None:
        line = "\n" + "> " * min(self.depth, 5) + before
        # A block that begins where another one ends has one line break, not two.
        if self.found and self.found[-1].startswith("\n") and not again:
            self.found[-1] = line
        else:
            self.found.append(line)


def _unquoted(text: str) -> str:
    """Return the lines that quote nothing, without a signature, and without the line that says whose words follow."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.startswith(">"):
            lines.append(line)
            continue
        while lines and not lines[-1]:
            lines.pop()
        if lines and _INTRODUCES.search(lines[-1]):
            lines.pop()
        lines.append("")
    without = _SIGNATURE.sub("", _GAP.sub("\n\n", "\n".join(lines)))
    return _SENT_FROM.sub("", f"\n{without}".rstrip()).strip()


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")
