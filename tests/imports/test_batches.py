"""Imports are worked batch by batch, and end once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection, transaction
from django.utils import timezone

from imports import batches, control, ending, remaining
from imports.chunks import AccountRow, ContactRow
from imports.errors import ImportRefused
from imports.models import Batch, BatchStatus, Import, ImportStatus
from imports.progress import figures
from inbox.contacts.erasing.tombstones import bury
from inbox.contacts.upsert import create_contact
from inbox.models import Account, Contact, MatchKey
from inbox.people.audit import Actor
from inbox.people.models import Workspace
from notifications.automations.leaving import has_left
from notifications.models import Event
from tests.factories import make_workspace
from tests.imports.planned import make_import, work_all

pytestmark = pytest.mark.django_db(transaction=True)

BY = Actor(via="command line")


@pytest.fixture(autouse=True)
def _storage(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def people(start: int, count: int, **fields: Any) -> list[ContactRow]:
    return [ContactRow(n, f"p{n}@x.io", name=f"P {n}", **fields) for n in range(start, start + count)]


def told(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind))


def test_all_rows_have_one_outcome_and_the_end_is_told_once(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "p2@x.io", "name": "Before"})
    create_contact(workspace, {"email": "p3@x.io", "name": "P 3"})
    import_ = make_import(
        workspace,
        [people(2, 10), [*people(12, 10), ContactRow(22, "p2@x.io", "u1", name="P 2")]],
        [AccountRow(2, "acme", None, {"name": "Acme"})],
        [{"superseded": [2], "refusals": [[100, "email_invalid", "Mend it."]]}, {}],
    )
    assert remaining.count(import_) == 3
    assert figures(import_).remaining == 22
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FINISHED
    assert (import_.total, import_.created, import_.updated, import_.unchanged, import_.refused) == (22, 18, 1, 2, 1)
    assert figures(import_).outcomes() == {"total": 22, "created": 18, "updated": 1, "unchanged": 2, "refused": 1}
    [event] = told("import.finished")
    assert event.data["import_id"] == str(import_.public_id) and event.data["created"] == 18
    assert remaining.count(import_) == 0
    batch = Batch.objects.get(parent=import_, kind="2 contacts", number=0)
    assert batch.refusals == [[100, "email_invalid", "Mend it."]]
    assert Account.objects.filter(name="Acme").exists()


def test_the_planner_learns_how_large_the_tables_become_while_an_import_runs(workspace: Workspace) -> None:
    """Else a list of contacts is read whole until autovacuum comes by: six times as slow, at 100,000 rows."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_contact, inbox_identity")
        make_import(workspace, [people(2 + 10 * n, 10) for n in range(6)])
        work_all()
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname IN ('inbox_contact', 'inbox_identity')")
        assert min(rows for _, rows in cursor.fetchall()) >= 40  # and not 0, as it was before


def test_a_company_that_was_renamed_since_is_found_by_the_same_file_again(workspace: Workspace) -> None:
    account = AccountRow(2, None, "ACME", {"name": "Acme"})
    make_import(workspace, [[ContactRow(2, "ada@x.io", account_name="Acme")]], [account])
    work_all()
    Account.objects.update(name="Acme Inc.")
    again = make_import(workspace, [[ContactRow(2, "bob@x.io", account_name="Acme")]], existing="skip")
    work_all()
    again.refresh_from_db()
    assert again.status == ImportStatus.FINISHED
    assert {contact.account.name for contact in Contact.objects.select_related("account")} == {"Acme Inc."}


def test_a_batch_that_is_done_is_never_done_again(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    batch = Batch.objects.get(parent=import_)
    work_all()
    before = Batch.objects.filter(pk=batch.pk).values().get()
    assert not batches._work(batch)
    assert Batch.objects.filter(pk=batch.pk).values().get() == before
    assert len(told("import.finished")) == 1


def test_a_batch_whose_worker_died_is_taken_up_when_its_lease_has_ended(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    Batch.objects.update(leased_until=timezone.now() + batches.BATCH_LEASE)
    assert work_all() == 0
    Batch.objects.update(leased_until=timezone.now())
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FINISHED


def test_an_emptied_set_ends_nothing_and_is_rebuilt(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(n * 10, 5) for n in range(4)])
    remaining.forget(import_)
    assert batches.work() == 1
    import_.refresh_from_db()
    assert import_.status == ImportStatus.RUNNING
    batches.settle()
    assert remaining.count(import_) == 3
    remaining.forget(import_)
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FINISHED and len(told("import.finished")) == 1


def test_an_import_is_ended_though_its_last_worker_died_before_its_last_word(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    assert batches._work(Batch.objects.select_related("parent").get(parent=import_))
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FINISHED and len(told("import.finished")) == 1


def test_many_who_end_an_import_at_once_end_it_once(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    batches._work(Batch.objects.select_related("parent").get(parent=import_))

    def end(_: int) -> bool:
        try:
            return ending.end_if_done(import_)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(end, range(8))) == [False] * 7 + [True]
    assert len(told("import.finished")) == 1


def test_workers_at_once_work_each_batch_once_and_two_imports_of_the_same_people_make_them_once(
    workspace: Workspace,
) -> None:
    first = make_import(workspace, [people(n * 100, 100) for n in range(6)], key="email")
    second = make_import(workspace, [people(n * 100, 100) for n in range(6)], key="email")

    def worker(_: int) -> None:
        try:
            while batches.work():
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    work_all()
    assert Contact.objects.filter(workspace=workspace).count() == 600
    for import_ in (first, second):
        import_.refresh_from_db()
        assert import_.status == ImportStatus.FINISHED
        assert import_.created + import_.updated + import_.unchanged == 600
    assert first.created + second.created == 600
    assert len(told("import.finished")) == 2


def test_it_can_be_paused_resumed_and_cancelled(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(n * 10, 5) for n in range(3)])
    batches.work()
    control.pause(import_, BY)
    assert work_all() == 0
    with pytest.raises(ImportRefused):
        control.pause(import_, BY)
    control.resume(import_, BY)
    assert import_.status == ImportStatus.RUNNING
    batches.work()
    control.cancel(import_, BY)
    assert batches.work() == 0
    assert figures(import_).created == 10 and figures(import_).remaining == 5
    assert Contact.objects.count() == 10
    assert not told("import.finished")
    with pytest.raises(ImportRefused):
        control.cancel(import_, BY)


def test_a_dry_run_writes_nothing_and_is_then_worked_for_real(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "p2@x.io", "name": "Before"})
    import_ = make_import(workspace, [people(2, 5)], verdicts=[{"refusals": [[9, "no_key", "x"]]}], dry_run=True)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created, import_.updated, import_.refused) == ("finished", 4, 1, 1)
    assert Contact.objects.count() == 1 and not told("import.finished")
    control.start(import_, BY)
    assert (import_.status, import_.dry_run) == ("running", False)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created, import_.updated, import_.refused) == ("finished", 4, 1, 1)
    assert Contact.objects.count() == 5 and len(told("import.finished")) == 1


def test_what_a_dry_run_found_is_forgotten_when_the_columns_change(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)], dry_run=True)
    work_all()
    import_.refresh_from_db()
    control.change(import_, mapping=["email"])
    assert import_.status == ImportStatus.READY and not Batch.objects.exists()
    assert figures(import_).total == 0


def test_a_batch_that_cannot_be_worked_fails_its_import_and_says_so(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5), people(20, 5)])
    Batch.objects.filter(number=1).update(file="imports/nowhere.jsonl")
    for _ in range(batches.MOST_FAILURES):
        Batch.objects.filter(status=BatchStatus.PENDING).update(leased_until=None)
        work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.FAILED and import_.error == batches.BROKEN
    [event] = told("import.failed")
    assert event.data["created"] == 5
    assert Contact.objects.count() == 5


def test_a_worker_that_was_killed_is_no_failure_of_the_batch(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    file = Batch.objects.get().file
    Batch.objects.update(attempts=batches.MOST_FAILURES, file="imports/nowhere.jsonl")
    assert work_all() == 1
    import_.refresh_from_db()
    assert import_.status == ImportStatus.RUNNING
    Batch.objects.update(leased_until=None, file=file)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created) == (ImportStatus.FINISHED, 5)


class AwayStorage(FileSystemStorage):
    """A storage that does not answer, as S3 on a bad day."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise ConnectionError(f"no answer for {name}")


def test_a_storage_that_is_away_for_minutes_fails_no_import(workspace: Workspace, settings: Any) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    here = settings.STORAGES
    away = {**here["default"], "BACKEND": "tests.imports.test_batches.AwayStorage"}
    settings.STORAGES = {**here, "default": away}
    waits = []
    for _ in range(12):
        Batch.objects.update(leased_until=None)
        began = timezone.now()
        assert work_all() == 1
        waits.append((Batch.objects.get().leased_until or began) - began)
    assert waits[0] < waits[5] and waits[-1] <= batches.LONGEST_WAIT + timedelta(seconds=10)
    settings.STORAGES = here
    Batch.objects.update(leased_until=None)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created) == (ImportStatus.FINISHED, 5)


def test_one_contact_that_cannot_be_made_findable_keeps_no_other_waiting(workspace: Workspace) -> None:
    make_import(workspace, [people(2, 5)])
    batches.work()
    one = Contact.objects.get(email="p4@x.io")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_keys() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.contact_id = {one.pk} THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER no_keys BEFORE INSERT ON inbox_matchkey FOR EACH ROW EXECUTE FUNCTION no_keys()")
        try:
            work_all()
        finally:
            cursor.execute("DROP FUNCTION no_keys CASCADE")
    assert Batch.objects.get().indexed_at is not None
    found = Contact.objects.filter(pk__in=MatchKey.objects.values("contact"))
    assert set(found.values_list("email", flat=True)) == {f"p{n}@x.io" for n in (2, 3, 5, 6)}


def test_its_contacts_can_be_found_by_likeness_once_it_has_ended(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    batches.work()
    work_all()
    assert MatchKey.objects.values("contact").distinct().count() == 5
    assert Batch.objects.get(parent=import_).indexed_at is not None


def test_a_file_without_a_row_ends_with_nothing(workspace: Workspace) -> None:
    import_ = make_import(workspace)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.total) == ("finished", 0)
    assert len(told("import.finished")) == 1


def test_nothing_is_left_of_a_batch_that_broke_in_the_middle(workspace: Workspace) -> None:
    import_ = make_import(workspace, [people(2, 5)])
    Batch.objects.update(rows=6)  # its outcomes do not add up
    batches.work()
    assert not Contact.objects.exists()
    assert Import.objects.get(pk=import_.pk).status == ImportStatus.RUNNING
    with transaction.atomic():
        assert Batch.objects.get().error == batches.BROKEN


def test_who_unsubscribed_elsewhere_is_sent_no_automated_letters_here(workspace: Workspace) -> None:
    rows = people(2, 2, attributes={"unsubscribed_from_emails": True})
    stays = ContactRow(4, "Stays@x.io", attributes={"unsubscribed_from_emails": False})
    # Somebody who was erased: their row is refused, and nothing of it is kept.
    bury(workspace, [("email", "p2@x.io")])
    make_import(workspace, [[*rows, stays]])
    work_all()
    assert not has_left(workspace, "p2@x.io", "stays@x.io")
    assert has_left(workspace, "stays@x.io", "P3@x.io")
    assert not has_left(make_workspace(), "p3@x.io")
