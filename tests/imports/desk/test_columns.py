"""The page on which somebody says what the columns of a file are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports import storing
from imports.desk.columns import PER_PAGE
from imports.models import Import, ImportStatus, RememberedMapping
from inbox.models import AttributeDefinition, Contact
from tests.factories import make_teammate
from tests.imports.desk.conftest import at, choose, client_of, imported, told, upload, work


def test_the_page_says_how_the_file_is_written_and_proposes_what_its_columns_are(desk) -> None:
    import_ = upload(desk)
    page = desk.get(at(import_))
    assert "cells parted by semicolons" in told(page)
    assert [column.mapped for column in page.context["columns"]] == ["email", "name", "account.name"]
    assert ">proposed</span>" in told(page)
    assert page.context["columns"][0].samples == ["nadia@example.com", "ben@example.com", "nobody"]


def test_what_is_chosen_is_kept_with_each_choice(desk) -> None:
    import_ = upload(desk)
    part = desk.post(at(import_, "columns"), {"field-1": "", "existing": "skip"}, headers={"HX-Request": "true"})
    assert 'id="columns"' in told(part)
    import_.refresh_from_db()
    assert (import_.mapping, import_.existing) == (["email", "", "account.name"], "skip")
    choose(desk, import_, field_2="attributes.", attribute_2="Works for")
    import_.refresh_from_db()
    assert import_.mapping == ["email", "", "attributes.Works for"]
    column = desk.get(at(import_)).context["columns"][2]
    assert (column.chosen, column.attribute, column.is_changed) == ("attributes.", "Works for", True)


def test_a_field_of_the_workspaces_own_can_be_chosen(desk, workspace) -> None:
    AttributeDefinition.objects.create(workspace=workspace, of="account", key="size", label="Size", type="number")
    import_ = upload(desk)
    assert '<option value="account.attributes.size" >Size</option>' in told(desk.get(at(import_)))
    choose(desk, import_, field_1="account.attributes.size")
    page = desk.get(at(import_))
    assert page.context["columns"][1].chosen == "account.attributes.size"
    assert "“Name” is “Nadia Okafor”." in page.context["columns"][1].problems[0]


def test_rows_that_would_be_refused_are_told_at_their_column(desk) -> None:
    page = desk.get(at(upload(desk)))
    assert page.context["columns"][0].problems == ["Row 4 would be refused. " + page.context["look"].refusals[0].detail]
    assert "Of the first 3 rows 1 would be refused" in told(page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"field_0": ""}, "No column is the email or the user id"),
        ({"field_1": "email"}, "are both “Email”"),
        ({"field_1": "nonsense"}, "there is no field"),
        ({"key": "external_id"}, "no column is that"),
    ],
)
def test_columns_that_cannot_be_imported_so_begin_nothing_and_say_why(desk, fields, words) -> None:
    import_ = upload(desk)
    answer = choose(desk, import_, "import", **fields)
    assert words in told(desk.get(answer["Location"]))
    import_.refresh_from_db()
    assert import_.status == ImportStatus.READY
    work()
    assert not Contact.objects.exists()


def test_a_first_row_that_is_data_makes_columns_without_names(desk) -> None:
    import_ = upload(desk, b"Email,Name\nnadia@example.com,Nadia\n")
    choose(desk, import_, "no-header")
    import_.refresh_from_db()
    assert import_.columns == ["Column 1", "Column 2"]
    assert "2</dd>" in told(desk.get(at(import_)))
    choose(desk, import_, "header")
    import_.refresh_from_db()
    assert import_.columns == ["Email", "Name"]


def test_the_columns_of_the_same_headings_are_proposed_as_the_last_time(desk) -> None:
    first = upload(desk)
    choose(desk, first, "import", field_1="attributes.", attribute_1="Called")
    work()
    assert RememberedMapping.objects.exists()
    page = desk.get(at(upload(desk)))
    assert [column.mapped for column in page.context["columns"]] == ["email", "attributes.Called", "account.name"]
    assert ">as the last time</span>" in told(page)
    assert not any(column.is_changed for column in page.context["columns"])


def test_two_thousand_columns_are_turned_over_page_by_page_and_keep_what_was_chosen(desk) -> None:
    names = ["email", *(f"Answer {number}" for number in range(1999))]
    rows = "\n".join(",".join([f"a{row}@example.com", *["x"] * 1999]) for row in range(30))
    import_ = upload(desk, f"{','.join(names)}\n{rows}\n".encode())
    page = desk.get(at(import_))
    assert len(page.context["columns"]) == PER_PAGE
    assert len(page.content) < 600_000
    turned = desk.post(at(import_, "columns"), {"from": "0", "to": str(PER_PAGE), "field-1": ""})
    page = desk.get(turned["Location"])
    assert page.context["columns"][0].place == PER_PAGE
    import_.refresh_from_db()
    assert (import_.mapping[1], import_.mapping[2]) == ("", "attributes.Answer 1")


def test_more_columns_than_can_be_shown_are_refused(desk) -> None:
    text = ",".join(f"c{number}" for number in range(2001)).encode()
    page = desk.post("/imports/upload/", {"file": storing_file(text)}, follow=True)
    assert "2,000 columns are the most. This file has 2,001." in told(page)


def storing_file(text: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("wide.csv", text, "text/csv")


def test_a_file_that_is_gone_says_so(desk) -> None:
    import_ = upload(desk)
    storing.delete_files(import_)
    assert "not kept any more" in told(desk.get(at(import_), follow=True))
    assert "not kept any more" in told(desk.post(at(import_, "columns"), {"action": "no-header"}, follow=True))


def test_the_columns_of_an_import_that_has_begun_are_not_changed(desk) -> None:
    import_ = imported(desk)
    before = import_.mapping
    answer = desk.post(at(import_, "columns"), {"field-1": "", "action": "import"}, follow=True)
    assert "It has begun already" in told(answer)
    import_.refresh_from_db()
    assert import_.mapping == before


def test_after_a_check_the_columns_can_be_changed_and_what_was_found_is_forgotten(desk) -> None:
    import_ = upload(desk)
    choose(desk, import_, "check")
    work()
    page = desk.get(f"{at(import_)}?columns")
    assert "What the columns are" in told(page)
    choose(desk, import_, field_1="")
    import_.refresh_from_db()
    assert (import_.status, import_.total) == (ImportStatus.READY, 0)
    assert not Contact.objects.exists()


def test_the_page_asks_as_many_questions_for_forty_columns_as_for_three(desk) -> None:
    asked = []
    for many in (3, 40):
        names = ["email", *(f"n{number}" for number in range(many))]
        import_ = upload(desk, f"{','.join(names)}\na@example.com\n".encode())
        with CaptureQueriesContext(connection) as queries:
            desk.get(at(import_))
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_import_sees_no_columns_and_changes_none(workspace, desk, role) -> None:
    import_, client = upload(desk), client_of(make_teammate(workspace, role=role))
    assert "nadia@example.com" not in told(client.get(at(import_)))
    assert choose(client, import_, "import").status_code == 403
    assert Import.objects.get().status == ImportStatus.READY


def test_another_workspaces_columns_are_not_there(desk, stranger) -> None:
    import_ = upload(desk)
    assert stranger.get(at(import_)).status_code == 404
    assert choose(stranger, import_, "import").status_code == 404
    assert Import.objects.get().status == ImportStatus.READY
