"""A sync from its first call to its end: what there is then, whatever happened, and what the next one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from imports import batches, control
from imports.intercom import gathering
from imports.intercom.beginning import begin
from imports.models import Batch, Import, ImportStatus, SourceLink
from inbox.contacts.upsert import create_contact
from inbox.models import Account, Contact, Identity
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from notifications.models import Event
from tests.factories import make_workspace
from tests.imports.intercom.people import (
    DAY,
    NOON,
    by_id,
    company,
    contact,
    employed,
    fill,
    lead,
    start,
    sync,
    tagged,
    work_all,
)
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Fault, Intercom, errors

pytestmark = pytest.mark.django_db(transaction=True)


def state(workspace: Workspace) -> list[Any]:
    """Return all that imports write, without keys and times of their own."""
    people = Contact.objects.filter(workspace=workspace).order_by("email", "external_id")
    shown = ("external_id", "email", "phone", "name", "attributes", "account__external_id", "signed_up_at",
             "last_seen_at")  # fmt: skip
    known = Identity.objects.filter(workspace=workspace).order_by("kind", "value", "contact__external_id")
    return [
        list(people.values_list(*shown)),
        [(*one[:3], one[3] is None) for one in known.values_list("kind", "value", "contact__email", "verified_at")],
        list(Account.objects.filter(workspace=workspace).order_by("external_id").values_list(
            "external_id", "name", "plan", "domain", "attributes")),
        list(SourceLink.objects.filter(workspace=workspace).order_by("source_id").values_list(
            "source_id", "contact__email", "changed_at")),
    ]  # fmt: skip


def test_what_intercom_holds_is_here_afterwards(there: Intercom, workspace: Workspace) -> None:
    fill(there, 1000)
    import_ = sync(workspace)
    assert import_.status == ImportStatus.FINISHED, import_.error
    outcomes = (import_.total, import_.created, import_.updated, import_.unchanged, import_.refused)
    assert outcomes == (1000, 1000, 0, 0, 0)
    assert import_.others["accounts"]["created"] == 70
    person = Contact.objects.get(workspace=workspace, external_id="u6")
    assert person.account.external_id == "acme-6" and person.account.plan == "Pro"
    assert person.attributes == {"country": "Portugal", "city": "Lisbon", "tags": ["VIP", "Beta"]}
    guest = Contact.objects.get(workspace=workspace, email="p3@example.test")
    assert guest.external_id is None
    assert not guest.identities.filter(verified_at__isnull=False).exists()
    assert Event.objects.filter(workspace=workspace, kind="import.finished").count() == 1


def test_it_ends_the_same_with_faults_at_every_kind_of_call(
    there: Intercom, workspace: Workspace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(gathering, "ROWS", 300)
    fill(there, 1000, companies=130)
    sync(workspace)
    other = make_workspace()
    set_connection(other, "intercom", {"access_token": stand_in.TOKEN}, by=COMMAND_LINE)
    there.faults["GET me"] = [Fault(503)]
    there.faults["GET tags"] = [Fault(cut=True)]
    there.faults["POST companies/list"] = [None, Fault(drop=True), errors(400, "parameter_invalid")]
    there.faults["GET contacts"] = [None, Fault(500), Fault(cut=True), None, None, errors(404, "not_found"), None]
    import_ = sync(other)
    assert import_.status == ImportStatus.FINISHED
    assert import_.progress["restarts"] == {"companies": 1, "contacts": 1}
    assert state(other) == state(workspace)


def test_the_next_sync_brings_what_changed_and_asks_for_no_more(there: Intercom, workspace: Workspace) -> None:
    fill(there, 1000)
    first = sync(workspace)
    before = state(workspace)
    there.calls.clear()
    again = sync(workspace)
    assert (again.total, again.status) == (0, ImportStatus.FINISHED)
    assert again.others.get("accounts", {}).get("updated", 0) == 0
    # All changed within the two days that a search by day may leave out: they are read, and nothing is written.
    assert there.calls == {"GET me": 1, "POST companies/list": 2, "POST contacts/search": 7}
    assert state(workspace) == before

    for body in there.contacts.values():
        body["updated_at"] -= 5 * DAY
    there.contacts["c00004"] |= {"name": "Ada", "updated_at": NOON + DAY}
    there.contacts["c09999"] = employed(contact(9999, updated_at=NOON + DAY), "k09999")
    there.companies["k09999"] = company(9999, updated_at=NOON - 9 * DAY)  # old, and never seen: it had no users
    there.companies["k00001"] |= {"name": "Renamed", "updated_at": NOON + DAY}
    there.calls.clear()
    third = sync(workspace)
    assert (third.total, third.created, third.updated) == (2, 1, 1)
    assert there.calls["POST contacts/search"] == 1 and "GET contacts" not in there.calls
    assert Contact.objects.get(workspace=workspace, external_id="u4").name == "Ada"
    assert Contact.objects.get(workspace=workspace, external_id="u9999").account.name == "Company 9999"
    assert Account.objects.get(workspace=workspace, external_id="acme-1").name == "Renamed"
    assert third.others["accounts"] == {"created": 1, "updated": 1, "unchanged": 0, "refused": 0} | {
        "unchanged": third.others["accounts"]["unchanged"]
    }
    assert first.progress["newest"] == NOON + 999 and third.progress["newest"] == NOON + DAY


def test_a_full_sync_reads_everything_again_and_writes_nothing_twice(there: Intercom, workspace: Workspace) -> None:
    fill(there, 300)
    sync(workspace)
    before = state(workspace)
    there.calls.clear()
    again = sync(workspace, full=True)
    assert (again.total, again.unchanged) == (300, 300)
    assert there.calls["GET contacts"] == 2 and state(workspace) == before


def test_who_changed_without_another_second_passing_is_brought_the_next_time(
    there: Intercom, workspace: Workspace
) -> None:
    now = int(timezone.now().timestamp())
    there.contacts = by_id(contact(1, updated_at=now))
    sync(workspace)
    there.contacts["c00001"]["name"] = "Anew"  # within the same second
    assert sync(workspace).updated == 1
    assert Contact.objects.get(workspace=workspace, external_id="u1").name == "Anew"


def test_a_tag_that_was_taken_away_is_taken_away_here(there: Intercom, workspace: Workspace) -> None:
    there.tags = {"t1": "VIP"}
    there.contacts = by_id(tagged(contact(1), "t1"), contact(2))
    sync(workspace)
    there.contacts = by_id(*(contact(number, updated_at=NOON + DAY) for number in (1, 2)))
    sync(workspace)
    assert Contact.objects.get(workspace=workspace, external_id="u1").attributes["tags"] == []


def test_who_is_known_here_already_is_that_contact_and_a_lead_is_nobody_else(
    there: Intercom, workspace: Workspace
) -> None:
    known = create_contact(workspace, {"email": "p1@example.test", "name": "Before"})
    other = create_contact(workspace, {"email": "p2@example.test", "name": "Other"})
    there.contacts = by_id(contact(1, external_id=None), lead(2))
    import_ = sync(workspace)
    assert (import_.created, import_.updated) == (1, 1)
    known.refresh_from_db()
    assert known.name == "Person 1"
    other.refresh_from_db()
    assert other.name == "Other" and Contact.objects.filter(workspace=workspace).count() == 3
    there.contacts["c00002"] |= {"role": "user", "external_id": "u2", "email": "new@x.io", "updated_at": NOON + DAY}
    sync(workspace)
    converted = Contact.objects.get(workspace=workspace, external_id="u2")
    assert converted.identities.get(value="new@x.io").verified_at is not None
    assert Contact.objects.filter(workspace=workspace).count() == 3


@pytest.mark.parametrize("last", [0, 1])
def test_two_people_with_one_email_stay_two_in_whatever_order_their_batches_run(
    there: Intercom, workspace: Workspace, monkeypatch: Any, last: int
) -> None:
    monkeypatch.setattr(gathering, "ROWS", 1)
    there.contacts = by_id(contact(1, email="a@x.io", external_id=None), contact(2, email="a@x.io", external_id=None))
    import_ = start(workspace)
    assert batches.plan()
    held = Batch.objects.filter(pk=Batch.objects.filter(parent=import_).order_by("number")[last].pk)
    held.update(leased_until=timezone.now() + timedelta(hours=1))
    work_all()
    held.update(leased_until=None)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created) == (ImportStatus.FINISHED, 2)
    proved = Identity.objects.get(workspace=workspace, value="a@x.io", verified_at__isnull=False)
    assert proved.contact.name == "Person 1"


def test_after_an_undo_everything_is_brought_again(there: Intercom, workspace: Workspace) -> None:
    fill(there, 100)
    first = sync(workspace)
    there.contacts["c90000"] = contact(90000)
    assert sync(workspace).created == 1  # it finished, and is not undone
    control.undo(first, COMMAND_LINE)
    work_all()
    assert Contact.objects.get(workspace=workspace).external_id == "u90000"
    again = sync(workspace)
    assert (again.created, again.unchanged) == (100, 1)
    there.calls.clear()
    assert sync(workspace).total == 0 and "GET contacts" not in there.calls


def test_a_trial_says_what_would_be_and_the_same_batches_then_do_it(there: Intercom, workspace: Workspace) -> None:
    fill(there, 300)
    import_ = begin(workspace, COMMAND_LINE, {}, dry_run=True)
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.created) == (ImportStatus.FINISHED, 300)
    assert not Contact.objects.filter(workspace=workspace).exists()
    calls = dict(there.calls)
    control.start(import_, COMMAND_LINE)
    work_all()
    import_.refresh_from_db()
    assert import_.created == Contact.objects.filter(workspace=workspace).count() == 300
    assert there.calls == calls


def test_another_intercom_workspace_is_read_from_its_beginning(there: Intercom, workspace: Workspace) -> None:
    fill(there, 100)
    sync(workspace)
    there.app["id_code"] = "app2"
    there.contacts = by_id(contact(5000, updated_at=NOON - 300 * DAY))
    assert sync(workspace).created == 1


def test_a_token_that_was_revoked_fails_the_import_in_words(there: Intercom, workspace: Workspace) -> None:
    fill(there, 400)
    there.faults["GET contacts"] = [None, errors(401, "token_revoked")]
    import_ = sync(workspace)
    assert import_.status == ImportStatus.FAILED
    assert import_.error.startswith("The access token was revoked.")
    assert not Contact.objects.filter(workspace=workspace).exists()
    assert Event.objects.filter(workspace=workspace, kind="import.failed").count() == 1
    # What it had read is not there: the next one begins from the start.
    assert sync(workspace).created == 400


def test_many_waits_do_not_end_it(there: Intercom, workspace: Workspace) -> None:
    fill(there, 600, companies=0)
    there.window, there.window_seconds = 1, 30
    import_ = start(workspace)
    for _ in range(60):
        there.resets_at = 0
        Import.objects.filter(pk=import_.pk).update(due_at=timezone.now())
        work_all()
        import_.refresh_from_db()
        if import_.status != ImportStatus.PLANNING:
            break
        there.window = 3
    assert (import_.status, import_.created) == (ImportStatus.FINISHED, 600)
