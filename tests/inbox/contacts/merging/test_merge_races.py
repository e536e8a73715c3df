"""Those who merge at once: opposite ways, overlapping, while others undo, and while the visitor writes."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections

from inbox.contacts.merging import merge, undo
from inbox.contacts.upsert import change_contact
from inbox.models import Contact, Conversation, Merge, Visitor
from inbox.widget import chat
from inbox.widget.session import visitor_by_id
from tests.factories import make_contact, make_visitor, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run these on connections of their own, begun together, and return what they return."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=30)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, work) for work in works]]


def fresh(contact: Contact) -> Contact:
    return Contact.objects.select_related("root").get(pk=contact.pk)


def is_a_forest(contacts: list[Contact]) -> None:
    """Each contact's root is what following the active merges leads to, and that ends."""
    edges = dict(Merge.objects.filter(undone_at=None).values_list("loser", "winner"))
    for contact in contacts:
        at, steps = contact.pk, 0
        while at in edges:
            at, steps = edges[at], steps + 1
            assert steps <= len(edges), "a cycle"
        assert fresh(contact).person.pk == at


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_who_merge_a_pair_in_opposite_directions_make_one_merge(turn: int) -> None:
    workspace = make_workspace()
    one, other = make_contact(workspace), make_contact(workspace)
    (first, new_a), (second, new_b) = at_once(
        lambda: merge(fresh(one), into=fresh(other), by=None), lambda: merge(fresh(other), into=fresh(one), by=None)
    )
    assert first.pk == second.pk
    assert sorted([new_a, new_b]) == [False, True]
    assert Merge.objects.count() == 1
    is_a_forest([one, other])


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_overlapping_merges_make_one_person_and_no_cycle(turn: int) -> None:
    workspace = make_workspace()
    ring = [make_contact(workspace) for _ in range(5)]
    pairs = [*pairwise(ring), (ring[-1], ring[0])]
    at_once(*(lambda a=a, b=b: merge(fresh(a), into=fresh(b), by=None) for a, b in pairs))
    assert Merge.objects.filter(undone_at=None).count() == len(ring) - 1
    assert len({fresh(one).person.pk for one in ring}) == 1
    is_a_forest(ring)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_merges_and_undoings_at_once_leave_what_the_active_merges_say(turn: int) -> None:
    workspace = make_workspace()
    rest = random.Random(turn)
    contacts = [make_contact(workspace, name=f"N{n}") for n in range(6)]
    made = [merge(a, into=b, by=None, fields={"name": "loser"})[0] for a, b in pairwise(contacts[:4])]

    def join() -> None:
        a, b = rest.sample(contacts, 2)
        merge(fresh(a), into=fresh(b), by=None)

    at_once(*(lambda one=one: undo(one, by=None) for one in made), join, join, join)
    is_a_forest(contacts)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_name_written_while_two_are_merged_is_on_the_person(turn: int) -> None:
    workspace = make_workspace()
    one, other = make_contact(workspace, name=""), make_contact(workspace, name="")
    at_once(
        lambda: merge(fresh(one), into=fresh(other), by=None),
        lambda: change_contact(fresh(one), {"name": "Written"}),
    )
    # Before the merge it was taken from the one, after it it went to the other: the person has it either way.
    assert fresh(one).person.name == "Written"


def test_who_writes_while_they_are_merged_and_parted_loses_nothing() -> None:
    workspace = make_workspace()
    jane, anonymous = make_contact(workspace, name="Jane"), make_contact(workspace, name="")
    browser = make_visitor(workspace, anonymous)
    old = make_visitor(workspace, jane)
    chat.send(visitor_by_id(old.pk), None, "Old history", uuid.uuid4())
    done = threading.Event()

    def write() -> list[str]:
        said: list[str] = []
        conversation = None
        while len(said) < 40:
            said.append(f"line {len(said)}")
            sent = chat.send(visitor_by_id(browser.pk), conversation, said[-1], uuid.uuid4())
            conversation = sent.conversation
        done.set()
        return said

    def decide() -> int:
        turns = 0
        while not done.is_set():
            made, _ = merge(fresh(anonymous), into=fresh(jane), by=None)
            undo(made, by=None)
            turns += 1
        return turns

    said, turns = at_once(write, decide)
    assert turns > 2
    [conversation] = Conversation.objects.filter(visitor=browser)
    texts = conversation.messages.filter(kind="reply").order_by("seq").values_list("text", flat=True)
    assert list(texts) == said
    assert Visitor.objects.get(pk=browser.pk).contact_id == anonymous.pk
