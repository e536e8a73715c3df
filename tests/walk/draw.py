"""Writes table.md anew from what happens now, for a human to read before it is kept: `pytest tests/walk/draw.py`."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.walk.discover import routes
from tests.walk.people import PERSONAS, World, make_world
from tests.walk.test_walk import CACHES, TABLE, walk


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.mark.timeout(1200)
def test_draw(world: World) -> None:
    seen: dict[str, dict[str, list[str]]] = {}
    with override_settings(CACHES=CACHES):
        for route in routes():
            seen.setdefault(route.path, walk(world, route))
    head = f"| route | method | {' | '.join(PERSONAS)} |"
    lines = [head, "|---|---|" + "---|" * len(PERSONAS)]
    lines += [
        f"| `{path}` | {method} | {' | '.join(outcomes)} |"
        for path, methods in sorted(seen.items())
        for method, outcomes in methods.items()
    ]
    before = TABLE.read_text().partition("| route |")[0] if TABLE.exists() else ""
    TABLE.write_text(before + "\n".join(lines) + "\n")
