"""Tags that were left out by one sync come with the next one that wants them."""

from __future__ import annotations

from typing import Any

import pytest

from imports.models import ImportStatus
from inbox.models import Contact
from inbox.people.models import Workspace
from tests.imports.intercom.people import DAY, NOON, by_id, contact, sync, tagged
from tests.stand_ins.intercom import Intercom

pytestmark = pytest.mark.django_db(transaction=True)


def tags_of(workspace: Workspace) -> dict[str, Any]:
    people = Contact.objects.filter(workspace=workspace).values_list("external_id", "attributes__tags")
    return {str(name): tags for name, tags in people}


def test_tags_that_are_switched_on_later_come_with_contacts_that_did_not_change(
    there: Intercom, workspace: Workspace
) -> None:
    there.tags = {"t1": "VIP"}
    there.contacts = by_id(tagged(contact(1), "t1"), contact(2))
    sync(workspace, tags=False)
    assert tags_of(workspace) == {"u1": None, "u2": None}
    with_tags = sync(workspace, tags=True)
    assert (with_tags.status, with_tags.progress["since"]) == (ImportStatus.FINISHED, None)
    assert tags_of(workspace) == {"u1": ["VIP"], "u2": None}
    there.calls.clear()
    assert sync(workspace, tags=True).total == 0
    assert "GET contacts" not in there.calls


def test_a_sync_without_tags_between_two_with_them_takes_none_away_and_hides_none(
    there: Intercom, workspace: Workspace
) -> None:
    there.tags = {"t1": "VIP", "t2": "Beta"}
    there.contacts = by_id(*(tagged(contact(number), "t1") for number in (1, 2)))
    sync(workspace)
    there.contacts["c00002"] = tagged(contact(2, updated_at=NOON + 5 * DAY), "t1", "t2")
    without = sync(workspace, tags=False)
    assert without.progress["newest"] == NOON + 5 * DAY
    assert tags_of(workspace) == {"u1": ["VIP"], "u2": ["VIP"]}
    there.calls.clear()
    again = sync(workspace)
    assert tags_of(workspace) == {"u1": ["VIP"], "u2": ["VIP", "Beta"]}
    assert (again.total, "GET contacts" in there.calls) == (1, False), "only who has changed since the first"


def test_a_sync_without_tags_goes_on_from_whichever_was_before(there: Intercom, workspace: Workspace) -> None:
    there.contacts = by_id(contact(1))
    sync(workspace)
    sync(workspace, tags=False)
    there.calls.clear()
    assert sync(workspace, tags=False).total == 0
    assert "GET contacts" not in there.calls
