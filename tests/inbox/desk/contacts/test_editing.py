"""A profile is changed in place; what a field cannot hold is said beside it, and stays typed."""

from __future__ import annotations

import pytest

from inbox.contacts import identities
from inbox.models import Account, Identity
from tests.factories import make_contact, make_workspace
from tests.inbox.desk.contacts.conftest import define, page, person


@pytest.mark.parametrize(
    "field, value, held",
    [
        ("name", "  Ann   Lee ", "Ann Lee"), ("name", "", ""), ("email", "Ann@Acme.test", "ann@acme.test"),
        ("phone", "+49 30 123", "+49 30 123"), ("timezone", "Asia/Tokyo", "Asia/Tokyo"), ("timezone", "", ""),
    ],
)  # fmt: skip
def test_a_field_is_changed_in_place(workspace, agent, signed_in, field: str, value: str, held: str) -> None:
    contact = make_contact(workspace, name="Before", timezone="UTC")
    answer = signed_in(agent).post(f"/contacts/{contact.public_id}/fields/", {"field": field, "value": value})
    assert answer["Location"] == f"/contacts/{contact.public_id}/#{field}"
    contact.refresh_from_db()
    assert getattr(contact, field) == held


@pytest.mark.parametrize(
    "field, value, why",
    [
        ("name", "x" * 256, "at most 255"), ("name", "a\x00b", "no text"), ("email", "ann@", "not an email address"),
        ("email", "a" * 250 + "@b.cd", "at most 254"), ("phone", "call me", "not a phone number"),
        ("timezone", "Mars/Base", "no such time zone"), ("account", "Nobody Ltd", "No account is called"),
        ("account", "Twin", "Several accounts"), ("suggestion_count", "9", "no such field"), ("", "", "no such field"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_said_beside_it_and_stays_typed(
    workspace, agent, signed_in, field: str, value: str, why: str
) -> None:
    for n in range(2):
        Account.objects.create(workspace=workspace, external_id=str(n), name="twin")
    contact = make_contact(workspace, name="Before")
    answer = signed_in(agent).post(f"/contacts/{contact.public_id}/fields/", {"field": field, "value": value})
    assert answer.status_code == 422
    if field not in ("suggestion_count", "", "timezone"):
        html = answer.content.decode()
        assert why in html
        assert f'id="{field}" open' in html
        if len(value) < 20 and "\0" not in value:
            assert f'value="{value}"' in html
    contact.refresh_from_db()
    assert (contact.name, contact.suggestion_count, contact.account_id) == ("Before", 0, None)


def test_an_account_is_named_by_its_id_or_by_its_name(workspace, agent, signed_in) -> None:
    by_id = Account.objects.create(workspace=workspace, external_id="acme", name="Acme")
    by_name = Account.objects.create(workspace=workspace, external_id="7", name="Other one")
    Account.objects.create(workspace=make_workspace(), external_id="theirs", name="Theirs")
    contact = make_contact(workspace)
    client = signed_in(agent)
    for value, account in (("acme", by_id), ("OTHER ONE", by_name), ("", None)):
        assert (
            client.post(f"/contacts/{contact.public_id}/fields/", {"field": "account", "value": value}).status_code
            == 302
        )
        contact.refresh_from_db()
        assert contact.account == account
    assert (
        client.post(f"/contacts/{contact.public_id}/fields/", {"field": "account", "value": "theirs"}).status_code
        == 422
    )


def test_a_teammates_word_verifies_unless_another_person_has_proved_it(workspace, agent, signed_in) -> None:
    root, attached = person(workspace)
    identities.claim(attached, "email", "ann@home.test")
    identities.claim(attached, "email", "taken@acme.test")
    identities.verify(make_contact(workspace), "email", "taken@acme.test")
    client = signed_in(agent)
    client.post(f"/contacts/{root.public_id}/verified/", {"kind": "email", "identity": "ann@home.test"})
    assert Identity.objects.get(contact=attached, value="ann@home.test").verified_at
    client.post(f"/contacts/{root.public_id}/verified/", {"kind": "email", "identity": "taken@acme.test"})
    assert "Another person has proved taken@acme.test" in page(client, root)
    assert Identity.objects.get(contact=attached, value="taken@acme.test").verified_at is None
    client.post(f"/contacts/{root.public_id}/verified/", {"kind": "email", "identity": "never@said.test"})
    assert "They do not say so any more" in page(client, root)
    answer = client.post(f"/contacts/{root.public_id}/fields/", {"field": "email", "value": "Taken@acme.test"})
    assert answer.status_code == 302
    assert "here it stays what they say" in page(client, root)


def test_attributes_are_typed_added_and_removed(workspace, agent, signed_in) -> None:
    define(workspace, "size", "number")
    contact = make_contact(workspace, attributes={"deep": {"a": 1}, "plan": "pro"})
    client = signed_in(agent)

    def put(key: str, value: str, **more: str) -> tuple[int, str]:
        answer = client.post(f"/contacts/{contact.public_id}/attributes/", {"key": key, "value": value, **more})
        contact.refresh_from_db()
        return answer.status_code, answer.content.decode()

    assert put("size", "12")[0] == 302
    assert put("deep", '{"a": [2]}')[0] == 302
    assert put(" nickname ", "Annie", new="yes")[0] == 302
    assert put("plan", "")[0] == 302
    assert contact.attributes == {"size": 12, "deep": {"a": [2]}, "nickname": "Annie"}
    status, html = put("size", "large")
    assert (status, "It is a number" in html, 'value="large"' in html) == (422, True, True)
    status, html = put("deep", "{")
    assert (status, "This field holds JSON" in html) == (422, True)
    status, html = put("x" * 81, "y", new="yes")
    assert (status, "1 to 80 characters" in html) == (422, True)
    assert put("", "y", new="yes")[0] == 422
    assert contact.attributes == {"size": 12, "deep": {"a": [2]}, "nickname": "Annie"}
