"""Files that are no CSV, by how they begin: what they are, and what to do instead."""

from __future__ import annotations

import puremagic

_SAVE_AS = "Open it in a spreadsheet, choose File → Save as → CSV UTF-8, and import that file."
_EXCEL = (
    "excel",
    "This is an Excel file. In Excel choose File → Save as → CSV UTF-8 (comma delimited), and import that file.",
)
_OPENED = b"PK\x03\x04"
# What each begins with, its code, and what to say.
_BEGINNINGS = (
    (b"%PDF", "pdf", f"This is a PDF. Ask for the table that it was made from. {_SAVE_AS}"),
    (b"\x1f\x8b", "compressed", "This file is compressed (gzip). Unpack it, and import the CSV in it."),
    (b"Rar!", "compressed", "This is a RAR archive. Unpack it, and import the CSV in it."),
    (b"7z\xbc\xaf\x27\x1c", "compressed", "This is a 7-Zip archive. Unpack it, and import the CSV in it."),
    (b"BZh", "compressed", "This file is compressed (bzip2). Unpack it, and import the CSV in it."),
    (b"\xfd7zXZ", "compressed", "This file is compressed (xz). Unpack it, and import the CSV in it."),
    (b"\x28\xb5\x2f\xfd", "compressed", "This file is compressed (zstd). Unpack it, and import the CSV in it."),
    (b"\x89PNG", "picture", "This is a picture (PNG). Choose the CSV file."),
    (b"\xff\xd8\xff", "picture", "This is a picture (JPEG). Choose the CSV file."),
    (b"GIF8", "picture", "This is a picture (GIF). Choose the CSV file."),
    (b"{\\rtf", "rich_text", f"This is a rich text document. {_SAVE_AS}"),
    (b"PAR1", "parquet", "This is a Parquet file. Write its rows as CSV, and import that file."),
    (b"SQLite format 3", "database", "This is a database (SQLite). Export its table as CSV, and import that file."),
    (b"BEGIN:VCARD", "vcard", f"These are cards of an address book (vCard). Export them as CSV. {_SAVE_AS}"),
)
# Of text, after blanks and in small letters.
_MARKUP = (
    (b"<!doctype html", "html", f"This is a web page, also if it is called .xls. {_SAVE_AS}"),
    (b"<html", "html", f"This is a web page, also if it is called .xls. {_SAVE_AS}"),
    (b"<table", "html", f"This is a web page, also if it is called .xls. {_SAVE_AS}"),
    (b"<?xml", "xml", f"This is XML. {_SAVE_AS}"),
    (b'{"', "json", "This is JSON. Write its rows as CSV, or send them to the API one by one."),
    (b"[{", "json", "This is JSON. Write its rows as CSV, or send them to the API one by one."),
)
# What stands in a ZIP archive that is really a document.
_IN_ARCHIVE = (
    (b"xl/", *_EXCEL),
    (b"opendocument.spreadsheet", "spreadsheet", f"This is a spreadsheet (ODS). {_SAVE_AS}"),
    (b"Index/Document.iwa", "spreadsheet", "This is a Numbers file. In Numbers choose File → Export to → CSV."),
    (b"word/", "document", f"This is a Word document. {_SAVE_AS}"),
)
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1a\x1b")))
# More of a text than this is no control characters, were it ever so broken.
_MOST_CONTROLS = 0.1
_FEWEST_LOOKED_AT = 64


def wrong_file(head: bytes) -> tuple[str, str] | None:
    """Return (code, what to do) of a file that begins with `head` and is something else; None: it may be text."""
    if head.startswith(_OPENED):
        return _archive(head)
    for beginning, code, detail in _BEGINNINGS:
        if head.startswith(beginning):
            return code, detail
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _EXCEL
    start = head[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next(((code, detail) for beginning, code, detail in _MARKUP if start.startswith(beginning)), None)


def binary(head: bytes) -> tuple[str, str] | None:
    """Return (code, what to do) of a file that is no text in any encoding; None: it may be text."""
    looked_at = head[:65_536]
    controls = len(looked_at) - len(looked_at.translate(None, _CONTROLS))
    if len(looked_at) < _FEWEST_LOOKED_AT or controls < len(looked_at) * _MOST_CONTROLS:
        return None
    what = _named(looked_at)
    return "binary", f"This is not text{f', but {what}' if what else ''}. Choose the CSV file."


def _archive(head: bytes) -> tuple[str, str]:
    for inside, code, detail in _IN_ARCHIVE:
        if inside in head:
            return code, detail
    return "zip", "This is a ZIP archive. Unpack it, and import the CSV in it."


def _named(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return found[0].name if found and found[0].confidence >= 0.5 else ""
