"""An import is taken back as a whole, but for what somebody has touched since."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from imports import control, undoing
from imports.chunks import AccountRow, ContactRow
from imports.errors import ImportRefused
from imports.models import Batch, Change, Import, ImportStatus, SourceLink
from inbox.contacts.merging.joining import merge
from inbox.contacts.upsert import change_contact, create_contact
from inbox.models import Account, Contact, Identity
from inbox.people.audit import Actor
from inbox.people.models import Workspace
from tests.factories import make_conversation, make_teammate, make_workspace
from tests.imports.planned import make_import, work_all

pytestmark = pytest.mark.django_db

BY = Actor(via="command line")


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def rows_of(model: Any) -> list[Any]:
    return [
        {name: value for name, value in row.items() if name != "updated_at"}
        for row in model.objects.order_by("id").values()
    ]


def everything() -> dict[str, Any]:
    return {model.__name__: rows_of(model) for model in (Contact, Account, Identity)}


def undone(import_: Import) -> undoing.Undo:
    control.undo(import_, BY)
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.UNDONE and import_.undone_at is not None
    return undoing.preview(import_)


def test_all_is_as_it_was_row_by_row(workspace: Workspace) -> None:
    Account.objects.create(workspace=workspace, external_id="acme", name="Acme", plan="Basic", seats=3)
    create_contact(workspace, {"email": "ada@x.io", "name": "Ada", "attributes": {"size": 1, "kept": "x"}})
    create_contact(workspace, {"email": "bob@x.io", "name": "Bob", "account": "acme"})
    before = everything()
    import_ = make_import(
        workspace,
        [
            [
                ContactRow(2, "ada@x.io", "u1", "1", "Ada L.", "Europe/Berlin", "2026-01-01T00:00:00+00:00",
                           attributes={"size": 2, "new": [1]}),
                ContactRow(3, "bob@x.io", account_id="globex"),
                ContactRow(4, "new@x.io", "u4", name="New", account_id="acme"),
            ],
            [ContactRow(5, "more@x.io", name="More")],
        ],
        [
            AccountRow(2, "acme", None, {"plan": "Pro", "attributes": {"a": 1}, "renews_on": "2027-01-01"}),
            AccountRow(3, "globex", None, {"name": "Globex"}),
        ],
    )  # fmt: skip
    work_all()
    assert everything() != before
    assert undoing.preview(import_) == undoing.Undo(2, 2, 1, 1)
    assert undone(import_) == undoing.Undo(0, 0, 0, 0)
    assert everything() == before


def test_what_somebody_has_touched_since_stays_and_is_listed(workspace: Workspace) -> None:
    ada = make_teammate(workspace)
    create_contact(workspace, {"email": "old@x.io", "name": "Old", "phone": "1"})
    import_ = make_import(
        workspace,
        [
            [
                ContactRow(2, "talks@x.io", name="Talks", account_id="acme"),
                ContactRow(3, "renamed@x.io", name="Renamed"),
                ContactRow(4, "merged@x.io", name="Merged"),
                ContactRow(5, "left@x.io", name="Left"),
                ContactRow(6, "old@x.io", phone="2", name="New name", attributes={"a": 1, "b": 1}),
            ]
        ],
        [AccountRow(2, "acme", None, {"name": "Acme"})],
    )
    work_all()
    make_conversation(workspace, Contact.objects.get(name="Talks"))
    change_contact(Contact.objects.get(name="Renamed"), {"name": "Renamed since"})
    merge(Contact.objects.get(name="Merged"), into=create_contact(workspace, {"name": "Other"}), by=ada)
    change_contact(Contact.objects.get(email="old@x.io"), {"name": "By hand", "attributes": {"a": 2}})
    left = undone(import_)
    assert set(Contact.objects.values_list("name", flat=True)) == {
        "Talks", "Renamed since", "Merged", "Other", "By hand",
    }  # fmt: skip
    old = Contact.objects.get(email="old@x.io")
    assert (old.phone, old.attributes) == ("1", {"a": 2})
    assert not Identity.objects.filter(contact=old, value="2").exists()
    assert left == undoing.Undo(3, 1, 1, 0)
    assert Change.objects.get(contact=old).kept == ["name", "attributes.a"]
    made = Batch.objects.get(parent=import_, kind="2 contacts").made
    assert set(Contact.objects.filter(pk__in=made).values_list("name", flat=True)) == {
        "Talks", "Renamed since", "Merged",
    }  # fmt: skip


def test_what_was_cancelled_can_be_undone_and_a_dry_run_cannot(workspace: Workspace) -> None:
    import_ = make_import(workspace, [[ContactRow(2, "a@x.io")], [ContactRow(3, "b@x.io")]])
    from imports import batches

    batches.work()
    control.cancel(import_, BY)
    assert Contact.objects.count() == 1
    undone(import_)
    assert Contact.objects.count() == 0
    dry = make_import(workspace, [[ContactRow(2, "a@x.io")]], dry_run=True)
    work_all()
    with pytest.raises(ImportRefused, match="changed nothing"):
        control.undo(dry, BY)
    with pytest.raises(ImportRefused, match="once it has ended"):
        control.undo(import_, BY)


def test_what_was_before_and_is_gone_since_is_listed_and_the_rest_goes_back(workspace: Workspace) -> None:
    first = make_import(
        workspace, [[ContactRow(2, "ada@x.io", account_name="Acme")]], [AccountRow(2, None, "ACME", {"name": "Acme"})]
    )
    work_all()
    second = make_import(workspace, [[ContactRow(2, "ada@x.io", name="Ada", account_name="Globex")]])
    work_all()
    Account.objects.get(name="Acme").delete()
    assert undone(second) == undoing.Undo(0, 1, 0, 0)
    ada = Contact.objects.get()
    assert (ada.name, ada.account and ada.account.name) == ("", "Globex")
    assert Change.objects.get(parent=second).kept == ["account"]
    assert undone(first).contacts_made == 1


def renumbered(workspace: Workspace) -> Import:
    """Return a sync that changed a contact's user id, from u1 to u2."""
    create_contact(workspace, {"email": "ada@x.io", "external_id": "u1", "name": "Ada"})
    known = Contact.objects.get()
    make_import(workspace, [[ContactRow(2, "ada@x.io", "u1", source_id="i1")]])
    work_all()
    assert SourceLink.objects.get().contact == known
    second = make_import(workspace, [[ContactRow(2, "ada@x.io", "u2", source_id="i1")]])
    work_all()
    known.refresh_from_db()
    assert known.external_id == "u2"
    return second


def test_an_external_id_that_a_sync_changed_is_proved_again(workspace: Workspace) -> None:
    sync = renumbered(workspace)
    assert undone(sync) == undoing.Undo(0, 0, 0, 0)
    ada = Contact.objects.get()
    found = Identity.objects.filter(contact=ada, kind="external_id", verified_at__isnull=False)
    assert (ada.external_id, [one.value for one in found]) == ("u1", ["u1"])


def test_an_external_id_that_somebody_else_has_by_now_stays_theirs(workspace: Workspace) -> None:
    sync = renumbered(workspace)
    create_contact(workspace, {"external_id": "u1"})
    assert undone(sync).contacts_changed == 1
    assert Change.objects.get(parent=sync).kept == ["external_id"]
    assert Contact.objects.get(email="ada@x.io").external_id == "u2"
    assert Identity.objects.get(value="u1", verified_at__isnull=False).contact.email == ""


def test_an_undo_that_cannot_ends_all_the_same_and_says_what_stays(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "ada@x.io", "name": "Ada"})
    broken = make_import(workspace, [[ContactRow(2, "bob@x.io")], [ContactRow(3, "ada@x.io", attributes={"size": 2})]])
    work_all()
    Change.objects.update(before={"attributes": ["no", "mapping"]})
    control.undo(broken, BY)
    for _ in range(undoing.MOST_FAILURES):
        work_all()
        Import.objects.update(due_at=timezone.now())
    work_all()
    broken.refresh_from_db()
    assert broken.status == ImportStatus.UNDONE
    assert Change.objects.get().kept == ["could not be put back"]
    assert not Contact.objects.filter(email="bob@x.io").exists()


def test_what_cannot_be_undone_keeps_nobody_elses_import_waiting(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "ada@x.io", "name": "Ada"})
    broken = make_import(workspace, [[ContactRow(2, "ada@x.io", name="Ada L.", attributes={"size": 2})]])
    work_all()
    before = Change.objects.get().before
    Change.objects.update(before={**before, "attributes": ["no", "mapping"]})
    control.undo(broken, BY)
    other = make_import(workspace, [[ContactRow(2, "bob@x.io")]])
    control.pause(other, BY)
    assert work_all() == 1
    control.resume(other, BY)
    work_all()
    other.refresh_from_db()
    assert other.status == ImportStatus.FINISHED
    assert undoing.drain() == 0
    Change.objects.update(before=before)
    Import.objects.filter(pk=broken.pk).update(due_at=timezone.now())  # a minute later
    work_all()
    broken.refresh_from_db()
    assert broken.status == ImportStatus.UNDONE
    assert Contact.objects.get(email="ada@x.io").name == "Ada"
