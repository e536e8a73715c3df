"""Which rows a workspace's sidebar shows: read for each request, changed by the team."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from inbox.models import AttributeDefinition
from inbox.people.audit import Actor, record
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from integrations.helpscout.models import SidebarLayout
from integrations.helpscout.rows import ROWS, is_row

MOST_ROWS = 40
Rows = list[str]


class RowRefused(ValueError):
    """The rows cannot be changed so. The message says what to do."""


def layout_of(workspace: int) -> SidebarLayout:
    """Return a workspace's layout (its key); all rows of ours where it has chosen nothing. One query."""
    found = SidebarLayout.objects.filter(workspace=workspace).first()
    return found or SidebarLayout(workspace_id=workspace, rows=[*ROWS])


def known(rows: Rows, definitions: dict[str, AttributeDefinition]) -> Rows:
    """Return those rows that there are: a field of the workspace's own may have been deleted."""
    return [name for name in rows if name in ROWS or name in definitions]


def show(rows: Rows, name: str) -> Rows:
    """Return the rows with one more at the end."""
    return rows if name in rows else [*rows, name]


def hide(rows: Rows, name: str) -> Rows:
    """Return the rows without one."""
    return [row for row in rows if row != name]


def raise_row(rows: Rows, name: str) -> Rows:
    """Return the rows with one a place higher."""
    return _swapped(rows, name, -1)


def lower_row(rows: Rows, name: str) -> Rows:
    """Return the rows with one a place lower."""
    return _swapped(rows, name, 1)


def _swapped(rows: Rows, name: str, step: int) -> Rows:
    if name not in rows:
        return rows
    at = rows.index(name)
    to = at + step
    if not 0 <= to < len(rows):
        return rows
    moved = [*rows]
    moved[at], moved[to] = moved[to], moved[at]
    return moved


CHANGES: dict[str, Callable[[Rows, str], Rows]] = {"show": show, "hide": hide, "up": raise_row, "down": lower_row}


@transaction.atomic
def change_rows(
    workspace: Workspace, change: str, name: str, definitions: dict[str, AttributeDefinition], *, by: Actor
) -> None:
    """Show, hide, raise or lower one row (`change` is a key of CHANGES). Raises RowRefused, Forbidden."""
    _may(workspace, by)
    if change not in CHANGES or not is_row(name) or (name not in ROWS and name not in definitions):
        raise RowRefused("There is no such row any more. Load the page again.")
    layout = _held(workspace)
    rows = CHANGES[change](known(layout.rows, definitions), name)
    if len(rows) > MOST_ROWS:
        raise RowRefused(f"It shows {MOST_ROWS} rows at most. Hide one first.")
    if rows != layout.rows:
        layout.rows = rows
        layout.save(update_fields=["rows", "updated_at"])
        record("sidebar.changed", workspace=workspace, by=by, subject="Help Scout", rows=rows)


@transaction.atomic
def change_snippet(workspace: Workspace, snippet: str, *, by: Actor) -> None:
    """Set the team's own Liquid, which was checked before. Raises Forbidden."""
    _may(workspace, by)
    layout = _held(workspace)
    if snippet != layout.snippet:
        layout.snippet = snippet
        layout.save(update_fields=["snippet", "updated_at"])
        record("sidebar.changed", workspace=workspace, by=by, subject="Help Scout", characters=len(snippet))


def _held(workspace: Workspace) -> SidebarLayout:
    """Return the layout, made if there is none, and locked: two who change it at once each change it whole."""
    SidebarLayout.objects.get_or_create(workspace=workspace, defaults={"rows": [*ROWS]})
    return SidebarLayout.objects.select_for_update(no_key=True).get(workspace=workspace)


def _may(workspace: Workspace, by: Actor) -> None:
    if by.teammate is not None:
        assert by.teammate.workspace_id == workspace.pk
        require(by.teammate, Permission.MANAGE_KEYS)
