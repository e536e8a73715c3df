"""A file becomes batches: every row in one of them, with what only the whole file shows."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import chunks, planned, remaining, storing
from imports.chunks import ContactRow
from imports.csv import planning
from imports.errors import CannotPlan
from imports.models import Batch, BatchKind, Import, ImportStatus
from imports.planned import LeaseLost
from inbox.people.models import Workspace
from tests.factories import make_workspace
from tests.imports.csv.files import make_import, make_plan

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = {
    "email": "email",
    "id": "external_id",
    "company": "account.name",
    "account": "account.external_id",
    "plan": "plan",
}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of three rows."""
    monkeypatch.setattr(chunks, "ROWS", 3)


def contacts(batch: Batch) -> list[ContactRow]:
    return list(chunks.read_contacts(batch))


def refusals(batches: list[Batch]) -> dict[int, str]:
    return {number: code for batch in batches for number, code, _ in batch.verdicts.get("refusals", ())}


def counted(batches: list[Batch], name: str) -> list[int]:
    return [number for batch in batches for number in batch.verdicts.get(name, ())]


def test_every_row_is_in_one_batch(workspace: Workspace, small: None) -> None:
    data = b"email,name\na@x.example,A\nbob,B\n\nc@x.example,C\nd@x.example,D\n,E\nf@x.example,F,F\ng@x.example,G\n"
    import_ = make_import(workspace, data, {"email": "email", "name": "name"})
    batches = make_plan(import_)
    assert [batch.rows for batch in batches] == [3, 3, 1]
    assert [[row.number for row in contacts(batch)] for batch in batches] == [[2, 5], [6], [9]]
    assert refusals(batches) == {3: "email_invalid", 7: "no_key", 8: "too_many_cells"}
    assert (import_.status, import_.total) == (ImportStatus.RUNNING, 7)
    assert remaining.count(import_) == 3


def test_what_the_whole_file_shows_stands_beside_the_rows_that_it_is_about(workspace: Workspace, small: None) -> None:
    data = b"email,id,phone\na@x.example,1,5\nb@x.example,2,5\na@x.example,3,5\n\nc@x.example,2,\nd@x.example,4,5\n"
    batches = make_plan(make_import(workspace, data, {"email": "email", "id": "external_id", "phone": "phone"}))
    assert counted(batches, "superseded") == [2]
    assert refusals(batches) == {6: "duplicate_external_id"}
    assert counted(batches, "claims_phone") == [4, 7]
    assert "Row 3 has the same user id" in batches[1].verdicts["refusals"][0][2]


def test_accounts_have_one_row_each_in_batches_of_their_own(workspace: Workspace, small: None) -> None:
    data = (
        b"email,id,company,account,plan\na@x.example,,Acme,,Free\nb@x.example,,ACME,,Pro\nc@x.example,,Bolt,b1,\n"
        b"d@x.example,,bolt,,Team\ne@x.example,,Cove,,\nf@x.example,,Dusk,,\ng@x.example,,Eos,,\ne@x.example,,Fern,,\n"
    )
    import_ = make_import(workspace, data, COLUMNS)
    batches = make_plan(import_)
    of_accounts = Batch.objects.filter(parent=import_, kind=BatchKind.ACCOUNTS).order_by("number")
    found = [row for batch in of_accounts for row in chunks.read_accounts(batch)]
    assert sorted((row.number, row.external_id, row.name_key, row.values) for row in found) == [
        (3, None, "ACME", {"name": "ACME", "plan": "Pro"}),
        (5, "b1", None, {"name": "bolt", "plan": "Team"}),
        (7, None, "DUSK", {"name": "Dusk"}),
        (8, None, "EOS", {"name": "Eos"}),
        (9, None, "FERN", {"name": "Fern"}),
    ]
    assert [batch.rows for batch in of_accounts] == [3, 2]
    assert [(row.account_id, row.account_name) for batch in batches for row in contacts(batch)] == [
        (None, "Acme"), (None, "ACME"), ("b1", None), ("b1", None), (None, "Cove"), (None, "Dusk"), (None, "Eos"),
        (None, "Fern"),
    ]  # fmt: skip
    assert import_.total == 8


def test_a_file_of_headings_alone_is_planned_as_no_rows(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"email,name\n", {"email": "email"})
    assert make_plan(import_) == []
    assert (import_.status, import_.total) == (ImportStatus.RUNNING, 0)


def test_a_batch_may_hold_refusals_alone(workspace: Workspace, small: None) -> None:
    batches = make_plan(make_import(workspace, b"email\nx\ny\nz\nr@x.example\n", {"email": "email"}))
    assert [(batch.rows, len(contacts(batch)), batch.file != "") for batch in batches] == [(3, 0, False), (1, 1, True)]


def test_a_batch_ends_before_its_rows_are_many_bytes(workspace: Workspace) -> None:
    data = b"email,note\n" + b"".join(b"p%d@x.example,%s\n" % (n, b"x" * 50_000) for n in range(200))
    batches = make_plan(make_import(workspace, data, {"email": "email", "note": "attributes.note"}))
    assert [batch.rows for batch in batches] == [80, 80, 40]


def test_a_plan_that_is_made_again_takes_the_place_of_the_first(workspace: Workspace, small: None) -> None:
    import_ = make_import(workspace, b"email,name\na@x.example,A\nb@x.example,B\n", {"email": "email"})
    first = make_plan(import_)
    again = make_plan(import_)
    assert Batch.objects.filter(parent=import_).count() == len(again) == 1
    assert first[0].public_id != again[0].public_id
    assert [row.email for row in contacts(again[0])] == ["a@x.example", "b@x.example"]


def test_who_has_lost_the_lease_leaves_no_batches(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = make_import(workspace, b"email\na@x.example\n", {"email": "email"})
    import_.status, import_.leased_until = ImportStatus.PLANNING, timezone.now() + planned.LEASE
    import_.save()
    Import.objects.filter(pk=import_.pk).update(leased_until=timezone.now() + timedelta(minutes=5))
    with pytest.raises(LeaseLost):
        planning.plan(import_)
    assert not Batch.objects.exists()


def test_the_lease_is_kept_while_a_file_is_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "KEEP", 0.0)
    import_ = make_import(workspace, b"email\n" + b"a@x.example\n" * 1_000, {"email": "email"})
    import_.status, import_.leased_until = ImportStatus.PLANNING, timezone.now() + timedelta(seconds=1)
    import_.save()
    planning.plan(import_)
    assert import_.status == ImportStatus.RUNNING


def test_temporary_files_are_gone_however_a_plan_ends(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    import_ = make_import(workspace, b"email\na@x.example\n", {"email": "email"})
    make_plan(import_)
    storing.delete_files(import_)
    with pytest.raises(CannotPlan) as refused:
        make_plan(import_)
    assert refused.value.code == "file_gone"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("import-")]


def test_a_mapping_that_cannot_be_ends_the_plan(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"email,name\na@x.example,A\n", {"email": "email"})
    import_.mapping = ["name", ""]
    with pytest.raises(CannotPlan) as refused:
        make_plan(import_)
    assert refused.value.code == "no_key"


def test_a_file_that_is_gone_while_it_is_read_ends_the_plan(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"email,name\na@x.example,A\n", {"email": "email"})
    default_storage.delete(f"{chunks.folder(import_)}/part-00000")
    with pytest.raises(CannotPlan) as refused:
        make_plan(import_)
    assert refused.value.code == "file_gone"


def test_the_files_of_batches_lie_in_the_imports_folder(workspace: Workspace) -> None:
    import_ = make_import(workspace, b"email,company\na@x.example,Acme\n", {"email": "email", "company": "company"})
    make_plan(import_)
    assert default_storage.listdir(chunks.folder(import_))[1]
    storing.delete_files(import_)
    assert all(not default_storage.exists(batch.file) for batch in Batch.objects.all())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text('ab@.,"\n\r;x ', max_size=80))
def test_the_rows_of_any_file_add_up(workspace: Workspace, small: None, text: str) -> None:
    data = b"email,id\n" + text.encode()
    import_ = make_import(workspace, data, {"email": "email"})
    batches = make_plan(import_)
    assert sum(batch.rows for batch in batches) == import_.total
    numbers = [row.number for batch in batches for row in contacts(batch)] + list(refusals(batches))
    twins = [number for number, code in refusals(batches).items() if code.startswith("duplicate")]
    assert len(numbers) - len(twins) == import_.total
    assert len(set(numbers)) == import_.total
    assert set(counted(batches, "superseded")) <= set(numbers)
