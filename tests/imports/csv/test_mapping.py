"""What columns are is proposed by their names and by what stands in them, checked, and remembered."""

from __future__ import annotations

import pytest

from imports.csv import mapping
from imports.csv.mapping import MappingRefused, from_names, problems, propose
from imports.csv.mended import REASON
from imports.models import RememberedMapping
from inbox.contacts.list_files import CONTACT_COLUMNS
from inbox.models import AttributeDefinition
from inbox.people.models import Workspace
from tests.factories import make_workspace
from tests.imports.csv.files import make_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def proposed(workspace: Workspace, columns: str, *sample: str) -> list[str]:
    return propose(workspace, columns.split(","), [row.split(",") for row in sample]).mapping


def test_columns_are_known_by_name(workspace: Workspace) -> None:
    found = proposed(workspace, "Vorname,Nachname,E-Mail,Firma,Tarif,Ort", "Ruth,Adler,r@x.example,Acme,Pro,Bonn")
    assert found == ["first_name", "last_name", "email", "account.name", "account.plan", "attributes.Ort"]


def test_columns_without_names_are_known_by_what_stands_in_them(workspace: Workspace) -> None:
    found = proposed(
        workspace, "Column 1,Column 2,Column 3,Column 4,Column 5",
        "Ruth Adler,r@x.example,+49 30 123456,Europe/Berlin,17", "Bob Mc Gee,b@x.example,(030) 12345,Europe/Paris,18",
    )  # fmt: skip
    assert found == ["name", "email", "phone", "timezone", "attributes.Column 5"]


def test_a_name_that_its_cells_contradict_is_no_field(workspace: Workspace) -> None:
    found = proposed(
        workspace, "Email,Status,Plan,Company,Phone", "yes,lead,Pro,Acme,none", "no,customer,Pro,Acme,none"
    )
    assert found[:3] == ["attributes.Email", "attributes.Status", "account.plan"]
    assert found[4] == "attributes.Phone"
    assert proposed(workspace, "Email,Company,Status", "r@x.example,Acme,Past due")[2] == "account.status"


def test_no_field_is_proposed_twice_and_the_surest_has_it(workspace: Workspace) -> None:
    found = proposed(workspace, "Work email,Email,Email 2", "w@x.example,r@x.example,")
    assert found == ["attributes.Work email", "email", "attributes.Email 2"]


def test_a_name_beside_a_first_name_is_the_family_name(workspace: Workspace) -> None:
    assert proposed(workspace, "Name,Vorname,E-Mail", "Adler,Ruth,r@x.example")[:2] == ["last_name", "first_name"]
    assert proposed(workspace, "Full name,First name,Email", "Ruth Adler,Ruth,r@x.example")[0] == "name"


def test_what_is_said_of_accounts_is_an_attribute_where_no_column_names_one(workspace: Workspace) -> None:
    assert proposed(workspace, "Email,Plan", "r@x.example,Pro") == ["email", "attributes.Plan"]
    assert proposed(workspace, "Email,Plan,Company", "r@x.example,Pro,Acme")[1] == "account.plan"


def test_the_workspaces_own_fields_are_known_by_label_and_key(workspace: Workspace) -> None:
    for of, key, label in (("contact", "favourite_colour", "Lieblingsfarbe"), ("account", "tier", "Tier of service")):
        AttributeDefinition.objects.create(workspace=workspace, of=of, key=key, label=label, type="text")
    columns = "Email,Company,Favourite Colour,tier-of-service"
    assert proposed(workspace, columns, "r@x.example,Acme,red,gold")[2:] == [
        "attributes.favourite_colour", "account.attributes.tier",
    ]  # fmt: skip
    assert proposed(workspace, "Email,Lieblingsfarbe", "r@x.example,red")[1] == "attributes.favourite_colour"
    assert proposed(make_workspace(), "Email,Lieblingsfarbe", "r@x.example,red")[1] == "attributes.Lieblingsfarbe"


def test_our_own_list_of_contacts_comes_back_as_what_it_was(workspace: Workspace) -> None:
    found = propose(workspace, [*CONTACT_COLUMNS, "City", "other attributes"], [])
    assert dict(zip(CONTACT_COLUMNS, found.mapping, strict=False)) == {
        "id": "", "user id": "external_id", "name": "name", "email": "email", "email verified": "", "phone": "phone",
        "other emails and phones": "", "account id": "account.external_id", "account": "account.name",
        "plan": "account.plan", "status": "account.status", "time zone": "timezone", "signed up at": "signed_up_at",
        "last seen at": "last_seen_at", "created at": "",
    }  # fmt: skip
    assert found.mapping[len(CONTACT_COLUMNS) :] == ["attributes.City", ""]


def test_the_user_id_is_the_key_where_nearly_all_rows_have_one(workspace: Workspace) -> None:
    rows = [["7", "r@x.example"]] * 40
    assert propose(workspace, ["User id", "Email"], rows).key == "external_id"
    assert propose(workspace, ["User id", "Email"], [*rows[:30], *[["", "r@x.example"]] * 10]).key == "email"
    assert propose(workspace, ["User id", "Plan"], [["", "x"]]).key == "external_id"


def test_a_mapping_by_names_leaves_out_what_is_not_named() -> None:
    columns = ["E-Mail", "Name", "City"]
    assert from_names(columns, {"e-mail": "email", "City": "attr.city"}) == ["email", "", "attributes.city"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"E-Mail": "email", "Street": "name"}, "unknown_column"),
        ({"E-Mail": "email", "Name": "shoe size"}, "unknown_field"),
        ({"E-Mail": "email", "Name": "Email"}, "duplicate_field"),
        ({"Name": "name"}, "no_key"),
        ({"E-Mail": "email", "City": "account.plan"}, "no_account"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(said: dict[str, str], code: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        from_names(["E-Mail", "Name", "City"], said)
    assert refused.value.code == code
    assert refused.value.detail.endswith(".")


def test_all_problems_of_a_mapping_are_told_with_their_columns() -> None:
    found = problems(["a", "b", "c"], ["name", "name", "shoe"], "email")
    assert [(one.code, one.column) for one in found] == [("duplicate_field", 1), ("unknown_field", 2), ("no_key", -1)]
    assert [one.code for one in problems(["a"], ["external_id"], "email")] == ["key_not_mapped"]
    assert [one.code for one in problems(["a", "b"], ["email"], "email")] == ["wrong_length"]
    assert problems(["a", "b"], ["email", ""], "email") == []


def test_the_last_mapping_of_the_same_headings_is_proposed_again(workspace: Workspace) -> None:
    data = b"E-Mail,Farbe\nr@x.example,red\n"
    import_ = make_import(workspace, data, {"E-Mail": "email", "Farbe": "attributes.colour"}, existing="skip")
    mapping.remember(import_)
    mapping.remember(import_)
    found = propose(workspace, ["E-Mail", "Farbe"], [])
    assert found == (["email", "attributes.colour"], "email", "skip", True)
    assert RememberedMapping.objects.count() == 1
    assert not propose(workspace, ["E-Mail", "Farbe", "Ort"], []).remembered
    assert not propose(make_workspace(), ["E-Mail", "Farbe"], []).remembered


def test_refused_rows_that_come_back_are_known_by_the_headings_that_they_had(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"E-Mail,Farbe\nr@x.example,red\n", {"E-Mail": "email", "Farbe": "attr.colour"})
    mapping.remember(import_)
    assert propose(workspace, [REASON, "E-Mail", "Farbe"], []).mapping == ["", "email", "attributes.colour"]


def test_columns_without_names_are_not_remembered(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"r@x.example,1\nb@x.example,2\n", {"Column 1": "email"})
    mapping.remember(import_)
    assert not RememberedMapping.objects.exists()


def test_2000_columns_are_proposed_as_attributes(workspace: Workspace) -> None:
    columns = ["Email", *(f"Thing {place}" for place in range(2_000))]
    found = propose(workspace, columns, [["r@x.example", *["x"] * 2_000]] * 200)
    assert found.mapping[:2] == ["email", "attributes.Thing 0"]
    assert len(set(found.mapping)) == 2_001
