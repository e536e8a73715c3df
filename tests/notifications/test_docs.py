"""docs/events.md names every kind as it is."""

from __future__ import annotations

from pathlib import Path

from notifications.kind import Kind
from notifications.registry import all_kinds
from notifications.words import Severity

DOCS = Path(__file__).parents[2] / "docs" / "events.md"


def row(name: str, kind: type[Kind]) -> str:
    """Return a kind's row of the table."""
    by = [word for word, may in (("servers", kind.by_api), ("pages", kind.by_page)) if may]
    fields = [
        f"**{field}**" if about.is_required() else field
        for field, about in kind.model_fields.items()
        if not about.exclude
    ]
    cells = [
        f"`{name}`", kind.topic.value, str(Severity(kind.severity).label), ", ".join(by) or "Frontdesk",
        ("yes" if kind.makes_contact else "no") if kind.by_api else "",
        "any" if name in ("user.*", "audit.*") else ", ".join(fields),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def test_the_table_of_kinds_is_what_the_code_has() -> None:
    told = [line for line in DOCS.read_text().splitlines() if line.startswith("| `") and line.count("|") == 7]
    assert told == [row(name, kind) for name, kind in all_kinds().items()]
