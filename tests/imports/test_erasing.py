"""Files of imports: how long they are kept, and what becomes of them when a person is erased."""

from __future__ import annotations

import io
import shutil
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from imports import chunks, control, erasing, storing, tasks
from imports.errors import ImportRefused
from imports.models import Batch, Change, Import, ImportStatus, Source
from inbox.contacts.erasing import erase
from inbox.models import Contact, ErasedHandle
from inbox.people.audit import Actor
from inbox.people.models import Teammate, Workspace
from tests.factories import make_workspace
from tests.imports.desk.conftest import PEOPLE, ada, at, choose, desk, files, imported, told, upload, work, workspace

__all__ = ["ada", "desk", "files", "workspace"]


@pytest.fixture
def nadia(desk: Client, workspace: Workspace) -> Contact:
    """Somebody whom an import brought."""
    imported(desk)
    return Contact.objects.get(workspace=workspace, email="nadia@example.com")


def make(workspace: Workspace, status: str, **fields: Any) -> Import:
    """Return an import with a file."""
    import_ = Import.objects.create(workspace=workspace, source=Source.CSV, name="old.csv")
    storing.store(import_, io.BytesIO(PEOPLE))
    Import.objects.filter(pk=import_.pk).update(status=status, **fields)
    return Import.objects.get(pk=import_.pk)


def ago(**time: int) -> Any:
    return timezone.now() - timedelta(**time)


def is_there(import_: Import) -> bool:
    """Return whether an import's files are there; what its row says must agree."""
    try:
        there = bool(default_storage.listdir(chunks.folder(import_))[1])
    except FileNotFoundError:
        there = False
    assert there is (Import.objects.get(pk=import_.pk).file_gone_at is None)
    return there


def test_erasing_a_person_deletes_the_files_of_all_imports_that_have_ended(desk, nadia, ada) -> None:
    ended, elsewhere = Import.objects.get(), make(make_workspace(), "finished")
    erase(nadia, by=Actor(ada))
    tasks.forget_marked_files()
    assert not is_there(ended)
    assert is_there(elsewhere)
    assert "The file is not kept any more" in told(desk.get(at(ended)))
    assert "nadia" not in told(desk.get(at(ended))).lower()


def test_a_folder_that_cannot_be_deleted_keeps_no_other_one(workspace) -> None:
    stuck, other = (make(workspace, "finished", finished_at=ago(days=31)) for _ in range(2))
    place = Path(default_storage.path(chunks.folder(stuck)))
    shutil.rmtree(place)
    place.write_text("no folder")
    failed: set[int] = set()
    while erasing.forget_old(failed):
        pass
    assert failed == {stuck.pk}
    assert not is_there(other)
    assert Import.objects.get(pk=stuck.pk).file_gone_at is None


def test_a_process_that_dies_before_the_files_are_gone_leaves_them_to_the_next_one(nadia, ada) -> None:
    ended = Import.objects.get()
    erase(nadia, by=Actor(ada))  # what comes after the commit does not run here
    assert is_there(ended)
    assert erasing.forget_old() == 1
    assert not is_there(ended)
    assert erasing.forget_old() == 0


def test_the_file_of_an_import_that_runs_goes_when_it_has_ended_and_nobody_comes_back_by_it(desk, nadia, ada) -> None:
    running = upload(desk)
    choose(desk, running, "import", field_1="attributes.", attribute_1="Called")
    erase(nadia, by=Actor(ada))
    erasing.forget_old()
    assert is_there(running)
    work()
    running.refresh_from_db()
    assert (running.status, running.refused) == (ImportStatus.FINISHED, 2)
    assert not Contact.objects.filter(email="nadia@example.com").exists()
    assert ErasedHandle.objects.exists()
    assert "nadia" not in str(list(Batch.objects.values())).lower()


def test_the_files_go_with_the_end_itself_if_somebody_was_erased_meanwhile(desk, nadia, ada) -> None:
    running = upload(desk)
    choose(desk, running, "import")
    erase(nadia, by=Actor(ada))
    work()
    assert not is_there(running)


def test_the_files_of_a_paused_import_go_when_it_is_cancelled(desk, nadia, ada) -> None:
    paused = upload(desk)
    choose(desk, paused, "import")
    control.pause(paused, Actor(ada))
    erase(nadia, by=Actor(ada))
    erasing.forget_old()
    assert is_there(paused)
    control.cancel(paused, Actor(ada))
    assert not is_there(paused)


def test_what_was_checked_before_an_erasure_cannot_be_imported_from_what_is_gone(desk, nadia, ada) -> None:
    judged = upload(desk)
    choose(desk, judged, "check")
    work()
    erase(nadia, by=Actor(ada))
    tasks.forget_marked_files()
    assert "not kept any more" in told(desk.post(at(judged, "run"), follow=True))
    judged.refresh_from_db()
    with pytest.raises(ImportRefused) as refused:
        control.start(judged, Actor(ada))
    assert refused.value.code == "file_gone"


def test_what_an_import_changed_on_a_person_goes_with_them(desk, nadia, ada) -> None:
    imported(desk, PEOPLE.replace(b"Nadia Okafor", b"Nadia O."))
    assert Change.objects.filter(contact=nadia).exists()
    erase(nadia, by=Actor(ada))
    assert not Change.objects.filter(contact__isnull=False).exists()


def test_refusals_that_quote_somebody_lose_the_words_and_keep_the_rest(desk, ada) -> None:
    rows = b"Email,Signed up\nnadia@example.com,nadia@example.com\nben@example.com,nobody\nnadia@example.com,\n"
    import_ = upload(desk, rows)
    choose(desk, import_, "import", field_1="signed_up_at")
    work()
    assert Batch.objects.get(kind="2 contacts").refused == 2
    erase(Contact.objects.get(email="nadia@example.com"), by=Actor(ada))
    found = Batch.objects.get(kind="2 contacts")
    assert "nadia" not in str([found.refusals, found.verdicts])
    assert [number for number, *_ in found.refusals] == [2, 3]
    assert "“nobody”" in found.refusals[1][2]


def test_files_are_kept_a_month_after_the_end_and_then_forgotten(workspace) -> None:
    young = make(workspace, "finished", finished_at=ago(days=29))
    old = [
        make(workspace, status, finished_at=ago(days=31)) for status in ("finished", "failed", "cancelled", "undone")
    ]
    while erasing.forget_old():
        pass
    assert is_there(young)
    assert not any(is_there(one) for one in old)


@pytest.mark.parametrize(
    ("status", "fields", "goes"),
    [
        ("uploading", {"created_at": ago(hours=23)}, False),
        ("uploading", {"created_at": ago(hours=25)}, True),
        ("ready", {"created_at": ago(days=29)}, False),
        ("ready", {"created_at": ago(days=31)}, True),
        ("ready", {"created_at": ago(hours=25), "options": {"erase": True}}, True),
        ("ready", {"created_at": ago(hours=23), "options": {"erase": True}}, False),
        ("cancelled", {"finished_at": ago(minutes=1)}, True),
        ("cancelled", {"finished_at": ago(minutes=1), "started_at": ago(minutes=2)}, False),
        ("paused", {"created_at": ago(days=400)}, False),
        ("running", {"created_at": ago(days=400), "options": {"erase": True}}, False),
    ],
)
def test_what_nobody_goes_on_with_is_given_up(workspace, status, fields, goes) -> None:
    import_ = make(workspace, status, **fields)
    erasing.forget_old()
    assert is_there(import_) is not goes
    import_.refresh_from_db()
    if goes:
        assert import_.status == ImportStatus.CANCELLED


def test_whoever_goes_on_at_this_moment_keeps_the_file(workspace, monkeypatch) -> None:
    import_ = make(workspace, "ready", created_at=ago(days=31))
    found = list(erasing._over(timezone.now()))
    Import.objects.update(status="planning")
    monkeypatch.setattr(erasing, "_over", lambda *_: found)
    erasing.forget_old()
    assert is_there(import_)


def test_folders_that_belong_to_no_import_are_deleted_after_a_day(workspace) -> None:
    mine, nobodys, young = old_key(days=2), old_key(days=3), old_key(hours=1)
    Import.objects.create(workspace=workspace, source=Source.CSV, public_id=mine)
    for name in (mine.hex, nobodys.hex, young.hex, "readme"):
        default_storage.save(f"imports/{name}/part-00000", ContentFile(b"x"))
    assert erasing.forget_orphans() == 1
    assert set(default_storage.listdir("imports")[0]) == {mine.hex, young.hex, "readme"}


def old_key(**time: int) -> uuid.UUID:
    """Return an id as it was made then."""
    at = int(ago(**time).timestamp() * 1000)
    return uuid.UUID(int=(at << 80) | (7 << 76) | (2 << 62))


def test_without_any_file_there_is_nothing_to_forget(db: None, ada: Teammate) -> None:
    assert erasing.forget_orphans() == 0
    assert erasing.forget_old() == 0
