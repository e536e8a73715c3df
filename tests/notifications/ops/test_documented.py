"""docs/alerts.md names every field that other servers may send."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.kind import Kind
from notifications.kinds.signs import DatabaseFailed
from notifications.kinds.stats import TaskFailed, TaskFinished
from notifications.kinds.trouble import ServerError, ServerNotFound

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "alerts.md").read_text()


@pytest.mark.parametrize("kind", [ServerError, ServerNotFound, DatabaseFailed, TaskFailed, TaskFinished])
def test_each_field_is_in_the_table(kind: type[Kind]) -> None:
    assert kind.by_api
    table = PAGE[PAGE.index("| kind | data |") :]
    [row] = [line for line in table.splitlines() if line.startswith(f"| `{kind.kind}`")]
    assert {name for name in kind.model_fields if f"`{name}`" not in row} == set()
