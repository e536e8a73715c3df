"""Every address, visited as everybody: nobody, a visitor, another workspace's owner, an agent outside the private team
whose things they are, a viewer inside it, a token that only reads; and the owner, for whom all of it works.

`table.md` says what each may. A route that is not in it fails; `pytest tests/walk/draw.py` writes it anew, to be read.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import resolve

from tests.walk.discover import Route, fragments, routes
from tests.walk.people import PERSONAS, World, make_world
from tests.walk.visit import visit

TABLE = Path(__file__).with_name("table.md")
# In memory, so that no count of an earlier visit turns a later one away, and no other test's does.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def table() -> dict[tuple[str, str], list[str]]:
    """Return {(path, method): outcomes, one a persona} as the table says."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in TABLE.read_text().splitlines()]
    return {(row[0].strip("`"), row[1]): row[2:] for row in rows if len(row) == len(PERSONAS) + 2 and row[1].isupper()}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for all: each visit takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def walk(world: World, route: Route) -> dict[str, list[str]]:
    """Visit one route with each of its methods as each persona. Return {method: outcomes}."""
    address = world.address(route)
    return {
        method: [str(visit(world.client(persona, address), method, address)) for persona in PERSONAS]
        for method in route.methods
    }


def test_every_route_is_in_the_table_and_the_table_names_no_other() -> None:
    there = {(route.path, method) for route in routes() for method in route.methods}
    assert there == set(table())


@override_settings(ROOT_URLCONF="tests.walk.open_door")
def test_a_door_that_somebody_leaves_open_is_noticed() -> None:
    new = {(route.path, method) for route in routes() for method in route.methods} - set(table())
    assert new == {("open-door/", "GET"), ("open-door/", "POST")}


def test_every_fragment_that_a_template_fetches_is_a_route_of_the_table() -> None:
    names = {route.name for route in routes()}
    for written in fragments():
        if re.fullmatch(r"\{\{ (page\.)?more \}\}", written):  # the next page of the list in which it stands
            continue
        named = re.match(r"\{% url '([^']+)'", written)
        if named:
            assert named[1] in names, written
        else:
            address = re.sub(
                r"\{\{ menu \}\}", "assignee", re.sub(r"\{\{ \w+\.public_id \}\}", str(uuid.uuid4()), written)
            )
            assert resolve(address).func is not None, written


@pytest.mark.parametrize("path", sorted({route.path for route in routes()}))
def test_a_route_lets_in_whom_the_table_says(path: str, world: World) -> None:
    told = table()
    route = {route.path: route for route in routes()}[path]
    with override_settings(CACHES=CACHES):
        seen = walk(world, route)
    assert {method: told.get((path, method)) for method in seen} == seen
