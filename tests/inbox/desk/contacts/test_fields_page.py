"""Settings → Contact fields: made, changed and deleted by who manages the workspace, and written down."""

from __future__ import annotations

import pytest

from inbox.models import AttributeDefinition
from inbox.people.models import AuditFact
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.desk.contacts.conftest import define


def made(client, **fields: str):
    return client.post(
        "/settings/fields/", {"of": "contact", "key": "size", "label": "Size", "type": "number", **fields}
    )


def test_a_field_is_made_changed_and_deleted_and_values_stay(workspace, owner, signed_in) -> None:
    contact = make_contact(workspace, attributes={"size": "large"})
    client = signed_in(owner)
    assert made(client, key=" size ", label="").status_code == 302
    field = AttributeDefinition.objects.get()
    assert (field.key, field.label, field.type, field.of) == ("size", "size", "number", "contact")
    assert made(client, of="account").status_code == 302
    client.post(f"/settings/fields/{field.public_id}/", {"label": "T-shirt", "type": "text"})
    field.refresh_from_db()
    assert (field.label, field.type, field.key) == ("T-shirt", "text", "size")
    html = client.get("/settings/fields/").content.decode()
    assert "T-shirt" in html
    client.post(f"/settings/fields/{field.public_id}/delete/")
    assert not AttributeDefinition.objects.filter(of="contact").exists()
    contact.refresh_from_db()
    assert contact.attributes == {"size": "large"}
    kinds = AuditFact.objects.filter(workspace=workspace, kind__startswith="field.").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        "field.created",
        "field.created",
        "field.changed",
        "field.deleted",
    ]


@pytest.mark.parametrize(
    "fields, why",
    [
        ({"key": ""}, "Fill this in"), ({"key": "x" * 81}, "at most 80"), ({"key": "a\tb"}, "no text"),
        ({"type": "colour"}, "Choose what it holds"), ({"of": "teapot"}, "Choose contacts or accounts"),
        ({"key": "taken"}, "already"), ({"label": "x" * 81}, "at most 80"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_field_is_said_and_stays_typed(workspace, owner, signed_in, fields, why: str) -> None:
    define(workspace, "taken", "text")
    answer = made(signed_in(owner), **fields)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert why in html
    if "key" not in fields:
        assert 'value="size"' in html
    assert AttributeDefinition.objects.count() == 1


def test_a_change_that_is_refused_opens_its_field(workspace, owner, signed_in) -> None:
    field = define(workspace, "size", "number")
    answer = signed_in(owner).post(f"/settings/fields/{field.public_id}/", {"label": " ", "type": "text"})
    assert answer.status_code == 422
    assert "<details open>" in answer.content.decode()
    field.refresh_from_db()
    assert field.type == "number"


def test_only_who_manages_the_workspace_comes_in_and_only_their_own(workspace, owner, agent, signed_in) -> None:
    field = define(workspace, "size", "number")
    assert signed_in(agent).get("/settings/fields/").status_code == 403
    assert made(signed_in(agent), key="x").status_code == 403
    stranger = signed_in(make_teammate(make_workspace(), role="owner"))
    for tail in ("", "delete/"):
        assert (
            stranger.post(f"/settings/fields/{field.public_id}/{tail}", {"label": "x", "type": "text"}).status_code
            == 404
        )
        assert signed_in(agent).post(f"/settings/fields/{field.public_id}/{tail}").status_code == 403
    assert "size" not in stranger.get("/settings/fields/").content.decode()
    assert AttributeDefinition.objects.get().type == "number"
