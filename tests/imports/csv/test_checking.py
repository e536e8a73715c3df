"""A row says something of a contact and of its account, or why it cannot be taken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.csv.cells import CellRefused, taker
from imports.csv.checking import Checked, Checker, Refusal, preview
from imports.csv.reading import Broken, Row
from inbox.api.contacts import ContactInputSerializer
from inbox.models import AttributeDefinition
from inbox.people.models import Workspace
from inbox.people.zones import zone_of
from tests.factories import make_workspace
from tests.imports.csv.files import make_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(timezone="Europe/Berlin")


def check(workspace: Workspace, **cells: str) -> Checked | Refusal:
    """Return what a row of these cells says, their names being fields."""
    fields = [name.replace("__", ".") for name in cells]
    return Checker(workspace, fields, "email", [f"The {field}" for field in fields]).check(Row(7, list(cells.values())))


def said(workspace: Workspace, **cells: str) -> Checked:
    found = check(workspace, **cells)
    assert isinstance(found, Checked), found
    return found


def refused(workspace: Workspace, **cells: str) -> Refusal:
    found = check(workspace, **cells)
    assert isinstance(found, Refusal), found
    return found


def test_a_row_says_what_its_cells_say_and_empty_ones_nothing(workspace: Workspace) -> None:
    found = said(
        workspace, email=" Ruth@X.Example ", external_id=" u1 ", phone="+49 30 1234567", name=" Ruth   Adler",
        timezone="europe/berlin", signed_up_at="2026-01-31 10:00", last_seen_at="", attributes__City=" Bonn ",
        attributes__Street="  ", account__name="Acme",
    )  # fmt: skip
    assert found.contact._asdict() == {
        "number": 7, "email": "ruth@x.example", "external_id": "u1", "phone": "+49 30 1234567", "name": "Ruth   Adler",
        "timezone": "Europe/Berlin", "signed_up_at": "2026-01-31T10:00:00+01:00", "last_seen_at": None,
        "account_id": None, "account_name": "Acme", "attributes": {"City": "Bonn"}, "source_id": None, "proves": True,
        "changed_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("RUTH@X.EXAMPLE", "ruth@x.example"),
        ("\t ruth@x.example\xa0", "ruth@x.example"),
        ("mailto:ruth@x.example", "ruth@x.example"),
        ("Ruth Adler <ruth@x.example>", "ruth@x.example"),
        ("ruth@x.example;", "ruth@x.example"),
        ("\u200bruth@x.example", "ruth@x.example"),
        ("ruth+news@sub.x.example", "ruth+news@sub.x.example"),
        ("o'hara@x.example", "o'hara@x.example"),
        ("ruth@bücher.example", "ruth@bücher.example"),
    ],
)
def test_an_email_is_forgiven_how_it_is_written(workspace: Workspace, cell: str, email: str) -> None:
    assert said(workspace, email=cell).contact.email == email


@given(st.from_regex(r"[a-z0-9._+@ -]{1,12}@[a-z0-9.-]{1,12}\.[a-z]{2,3}", fullmatch=True))
def test_the_quick_way_takes_no_email_that_the_api_refuses(text: str) -> None:
    take = taker("email", zone_of("UTC"), {}, {})
    try:
        found = take(text)
    except CellRefused:
        return
    api = ContactInputSerializer(data={"email": found})
    assert api.is_valid(), found


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"email": "ruth"}, "email_invalid", "“The email” is “ruth”. That is no email address"),
        ({"email": "a@x.example, b@x.example"}, "email_invalid", "several addresses"),
        ({"email": "a" * 250 + "@x.example"}, "too_long", "254"),
        ({"email": "r@x.example", "phone": "4.93012E+11"}, "phone_invalid", "column of text"),
        ({"email": "r@x.example", "phone": "none"}, "phone_invalid", "+49 30"),
        ({"email": "r@x.example", "timezone": "Europe/Bonn"}, "zone_unknown", "Europe/Berlin"),
        ({"email": "r@x.example", "signed_up_at": "03/04/2026"}, "date_invalid", "Write it as 2026-01-31"),
        ({"email": "r@x.example", "name": "x" * 256}, "too_long", "255"),
        ({"email": "r@x.example", "external_id": "a\x07b"}, "text_invalid", "Take them out"),
        ({"name": "Ruth", "email": ""}, "no_key", "no email"),
        ({"name": "Ruth", "email": " ", "external_id": ""}, "no_key", "no email nor user id"),
        ({"name": " ", "email": ""}, "empty_row", "empty"),
        ({"email": "r@x.example", "account.name": "Acme", "account.seats": "many"}, "number_invalid", "such as 12"),
        ({"email": "r@x.example", "account.name": "Acme", "account.seats": "-1"}, "number_invalid", "such as 12"),
        ({"email": "r@x.example", "account.name": "Acme", "account.status": "fine"}, "status_invalid", "past_due"),
        ({"email": "r@x.example", "account.name": "Acme", "account.currency": "Euro"}, "currency_invalid", "EUR"),
        ({"email": "r@x.example", "account.name": "Acme", "account.domain": "a b"}, "domain_invalid", "example.com"),
        ({"email": "r@x.example", "account.name": "Acme", "account.mrr_minor": "49.90"}, "number_invalid", "whole"),
        ({"email": "r@x.example", "account.name": "Acme", "account.modules": "x" * 81}, "modules_invalid", "80"),
        ({"email": "r@x.example", "account.name": "Acme", "account.renews_on": "soon"}, "date_invalid", "2026-01-31"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_which_column_and_what_to_do(
    workspace: Workspace, cells: dict[str, str], code: str, words: str
) -> None:
    found = Checker(workspace, list(cells), "email", [f"The {one}" for one in cells]).check(
        Row(7, list(cells.values()))
    )
    assert isinstance(found, Refusal)
    assert (found.number, found.code) == (7, code)
    assert words in found.detail


def test_all_that_is_wrong_with_a_row_is_told_at_once(workspace: Workspace) -> None:
    found = refused(workspace, email="ruth", phone="none", timezone="Mars")
    assert (found.code, found.column) == ("email_invalid", 0)
    assert all(f"“The {name}”" in found.detail for name in ("email", "phone", "timezone"))


def test_a_row_with_too_few_cells_is_taken_and_one_with_too_many_is_not(workspace: Workspace) -> None:
    checker = Checker(workspace, ["email", "name", "phone"], "email")
    short, blank, long = (
        checker.check(Row(2, ["r@x.example"])),
        checker.check(Row(3, ["r@x.example", "R", "1", " ", ""])),
        checker.check(Row(4, ["r@x.example", "R", "1", "", "x"])),
    )
    assert isinstance(short, Checked)
    assert isinstance(blank, Checked)
    assert isinstance(long, Refusal)
    assert long.code == "too_many_cells"


def test_a_broken_row_is_refused_as_it_was_told(workspace: Workspace) -> None:
    assert Checker(workspace, ["email"], "email").check(Broken(4, "nul", "Take it out.", [])) == (
        4,
        "nul",
        "Take it out.",
        -1,
    )


def test_a_name_is_made_of_its_parts_where_none_is_whole(workspace: Workspace) -> None:
    assert said(workspace, email="r@x.example", first_name="Ruth", last_name="Adler").contact.name == "Ruth Adler"
    assert said(workspace, email="r@x.example", first_name="", last_name="Adler").contact.name == "Adler"
    assert said(workspace, email="r@x.example", first_name="R", name="Ruth Adler").contact.name == "Ruth Adler"


def test_cells_that_a_spreadsheet_would_run_are_kept_as_they_are(workspace: Workspace) -> None:
    found = said(workspace, email="r@x.example", name="=1+1", attributes__Note="@SUM(A1)", phone="+49 30 1")
    assert (found.contact.name, found.contact.phone) == ("=1+1", "+49 30 1")
    assert found.contact.attributes == {"Note": "@SUM(A1)"}


def test_attributes_with_a_definition_hold_values_of_its_type(workspace: Workspace) -> None:
    for key, kind in (("seats", "number"), ("vip", "boolean"), ("born", "date"), ("tags", "list"), ("site", "url")):
        AttributeDefinition.objects.create(workspace=workspace, of="contact", key=key, label=key, type=kind)
    found = said(
        workspace, email="r@x.example", attributes__seats="12.5", attributes__vip="No", attributes__born="31.01.2026",
        attributes__tags="a, b", attributes__site="https://x.example", attributes__other="12",
    )  # fmt: skip
    assert found.contact.attributes == {
        "seats": 12.5, "vip": False, "born": "2026-01-31", "tags": ["a", "b"], "site": "https://x.example",
        "other": "12",
    }  # fmt: skip
    assert refused(workspace, email="r@x.example", attributes__seats="many").code == "attribute_invalid"
    assert refused(workspace, email="r@x.example", attributes__born="03/04/2026").code == "date_invalid"


def test_attributes_that_are_more_than_a_contact_holds_are_refused(workspace: Workspace) -> None:
    assert refused(workspace, email="r@x.example", attributes__a="x" * 40_000, attributes__b="x" * 40_000).code == (
        "attributes_too_large"
    )
    assert said(workspace, email="r@x.example", attributes__a="x" * 60_000)


def test_an_account_is_said_with_its_fields(workspace: Workspace) -> None:
    found = said(
        workspace, email="r@x.example", account__external_id="a1", account__name="Acme", account__plan="Pro",
        account__status="Past Due", account__seats="12", account__seat_limit="20.0", account__renews_on="31.01.2026",
        account__domain="https://www.Acme.example/about", account__modules="chat; phone, chat", account__currency="eur",
        account__mrr_minor="4900", account__attributes__tier="gold", account__timezone="Berlin",
        account__trial_ends_on="",
    )  # fmt: skip
    assert (found.contact.account_id, found.contact.account_name) == ("a1", None)
    assert found.account is not None
    assert (found.account.external_id, found.account.name) == ("a1", None)
    assert found.account.values == {
        "name": "Acme", "plan": "Pro", "status": "past_due", "seats": 12, "seat_limit": 20, "renews_on": "2026-01-31",
        "domain": "acme.example", "modules": ["chat", "phone"], "currency": "EUR", "mrr_minor": 4900,
        "timezone": "Europe/Berlin", "attributes": {"tier": "gold"},
    }  # fmt: skip


def test_what_is_said_of_an_account_that_nobody_names_is_left_out(workspace: Workspace) -> None:
    assert said(workspace, email="r@x.example", account__name="", account__plan="Free").account is None


def test_rows_that_say_the_same_of_an_account_share_it(workspace: Workspace) -> None:
    checker = Checker(workspace, ["email", "account.name"], "email")
    one, other = (checker.check(Row(n, [f"p{n}@x.example", "Acme"])) for n in (2, 3))
    assert isinstance(one, Checked)
    assert isinstance(other, Checked)
    assert one.account is other.account


def test_the_first_rows_of_an_import_are_shown_with_what_is_wrong_with_them(workspace: Workspace) -> None:
    data = b"E-Mail;Name\nr@x.example;Ruth\n\nbob;Bob\nc@x.example;C;too much\n"
    import_ = make_import(workspace, data, {"E-Mail": "email", "Name": "name"})
    found = preview(import_, 20)
    assert [(row.number, row.cells[0], row.refusal and row.refusal.code) for row in found] == [
        (2, "r@x.example", None), (4, "bob", "email_invalid"), (5, "c@x.example", "too_many_cells"),
    ]  # fmt: skip
    assert len(preview(import_, 2)) == 2


def test_our_own_list_is_read_without_what_made_it_harmless(workspace: Workspace) -> None:
    from inbox.contacts.list_files import CONTACT_COLUMNS

    row: dict[str, Any] = dict.fromkeys(CONTACT_COLUMNS, "") | {
        "email": "r@x.example",
        "phone": "'+49 30 1",
        "name": "'n Roll",
    }
    checker = Checker(workspace, ["", "external_id", "name", "email", "", "phone", *[""] * 9], "email", CONTACT_COLUMNS)
    found = checker.check(Row(2, list(row.values())))
    assert isinstance(found, Checked)
    assert (found.contact.phone, found.contact.name) == ("+49 30 1", "'n Roll")
