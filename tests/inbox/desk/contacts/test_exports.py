"""Exports: made in the background, once whoever dies meanwhile, read by nobody but who asked, and gone after a week."""

from __future__ import annotations

import csv
import io
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from unittest.mock import ANY

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.contacts import exporting, identities, list_files
from inbox.contacts.exporting import KEPT_FOR, LeaseLost, drain, forget_old, keep
from inbox.models import Account, Contact, Export
from inbox.models.profiles import ExportKind, ExportStatus
from inbox.people.models import AuditFact
from inbox.tasks import make_exports
from tests.factories import make_contact, make_teammate, make_workspace


def ask(client, query: str = "", of: str = "contact"):
    return client.post("/contacts/exports/", {"of": of, "query": query})


def table(answer) -> list[dict[str, str]]:
    """Return a CSV answer's rows by their columns."""
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def fetched(client) -> list[dict[str, str]]:
    export = Export.objects.latest("id")
    answer = client.get(f"/contacts/exports/{export.public_id}/file/")
    assert answer.status_code == 200
    return table(answer)


def test_a_list_becomes_a_file_with_a_row_a_person_and_attributes_as_columns(
    workspace, owner, signed_in, storage
) -> None:
    account = Account.objects.create(workspace=workspace, external_id="a/1", name="Acme", plan="Pro")
    ann = make_contact(
        workspace, name="Ann", email="ann@acme.test", account=account, attributes={"size": 9, "vip": True}
    )
    identities.verify(ann, "email", "ann@acme.test")
    identities.claim(ann, "email", "ann@home.test")
    make_contact(workspace, name="Bo", attributes={"likes": ["tea", "rain"], "deep": {"a": 1}})
    Contact.objects.filter(pk=make_contact(workspace, name="Phone").pk).update(root=ann)
    make_contact(workspace, name="Left out", phone="1")
    make_contact(make_workspace(), name="Elsewhere")
    client = signed_in(owner)
    assert ask(client, "f=phone:empty").status_code == 302
    make_exports()
    bo, first = fetched(client)
    assert (first["name"], first["email"], first["email verified"]) == ("Ann", "ann@acme.test", "yes")
    assert (first["other emails and phones"], first["account id"], first["plan"]) == ("ann@home.test", "a/1", "Pro")
    assert (first["size"], first["vip"], first["likes"]) == ("9", "yes", "")
    assert (bo["name"], bo["likes"], bo["deep"], bo["size"]) == ("Bo", "tea, rain", '{"a": 1}', "")
    export = Export.objects.get()
    assert (export.status, export.rows) == (ExportStatus.FINISHED, 2)
    assert [fact.subject for fact in AuditFact.objects.filter(kind="contacts.exported")] == ["some contacts"]


def test_accounts_become_a_file_too(workspace, owner, signed_in, storage) -> None:
    Account.objects.create(
        workspace=workspace, external_id="a", name="Acme", mrr_minor=500, attributes={"region": "EMEA"}
    )
    client = signed_in(owner)
    ask(client, of="account")
    make_exports()
    [row] = fetched(client)
    assert (row["id"], row["MRR in the smallest unit"], row["region"]) == ("a", "500", "EMEA")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1+1", "|calc"])
def test_no_cell_is_a_formula(workspace, owner, signed_in, storage, cell: str) -> None:
    make_contact(workspace, name=cell, attributes={cell: cell})
    client = signed_in(owner)
    ask(client)
    make_exports()
    [row] = fetched(client)
    assert row["name"] == f"'{cell}"
    assert row[f"'{cell}"] == f"'{cell}"


def test_more_attributes_than_columns_share_the_last_one(workspace, owner, signed_in, storage, monkeypatch) -> None:
    monkeypatch.setattr(list_files, "MOST_COLUMNS", 2)
    make_contact(workspace, attributes={"a": 1, "b": 2, "c": 3})
    client = signed_in(owner)
    ask(client)
    make_exports()
    [row] = fetched(client)
    assert (row["a"], row["b"], row["other attributes"]) == ("1", "2", '{"c": 3}')


def test_it_is_read_in_windows_and_nobody_is_left_out(workspace, owner, signed_in, storage, monkeypatch) -> None:
    monkeypatch.setattr(list_files, "WINDOW", 7)
    Contact.objects.bulk_create(Contact(workspace=workspace, name=f"C{n}") for n in range(30))
    client = signed_in(owner)
    ask(client)
    with CaptureQueriesContext(connection) as asked:
        drain()
    assert all("LIMIT 7" in query["sql"] for query in asked if 'FROM "inbox_contact"' in query["sql"])
    assert sorted(row["name"] for row in fetched(client)) == sorted(f"C{n}" for n in range(30))


def test_only_who_asked_may_fetch_it_and_only_for_a_week(workspace, owner, signed_in, storage) -> None:
    make_contact(workspace)
    client = signed_in(owner)
    ask(client)
    make_exports()
    at = f"/contacts/exports/{Export.objects.get().public_id}/file/"
    colleague = make_teammate(workspace, role="owner")
    stranger = make_teammate(make_workspace(), role="owner")
    assert [signed_in(mate).get(at).status_code for mate in (colleague, stranger)] == [404, 404]
    answer = client.get(at)
    assert answer["Content-Disposition"].startswith('attachment; filename="contacts-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    type(owner).objects.filter(pk=owner.pk).update(role="agent")
    assert client.get(at).status_code == 403
    type(owner).objects.filter(pk=owner.pk).update(role="owner")
    Export.objects.update(finished_at=timezone.now() - KEPT_FOR)
    assert client.get(at).status_code == 404


def test_after_a_week_the_file_and_the_row_are_deleted(workspace, owner, signed_in, storage: Path) -> None:
    client = signed_in(owner)
    ask(client)
    make_exports()
    assert [path for path in storage.rglob("*") if path.is_file()]
    make_exports()
    Export.objects.update(finished_at=timezone.now() - KEPT_FOR)
    assert forget_old() == 1
    assert not Export.objects.exists()
    assert not [path for path in storage.rglob("*") if path.is_file()]


@pytest.mark.parametrize("role, may", [("owner", True), ("admin", True), ("agent", False), ("viewer", False)])
def test_taking_a_list_along_needs_the_permission(workspace, signed_in, role: str, may: bool) -> None:
    assert (ask(signed_in(make_teammate(workspace, role=role))).status_code == 302) is may
    assert Export.objects.exists() is may


def test_a_list_that_cannot_be_applied_is_no_file(workspace, owner, signed_in) -> None:
    client = signed_in(owner)
    answer = ask(client, "f=nonsense:is:x")
    assert "There is no field" in client.get(answer["Location"]).content.decode()
    assert not Export.objects.exists()


def test_who_asks_for_too_many_at_once_is_told_to_wait(workspace, owner, signed_in) -> None:
    client = signed_in(owner)
    for _ in range(6):
        answer = ask(client)
    assert "Wait until one" in client.get(answer["Location"]).content.decode()
    assert Export.objects.count() == 5


def test_the_page_says_how_far_it_is_and_looks_again_until_all_are_there(workspace, owner, signed_in, storage) -> None:
    client = signed_in(owner)
    ask(client)
    assert "every 2s" in client.get("/contacts/exports/").content.decode()
    Export.objects.update(status="running", rows=1500, leased_until=timezone.now() + timedelta(minutes=1))
    fragment = client.get("/contacts/exports/", headers={"HX-Request": "true"}).content.decode()
    assert "1500 rows so far" in fragment
    assert "<html" not in fragment
    Export.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    make_exports()
    html = client.get("/contacts/exports/").content.decode()
    assert "Download" in html
    assert "every 2s" not in html


def test_what_fails_says_so_and_another_is_made(workspace, owner, signed_in, storage, monkeypatch) -> None:
    client = signed_in(owner)
    ask(client)

    def fail(export: Export, file: IO[bytes]) -> int:
        raise RuntimeError("ann@acme.test")

    monkeypatch.setitem(exporting._MAKERS, ExportKind.CONTACTS, fail)
    make_exports()
    assert Export.objects.get().error == exporting.FAILED
    assert "could not be made" in client.get("/contacts/exports/").content.decode()


def test_one_that_lost_its_lease_leaves_nothing_behind(workspace, owner, signed_in, storage: Path, monkeypatch) -> None:
    client = signed_in(owner)
    ask(client)
    make_contact(workspace, name="Ann")

    def slow(export: Export, file: IO[bytes]) -> int:
        monkeypatch.setitem(exporting._MAKERS, ExportKind.CONTACTS, list_files.write_contacts)
        Export.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert drain() == 1  # another worker, meanwhile
        with pytest.raises(LeaseLost):
            keep(export, 1)
        file.write(b"late")
        return 1

    monkeypatch.setitem(exporting._MAKERS, ExportKind.CONTACTS, slow)
    assert drain() == 1
    assert [row["name"] for row in fetched(client)] == ["Ann"]
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_one_that_was_taken_over_cannot_renew_its_lease(workspace, owner, signed_in, storage) -> None:
    ask(signed_in(owner))
    mine = exporting._claim()
    assert mine is not None
    keep(mine, 1)
    Export.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    other = exporting._claim()
    assert other is not None
    with pytest.raises(LeaseLost):
        keep(mine, 2)
    keep(other, 3)
    assert Export.objects.get().rows == 3


class TakenOverWhileStoring(FileSystemStorage):
    """A storage that is so slow that another worker takes the export over meanwhile."""

    def _save(self, name: str, content: Any) -> str:
        if Export.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(seconds=1)):
            assert exporting._claim() is not None
        return super()._save(name, content)  # type: ignore[misc]


def test_one_that_is_taken_over_while_it_is_stored_leaves_nothing_behind(
    workspace, owner, signed_in, storage: Path, settings: Any
) -> None:
    kept = {"BACKEND": f"{__name__}.TakenOverWhileStoring", "OPTIONS": {"location": str(storage)}}
    settings.STORAGES = {**settings.STORAGES, "default": kept}
    ask(signed_in(owner))
    assert drain() == 1
    assert Export.objects.get().status == ExportStatus.RUNNING
    assert not [path for path in storage.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_it_to_another(owner, signed_in, storage: Path, monkeypatch) -> None:
    make_contact(owner.workspace, name="Ann")
    client = signed_in(owner)
    ask(client)

    def die(export: Export, file: IO[bytes]) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    connections.close_all()
    if (child := os.fork()) == 0:
        monkeypatch.setitem(exporting._MAKERS, ExportKind.CONTACTS, die)
        drain()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    export = Export.objects.get()
    assert (export.status, export.leased_until) == (ExportStatus.RUNNING, ANY)
    assert drain() == 0  # it may still be alive
    Export.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert drain() == 1
    assert [row["name"] for row in fetched(client)] == ["Ann"]


def test_one_that_ends_every_worker_is_given_up(workspace, owner, signed_in, storage) -> None:
    ask(signed_in(owner))
    past = timezone.now() - timedelta(days=2)
    Export.objects.update(status="running", created_at=past, leased_until=past)
    assert drain() == 0
    assert Export.objects.get().status == ExportStatus.FAILED
