"""What many use suggests nothing, once the team has said so."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.contacts import identities
from inbox.contacts.shared import NotShared, share, unshare
from inbox.contacts.suggesting.queue import look_for
from inbox.models import Contact, ContactDevice, MergeSuggestion, SharedHandle
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate
from inbox.people.models.audit import AuditFact
from tests.factories import make_contact, make_teammate, make_visitor, make_workspace
from tests.inbox.contacts.suggesting.test_suggestions import fresh, search

pytestmark = pytest.mark.django_db


def two_with(kind: str, value: str) -> tuple[Teammate, Contact, Contact]:
    """Return a teammate, and two nameless contacts who share something."""
    workspace = make_workspace()
    pair = [make_contact(workspace, name="") for _ in range(2)]
    for contact in pair:
        if kind == "device":
            ContactDevice.objects.create(workspace=workspace, contact=contact, device=value)
        else:
            identities.claim(contact, kind, value)
        look_for(contact)
    search()
    return make_teammate(workspace), pair[0], pair[1]


@pytest.mark.parametrize(
    ("kind", "value", "listed"),
    [
        ("email", "harbour.desk@acme.test", "harbour.desk@acme.test"),
        ("email", "harbour.desk@acme.test", "Harbour.Desk@"),
        ("device", "0198c7a2-3f5e-7a44-8d2b-1f6c9e0b7a53", "0198c7a2-3f5e-7a44-8d2b-1f6c9e0b7a53"),
    ],
)
def test_what_is_on_the_list_suggests_nothing_until_it_is_taken_off(kind: str, value: str, listed: str) -> None:
    ada, one, other = two_with(kind, value)
    assert MergeSuggestion.objects.count() == 1
    handle = share(ada, kind, listed, COMMAND_LINE)
    search()
    assert not MergeSuggestion.objects.exists()
    assert (fresh(one).suggestion_count, fresh(other).suggestion_count) == (0, 0)
    unshare(handle, ada, COMMAND_LINE)
    for contact in (one, other):
        look_for(contact)
    search()
    assert MergeSuggestion.objects.count() == 1
    assert list(AuditFact.objects.values_list("kind", flat=True)) == ["shared.added", "shared.removed"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "no address"),
        ("email", ""),
        ("phone", "call me"),
        ("device", "x"),
        ("post", "Street 1"),
        ("email", "a@" * 200),
    ],
)
def test_what_cannot_be_on_the_list_is_refused_with_what_to_do(kind: str, value: str) -> None:
    ada = make_teammate(make_workspace())
    with pytest.raises(NotShared):
        share(ada, kind, value, COMMAND_LINE)
    assert not SharedHandle.objects.exists()


def test_the_page_puts_on_the_list_and_takes_off_in_ones_own_workspace_alone(client: Client) -> None:
    ada, stranger = make_teammate(make_workspace(), role="agent"), make_teammate(make_workspace())
    client.force_login(ada.user)
    sent = {"kind": "email", "value": "harbour@"}
    assert client.post("/settings/shared/", sent).status_code == 302
    assert "harbour@" in client.get("/settings/shared/").content.decode()
    assert client.post("/settings/shared/", {"kind": "email", "value": "<b>"}).status_code == 422
    theirs = Client()
    theirs.force_login(stranger.user)
    assert "harbour@" not in theirs.get("/settings/shared/").content.decode()
    assert theirs.post("/settings/shared/remove/", sent).status_code == 404
    assert client.post("/settings/shared/remove/", sent).status_code == 302
    assert not SharedHandle.objects.exists()


def test_nobody_is_sent_elsewhere_after_it(client: Client) -> None:
    ada = make_teammate(make_workspace())
    visitor = make_visitor(ada.workspace, make_contact(ada.workspace))
    client.force_login(ada.user)
    for wanted, gone in (("/contacts/x/", "/contacts/x/"), ("//evil.test/contacts/", "/settings/shared/")):
        SharedHandle.objects.all().delete()
        sent = {"kind": "device", "value": str(visitor.device_id), "next": wanted}
        assert client.post("/settings/shared/", sent)["Location"] == gone
