"""Whatever is merged and taken back, in whatever order: each fact is there once and where it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.contacts import identities, persons
from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging import merge, undo
from inbox.contacts.upsert import change_contact
from inbox.events import ContactSignedUp, who_of
from inbox.models import Contact, Conversation, Identity, Merge, Message, Visitor
from notifications.events import track
from notifications.models import Event
from tests.factories import make_contact, make_conversation, make_workspace

CONTACTS = 5
NAMES = st.sampled_from(["", "Ana", "Bo", "Çağ"])
NUMBER = st.integers(0, CONTACTS - 1)
SIDES = st.dictionaries(st.sampled_from(["name", "phone", "attributes.a"]), st.sampled_from(["winner", "loser"]))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBER, NUMBER, SIDES),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    max_size=12,
)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBER, NUMBER, SIDES),
        st.tuples(st.just("undo"), st.integers(0, 20)),
        st.tuples(st.just("name"), NUMBER, NAMES),
    ),
    max_size=12,
)
SHOWN = ("name", "email", "phone", "timezone", "attributes", "account_id", "signed_up_at", "widget_name", "root_id")


@dataclass
class World:
    """Contacts with something of each kind, and a plain account of who is attached to whom."""

    contacts: list[Contact]
    edges: dict[int, tuple[int, Merge]] = field(default_factory=dict)
    order: list[Merge] = field(default_factory=list)

    @classmethod
    def make(cls, names: list[str]) -> World:
        workspace = make_workspace()
        contacts = []
        for n, name in enumerate(names):
            contact = make_contact(workspace, name=name, phone=f"+4930{n}" if n % 2 else "", attributes={"a": n})
            make_conversation(workspace, contact=contact)
            identities.claim(contact, "email", "shared@acme.test")
            identities.verify(contact, "external_id", f"u-{n}")
            track(ContactSignedUp(), workspace=workspace, contact=who_of(contact))
            contacts.append(contact)
        return cls(contacts)

    def root(self, pk: int) -> int:
        while pk in self.edges:
            pk = self.edges[pk][0]
        return pk

    def fresh(self, n: int) -> Contact:
        return Contact.objects.select_related("root").get(pk=self.contacts[n].pk)

    def step(self, step: tuple[Any, ...]) -> None:
        if step[0] == "merge":
            self._merge(*step[1:])
        elif step[0] == "undo" and self.order:
            self.undo(self.order[step[1] % len(self.order)])
        elif step[0] == "name":
            change_contact(self.fresh(step[1]), {"name": step[2]})

    def _merge(self, one: int, other: int, sides: Any) -> None:
        loser, winner = self.root(self.contacts[one].pk), self.root(self.contacts[other].pk)
        if one == other:
            with pytest.raises(CannotMerge):
                merge(self.fresh(one), into=self.fresh(other), by=None)
            return
        made, is_new = merge(self.fresh(one), into=self.fresh(other), by=None, fields=sides)
        assert is_new == (loser != winner)
        if is_new:
            self.edges[loser] = (winner, made)
            self.order.append(made)

    def undo(self, made: Merge) -> None:
        was_active = any(edge.pk == made.pk for _, edge in self.edges.values())
        assert undo(made, by=None).is_new == was_active
        self.edges = {loser: edge for loser, edge in self.edges.items() if edge[1].pk != made.pk}

    def check(self) -> None:
        for contact in Contact.objects.filter(workspace=self.contacts[0].workspace).select_related("root"):
            assert contact.person.pk == self.root(contact.pk)
            same = {one.pk for one in self.contacts if self.root(one.pk) == self.root(contact.pk)}
            assert set(persons.contact_ids(contact)) == same


def facts() -> dict[str, list[Any]]:
    """Return each fact and whose it is."""
    return {
        "conversations": list(Conversation.objects.order_by("pk").values_list("pk", "contact", "visitor")),
        "messages": list(Message.objects.order_by("pk").values_list("pk", "conversation", "contact", "text")),
        "identities": list(Identity.objects.order_by("pk").values_list("pk", "contact", "value", "verified_at")),
        "visitors": list(Visitor.objects.order_by("pk").values_list("pk", "contact")),
        "events": list(
            Event.objects.exclude(kind__in=("contact.merged", "contact.unmerged")).order_by("pk").values_list(
                "pk", "contact"
            )
        ),
    }  # fmt: skip


def shown(world: World) -> list[Any]:
    return list(Contact.objects.filter(workspace=world.contacts[0].workspace).order_by("pk").values_list(*SHOWN))


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=CONTACTS, max_size=CONTACTS), steps=STEPS)
def test_undoing_all_in_reverse_gives_the_start_and_nothing_ever_moves(names: list[str], steps: list[Any]) -> None:
    world = World.make(names)
    before, start = facts(), shown(world)
    for step in steps:
        world.step(step)
        world.check()
        assert facts() == before
    for made in reversed(world.order):
        world.undo(made)
        world.check()
    assert facts() == before
    assert shown(world) == start


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=CONTACTS, max_size=CONTACTS), steps=STEPS, shuffled=st.randoms(use_true_random=False)
)
def test_undoing_all_in_any_order_gives_the_start(names: list[str], steps: list[Any], shuffled: Any) -> None:
    world = World.make(names)
    start = shown(world)
    for step in steps:
        world.step(step)
    shuffled.shuffle(world.order)
    for made in world.order:
        world.undo(made)
        world.check()
    assert shown(world) == start


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=CONTACTS, max_size=CONTACTS), steps=EDITS)
def test_with_edits_in_between_every_fact_is_kept_all_the_same(names: list[str], steps: list[Any]) -> None:
    world = World.make(names)
    before = facts()
    for step in steps:
        world.step(step)
        world.check()
    assert facts() == before
