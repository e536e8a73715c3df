"""Roles: the table in code and the one in the docs are the same."""

from __future__ import annotations

from pathlib import Path

from inbox.people.models.workspaces import Role
from inbox.people.permissions import ROLES, Permission

DOCS = Path(__file__).resolve().parents[3] / "docs" / "roles.md"


def test_every_role_is_in_the_table() -> None:
    assert set(ROLES) == set(Role.values)


def test_the_docs_show_the_table() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in DOCS.read_text().splitlines() if "|" in line
    ]
    roles = rows[0][1:]
    told = {row[0]: {role for role, mark in zip(roles, row[1:], strict=True) if mark == "yes"} for row in rows[2:]}
    assert told == {p.value: {role for role in ROLES if p in ROLES[role]} for p in Permission}
