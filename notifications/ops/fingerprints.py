"""What makes two errors the same one, and how an error is shown: where in our own code it came up."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

ROOT = str(Path(__file__).resolve().parent.parent.parent) + "/"
_NOT_OURS = ("/site-packages/", "/.venv", "/lib/python")
LONGEST = 6000


def frame_of(error: BaseException) -> tuple[str, int, str]:
    """Return the innermost place of our own code that an error passed: file, line, function. Where it passed none of
    ours, the innermost at all."""
    ours, last = None, ("", 0, "")
    step: TracebackType | None = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        last = (code.co_filename, step.tb_lineno, code.co_name)
        if code.co_filename.startswith(ROOT) and not any(part in code.co_filename for part in _NOT_OURS):
            ours = last
        step = step.tb_next
    file, line, name = ours or last
    return short(file), line, name


def fingerprint(error: BaseException) -> str:
    """Return what two errors of one bug have in common. The line is left out: it moves with every release."""
    file, _, name = frame_of(error)
    return f"{type(error).__name__}:{file}:{name}"


def where(error: BaseException) -> str:
    """Return the place for people: "inbox/desk/views/lists.py:41 in counts"."""
    file, line, name = frame_of(error)
    return f"{file}:{line} in {name}" if file else ""


def said(error: BaseException) -> str:
    """Return the kind of error and what it says, which may fail in a class of somebody else's."""
    try:
        text = str(error)
    except Exception:
        text = "(it cannot say what)"
    return f"{type(error).__name__}: {text}"[:500] if text else type(error).__name__


def shown(error: BaseException) -> str:
    """Return the traceback, of a long one its end. It holds lines of code and no values of variables."""
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-40)
    except Exception:
        return said(error)
    text = "".join(lines).replace(ROOT, "")
    return text if len(text) <= LONGEST else "…" + text[-LONGEST:]


def short(file: str) -> str:
    """Return a file's path without what differs from machine to machine."""
    for part in ("/site-packages/", ROOT):
        if part in file:
            return file.rpartition(part)[2]
    return file.rpartition("/")[2] if "/lib/python" in file else file
