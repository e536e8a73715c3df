"""The icons: one SVG sprite from the Lucide files that package.json names under "sprite"."""

from __future__ import annotations

import re
from pathlib import Path


def sprite(icons: Path, names: list[str]) -> str:
    """Return an SVG with a symbol for each named icon of the folder. Raises FileNotFoundError for one not there."""
    symbols = []
    for name in sorted(names):
        source = (icons / f"{name}.svg").read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
        assert body is not None
        shapes = " ".join(body[1].split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide, ISC licence -->\n' + "\n".join(symbols) + "\n</svg>\n"
    )
