"""A field with a type takes values of it, what says one, and nothing else; from every door."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.contacts.accounts import create_account
from inbox.contacts.attributes import MAX_BYTES, coerce, merged
from inbox.contacts.errors import AttributeRefused, AttributesTooLarge
from inbox.contacts.upsert import change_contact, create_contact
from inbox.models import AttributeDefinition
from inbox.models.profiles import AttributeType
from tests.factories import make_workspace
from tests.inbox.desk.contacts.conftest import define


def field(kind: str) -> AttributeDefinition:
    return AttributeDefinition(key="k", label="K", type=kind)


@pytest.mark.parametrize(
    "kind, value, held",
    [
        ("text", " as it is ", " as it is "),
        ("number", 12, 12), ("number", 1.5, 1.5), ("number", " 12 ", 12), ("number", "-0.5", -0.5),
        ("number", "\u221212", -12),
        ("boolean", True, True), ("boolean", "No", False), ("boolean", "1", True), ("boolean", 0, False),
        ("date", "2026-01-31", "2026-01-31"), ("date", " 2026-01-31 ", "2026-01-31"),
        ("url", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("list", ["b", "a", "b", " "], ["b", "a"]), ("list", "a, b,, c", ["a", "b", "c"]), ("list", [], None),
        *((kind, nothing, None) for kind in AttributeType.values for nothing in (None, "")),
    ],
)  # fmt: skip
def test_a_value_is_held_as_its_type(kind: str, value: Any, held: Any) -> None:
    found = coerce(field(kind), value)
    assert found == held
    assert type(found) is type(held)


@pytest.mark.parametrize(
    "kind, value",
    [
        ("text", 12), ("text", ["a"]), ("text", "a\0b"), ("text", "x" * 5001), ("text", "\ud800"),
        ("number", "twelve"), ("number", "1e9"), ("number", True), ("number", float("nan")), ("number", float("inf")),
        ("number", 10**16), ("number", {}), ("number", "١٢"),
        ("boolean", "perhaps"), ("boolean", 2), ("boolean", []),
        ("date", "31.01.2026"), ("date", "2026-02-30"), ("date", "2026-01-31T10:00:00Z"), ("date", 20260131),
        ("url", "javascript:alert(1)"), ("url", "example.com"), ("url", "https://"), ("url", "http://[::1"),
        ("url", 'https://example.com/"x'), ("url", "https://example.com/\nx"),
        ("url", "https://e.example/" + "x" * 2000),
        ("list", [1, 2]), ("list", {"a": 1}), ("list", ["x" * 201]), ("list", [str(n) for n in range(101)]),
    ],
)  # fmt: skip
def test_what_is_not_of_the_type_is_refused_with_what_it_takes(kind: str, value: Any) -> None:
    with pytest.raises(AttributeRefused) as refused:
        coerce(field(kind), value)
    assert refused.value.key == "k"
    assert refused.value.why.startswith("It ")


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(kind=st.sampled_from(AttributeType.values), value=ANYTHING)
def test_anything_is_held_or_refused_and_what_is_held_stays_as_it_is(kind: str, value: Any) -> None:
    try:
        held = coerce(field(kind), value)
    except AttributeRefused:
        return
    assert coerce(field(kind), held) == held


def test_keys_without_a_definition_hold_anything_and_none_removes() -> None:
    assert merged({"a": 1, "b": 2}, {"a": None, "c": {"d": []}}, {"n": field("number")}) == {"b": 2, "c": {"d": []}}
    with pytest.raises(AttributesTooLarge):
        merged({}, {"a": "x" * MAX_BYTES})


def test_contacts_and_accounts_hold_to_their_own_fields(workspace) -> None:
    define(workspace, "size", "number")
    define(workspace, "size", "text", of="account")
    contact = create_contact(workspace, {"attributes": {"size": "12"}})
    assert contact.attributes == {"size": 12}
    assert create_account(workspace, {"attributes": {"size": "12"}}).attributes == {"size": "12"}
    with pytest.raises(AttributeRefused, match="size: It is a number"):
        change_contact(contact, {"attributes": {"size": "large"}})
    contact.refresh_from_db()
    assert contact.attributes == {"size": 12}


def test_another_workspaces_fields_are_its_own(workspace) -> None:
    define(workspace, "size", "number")
    assert create_contact(make_workspace(), {"attributes": {"size": "large"}}).attributes == {"size": "large"}
