"""What names a person beside their own rows is found, and what only looks like it is left alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.db.models import Model
from django.utils import timezone

from bell.models import Ring
from imports.models import Batch, Change, Import, RememberedMapping, SourceLink
from inbox.contacts.erasing import erase
from inbox.contacts.merging import merge, undo
from inbox.incoming import event_named, take_in
from inbox.mailing import addresses
from inbox.models import (
    Account,
    IdempotencyKey,
    IncomingMail,
    Merge,
    MergeSuggestion,
    Message,
    Segment,
    SharedHandle,
)
from inbox.people.audit import record
from inbox.people.models import ApiToken, AuditFact, Teammate, Workspace
from notifications.models import BouncedAddress, Destination, Event, EventKey, Notice, Rule
from tests.factories import make_contact, make_conversation, make_delivery
from tests.inbox.contacts.erasing.dump import Traces, tables, text_of
from tests.inbox.contacts.erasing.people import (
    EMAIL,
    ID,
    NAME,
    PHONE,
    SECOND_NAME,
    TRACES,
    Woman,
    actor,
    shares_an_address,
)

NEAR = f"mary-{EMAIL} {EMAIL}.au x{ID} {ID}9"


def left() -> list[str]:
    """Return where any of the person's words stands."""
    words = Traces(TRACES)
    return [hit for table, row in text_of(tables()) for hit in words.found_in(table, row)]


def make_elsewhere(workspace: Workspace, woman: Woman, ada: Teammate) -> list[Model]:
    """Write the person into everything that is not theirs."""
    contact = make_contact(workspace)
    event = Event.objects.get(conversation=make_conversation(workspace).public_id, kind="message.received")
    rule = Rule.objects.create(
        workspace=workspace, name=f"VIP {EMAIL}", transport="log", address="all", condition=f'contact == "{NAME}"'
    )
    ApiToken.issue(ada, "test")
    key = ApiToken.objects.get(workspace=workspace)
    answer = f'{{"id": "{woman.root.public_id}", "name": "{NAME}"}}'
    named: dict[str, Any] = {"workspace": workspace, "token": key, "request_hash": "0" * 64, "status": 201}
    take_in(workspace, event_named("contact.signup_failed", {"email": EMAIL}), contact={"email": "x@y.example"})
    take_in(workspace, event_named("contact.deleted", {}), contact={"email": "x@y.example", "name": NAME})
    return [
        contact,
        make_delivery(event, rule, reason=f"route VIP {EMAIL}: x", error=f"“{EMAIL}” is not known"),
        Account.objects.create(workspace=workspace, external_id="a", attributes={"who": [f"<{EMAIL}>"], EMAIL: 1}),
        IdempotencyKey.objects.create(key="a", body=answer, **named),
        IdempotencyKey.objects.create(key=f"make:{EMAIL}", body="{}", **named),
        IncomingMail.objects.create(workspace=workspace, message_id="1", sender=EMAIL.upper(), recipient="x"),
        IncomingMail.objects.create(
            workspace=workspace, message_id="2", sender=ada.email, raw=f"{NAME} wrote",
            recipient=addresses.address_for(ada, woman.conversation.public_id),
        ),
        Segment.objects.create(workspace=workspace, of="contact", name="Hers", query=f"f=email%3Ais%3A{quote(EMAIL)}"),
        SharedHandle.objects.create(workspace=workspace, kind="phone", value=PHONE),
        BouncedAddress.objects.create(address=EMAIL, reason=f"{EMAIL} is full", bounced_at=timezone.now()),
        EventKey.objects.create(workspace=workspace, key=f"signup:{EMAIL}", event=woman.root.public_id),
        Destination.objects.create(
            workspace=workspace, transport="webhook", address="https://x.example", next_at=timezone.now(),
            error=f"The address answered 400: no {EMAIL}",
        ),
        Ring.objects.create(workspace=workspace, pattern=[1], reason=f"{EMAIL} paid"),
    ]  # fmt: skip


def import_them(workspace: Workspace, woman: Woman) -> None:
    """Write the person into all that imports keep."""
    import_ = Import.objects.create(
        workspace=workspace, source="csv", status="finished", name=f"{EMAIL}.csv", error=f"“{EMAIL}” is no day",
        columns=["Email", EMAIL], mapping=["email", f"attributes.{EMAIL}"], options={"proposed": ["", NAME]},
    )  # fmt: skip
    batch = Batch.objects.create(
        workspace=workspace, parent=import_, number=0, kind="2 contacts", status="done", rows=1, refused=1,
        refusals=[[2, "date_invalid", f"“{NAME}” is no day"]], error=EMAIL,
        verdicts={"refusals": [[2, "date_invalid", f"“{PHONE}” is no day"]]},
    )  # fmt: skip
    account = Account.objects.create(workspace=workspace, external_id="imported")
    of: dict[str, Any] = {"workspace": workspace, "parent": import_, "batch": batch}
    images: dict[str, Any] = {"before": {"name": NAME}, "after": {"name": SECOND_NAME}}
    Change.objects.create(contact=woman.root, **of, **images)
    Change.objects.create(contact=woman.second, **of, **images)
    Change.objects.create(account=woman.account, **of, **images)
    billed = {"domain": "a", "attributes": {"who": EMAIL}}
    Change.objects.create(account=account, **of, before=billed, after={"domain": "b", "attributes": {}})
    link: dict[str, Any] = {"workspace": workspace, "source": "intercom"}
    SourceLink.objects.create(kind="contact", source_id=f"c-{ID}", contact=woman.second, **link)
    SourceLink.objects.create(kind="conversation", source_id=f"t-{ID}", conversation=woman.conversation, **link)
    RememberedMapping.objects.create(
        workspace=workspace, headings="0" * 64, mapping=[f"attributes.{EMAIL}"], key="email", existing="update"
    )


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    """Answers to letters are taken."""
    settings.INBOUND_EMAIL_DOMAIN = "in.shop.test"


def test_every_place_is_looked_through(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    make_elsewhere(workspace, woman, ada)
    import_them(workspace, woman)
    record("note.made", workspace=workspace, by=actor(ada), subject=EMAIL, who=str(woman.second.public_id))
    Workspace.objects.filter(pk=workspace.pk).update(widget_seen_url=f"https://shop.example/{quote(EMAIL, safe='')}")
    erase(woman.root, by=actor(ada))
    assert left() == []
    assert Rule.objects.get(name="VIP erased").condition == 'contact == "erased"'
    assert Account.objects.get(external_id="a").attributes == {"who": [""]}
    images = {change.account.external_id: change.before for change in Change.objects.select_related("account")}
    assert images == {"feather": {}, "imported": {"domain": "a"}}
    assert Import.objects.get().columns == ["Email", "erased"]
    assert Batch.objects.get().refusals == [[2, "date_invalid", "“erased” is no day"]]
    assert not SourceLink.objects.exists()
    fact = AuditFact.objects.get(kind="note.made")
    assert (fact.subject, fact.data, fact.actor) == ("", {"erased": True}, ada)


def test_what_only_looks_like_them_stays(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    account = Account.objects.create(workspace=workspace, external_id="near", attributes={"who": NEAR})
    rule = Rule.objects.create(workspace=workspace, name="Near", transport="log", address="x", condition=f'"{NEAR}"')
    take_in(workspace, event_named("contact.signup_failed", {"email": f"mary-{EMAIL}", "reason": NEAR}))
    erase(woman.root, by=actor(ada))
    for row in (account, rule):
        row.refresh_from_db()
    assert account.attributes == {"who": NEAR}
    assert rule.condition == f'"{NEAR}"'
    assert Event.objects.get(kind="contact.signup_failed").body == NEAR


def test_what_others_say_of_them_is_theirs(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    conversation = make_conversation(workspace, text=f"My colleague {NAME}, {EMAIL}, said so")
    before = list(Message.objects.filter(conversation=conversation).values())
    erase(woman.root, by=actor(ada))
    assert list(Message.objects.filter(conversation=conversation).values()) == before


def test_a_parted_merge_names_them_nowhere(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    conversation = make_conversation(workspace)
    undo(Merge.objects.get(loser=woman.second), by=ada, conversation=conversation)
    other = conversation.contact
    merged, _ = merge(woman.second, into=other, by=ada, reason="Hm", conversation=conversation)
    undo(merged, by=ada, conversation=conversation)
    erase(woman.second, by=actor(ada))
    text = str([row for table, row in text_of(tables()) if table != "inbox_contact"])
    assert woman.second.name not in text
    assert [m.data.get("other") for m in Message.objects.filter(action="merged", conversation=conversation)] == [
        "somebody who was erased"
    ]
    assert Event.objects.filter(title="Contact merged (erased)").exists()


def test_who_they_might_have_been_is_counted_anew(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    other = make_contact(workspace, suggestion_count=1)
    MergeSuggestion.objects.create(
        workspace=workspace, contact=other, candidate=woman.root, score=0.9, reasons=[{"words": f"Both gave {EMAIL}"}]
    )
    erase(woman.root, by=actor(ada))
    other.refresh_from_db()
    assert other.suggestion_count == 0
    assert left() == []


def test_what_is_shared_with_somebody_who_stays_is_kept(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    SharedHandle.objects.create(workspace=workspace, kind="email", value=EMAIL)
    other = make_contact(workspace)
    shares_an_address(other, EMAIL)
    erase(woman.root, by=actor(ada))
    assert SharedHandle.objects.filter(value=EMAIL).exists()
    assert other.identities.filter(value=EMAIL).exists()


def test_notices_of_them_are_gone_from_the_desks(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    Notice.objects.create(
        workspace=workspace, teammate=ada, delivery=woman.root.public_id, title=NAME,
        conversation=woman.conversation.public_id,
    )  # fmt: skip
    erase(woman.root, by=actor(ada))
    assert not Notice.objects.exists()
