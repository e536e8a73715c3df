"""The list of imports, and the page of one: how far it is, what became of it, what is done with it."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports import storing
from imports.desk import list_views
from imports.models import Import, ImportStatus
from inbox.models import Contact
from tests.factories import make_teammate, make_workspace
from tests.imports.desk.conftest import at, choose, client_of, imported, told, upload, work

VERBS = ("run", "pause", "resume", "cancel", "undo")


def test_a_file_is_checked_first_and_nothing_is_written_until_it_is_said(desk, workspace) -> None:
    import_ = upload(desk)
    choose(desk, import_, "check")
    assert "Reading the file" in told(desk.get(at(import_)))
    work()
    page = told(desk.get(at(import_)))
    for words in ("Nothing has been written yet", "<dt>Would be created</dt><dd>2</dd>", "1 row would be refused"):
        assert words in page
    assert not Contact.objects.exists()
    assert desk.post(at(import_, "run")).status_code == 302
    work()
    page = told(desk.get(at(import_)))
    for words in ("Your contacts are in", "<dt>Created</dt><dd>2</dd>", "Accounts: 1 created, 0 updated", "Undo…"):
        assert words in page
    assert sorted(Contact.objects.values_list("email", flat=True)) == ["ben@example.com", "nadia@example.com"]


def test_the_figures_are_asked_for_while_it_moves_and_the_page_is_loaded_anew_when_it_is_something_else(desk) -> None:
    import_ = upload(desk)
    choose(desk, import_, "import")
    page = told(desk.get(at(import_)))
    assert f'hx-get="{at(import_, "progress")}?status=planning"' in page
    assert "HX-Refresh" not in desk.get(f"{at(import_, 'progress')}?status=planning")
    work()
    assert desk.get(f"{at(import_, 'progress')}?status=planning")["HX-Refresh"] == "true"
    assert "every 1s" not in told(desk.get(at(import_)))


def test_an_import_is_paused_resumed_and_cancelled(desk) -> None:
    import_ = upload(desk)
    choose(desk, import_, "import")
    for verb, status, words in (
        ("pause", ImportStatus.PAUSED, "Resume"),
        ("resume", ImportStatus.PLANNING, "Pause"),
        ("cancel", ImportStatus.CANCELLED, "Nothing was written"),
    ):
        page = desk.post(at(import_, verb), follow=True)
        import_.refresh_from_db()
        assert import_.status == status
        assert words in told(page)
    work()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_what_cannot_be_done_now_is_refused_in_words(desk, verb) -> None:
    import_ = upload(desk)
    choose(desk, import_, "import")
    if verb != "run":
        work()
        desk.post(at(import_, "undo"))
        work()
    page = desk.post(at(import_, verb), follow=True)
    assert 'class="flash error"' in told(page)


def test_an_undo_says_first_what_it_takes_back_and_then_what_it_left(desk) -> None:
    import_ = imported(desk)
    page = told(desk.get(at(import_, "undo")))
    assert '<b class="num">2</b> contacts that it made: removed' in page
    Contact.objects.filter(email="ben@example.com").update(name="Benjamin")
    ben = Contact.objects.get(email="ben@example.com")
    ben.save()  # as everything that changes a contact does, it moves updated_at
    desk.post(at(import_, "undo"))
    work()
    page = told(desk.get(at(import_)))
    assert "It is taken back" in page
    assert not Contact.objects.filter(email="nadia@example.com").exists()
    assert desk.get(at(import_, "undo")).status_code == 302


def test_a_header_and_nothing_below_is_an_import_of_no_rows(desk) -> None:
    import_ = upload(desk, b"Email,Name\n")
    assert "There are no rows below the headings" in told(desk.get(at(import_)))
    choose(desk, import_, "import")
    work()
    import_.refresh_from_db()
    assert (import_.status, import_.total) == (ImportStatus.FINISHED, 0)
    assert "<dt>Rows</dt><dd>0</dd>" in told(desk.get(at(import_)))


def test_the_list_shows_what_became_of_each_and_goes_on_by_pages(desk, monkeypatch) -> None:
    monkeypatch.setattr(list_views, "PAGE", 2)
    for name in ("first.csv", "second.csv", "third.csv"):
        imported(desk, name=name)
    page = desk.get("/imports/")
    assert [one.row.name for one in page.context["imports"]] == ["third.csv", "second.csv"]
    assert "2 unchanged" in told(page)
    page = desk.get(f"/imports/?before={page.context['more']}")
    assert [one.row.name for one in page.context["imports"]] == ["first.csv"]
    assert "2 created" in told(page)
    assert page.context["more"] == ""
    for nowhere in ("x", uuid.uuid4()):
        assert desk.get(f"/imports/?before={nowhere}").status_code == 200


def test_an_empty_list_says_what_an_import_does(desk) -> None:
    assert "An import makes a contact of each row" in told(desk.get("/imports/"))


def test_the_list_asks_as_many_questions_for_ten_imports_as_for_one(desk, workspace, ada) -> None:
    asked = []
    desk.get("/imports/")  # notes when she was last seen, which the next ones need not
    for many in (1, 9):
        for _ in range(many):
            Import.objects.create(workspace=workspace, by=ada, source="csv", name="x.csv", status="running")
        with CaptureQueriesContext(connection) as queries:
            desk.get("/imports/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_names_of_files_are_text_and_no_markup(desk) -> None:
    import_ = upload(desk, name="<b>people</b>.csv")
    for page in ("/imports/", at(import_)):
        assert "<b>people" not in told(desk.get(page))


def test_a_file_that_is_gone_is_said_to_be(desk) -> None:
    import_ = imported(desk)
    storing.delete_files(import_)
    page = told(desk.get(at(import_)))
    assert "The file is not kept any more" in page
    assert "Download them" not in page
    assert desk.get(at(import_, "refused")).status_code == 404


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_import_sees_figures_and_neither_rows_nor_buttons(workspace, desk, role) -> None:
    import_, client = imported(desk), client_of(make_teammate(workspace, role=role))
    page = told(client.get(at(import_)))
    assert "<dt>Created</dt><dd>2</dd>" in page
    assert "nobody" not in page
    assert "Undo" not in page
    assert "Drop a CSV" not in told(client.get("/imports/"))
    assert client.get(at(import_, "progress")).status_code == 200
    assert client.get(at(import_, "refused")).status_code == 403
    for verb in VERBS:
        assert client.post(at(import_, verb)).status_code == 403
    assert Contact.objects.filter(workspace=workspace).count() == 2


def test_another_workspaces_import_is_not_there(desk, stranger) -> None:
    import_ = imported(desk)
    for verb in ("", "progress", "refused", "undo"):
        assert stranger.get(at(import_, verb)).status_code == 404
    for verb in VERBS:
        assert stranger.post(at(import_, verb)).status_code == 404
    assert "people.csv" not in told(stranger.get("/imports/"))
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FINISHED


def test_nobody_who_is_not_signed_in_comes_to_imports(desk, client) -> None:
    import_ = upload(desk)
    for page in ("/imports/", at(import_), at(import_, "refused")):
        assert client.get(page).status_code == 302
    assert make_workspace().imports.count() == 0
