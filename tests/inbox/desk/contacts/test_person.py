"""A profile: all of one person, and no more of it than the teammate may see."""

from __future__ import annotations

import re
import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.contacts import identities
from inbox.conversations import actions
from inbox.models import Account, Contact, Conversation, Identity, PersonNote
from notifications.automations import leaving
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.money import PaymentFailed
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_visitor, make_workspace
from tests.inbox.desk.contacts.conftest import define, page, person


def test_it_shows_what_all_of_a_persons_contacts_are_known_by_said_and_did(workspace, agent, signed_in) -> None:
    root, attached = person(workspace)
    identities.verify(root, "email", "ann@acme.test")
    identities.claim(attached, "email", "ann@acme.test")
    identities.claim(attached, "phone", "+4930123")
    make_visitor(workspace, attached, user_agent="Mozilla/5.0 (X11; Linux) Firefox/131.0", page_title="Pricing here")
    make_conversation(workspace, root, "From the desk")
    make_conversation(workspace, attached, "From the phone")
    track(PaymentFailed(amount_minor=1, currency="EUR", invoice="in_7"), workspace=workspace,
          contact=Who(str(attached.public_id), attached.name))  # fmt: skip
    PersonNote.objects.create(workspace=workspace, contact=attached, teammate=agent, text="Likes tea")
    html = page(signed_in(agent), root)
    for words in ("From the desk", "From the phone", "Pricing here", "Likes tea", "+4930123", "Ann’s phone", "Firefox"):
        assert words in html
    assert re.search(r"could not pay|payment", html, re.IGNORECASE)
    known = re.findall(r"<bdi title=\"(.*?)\">.*?class=\"tag( ok)?\"", html, re.DOTALL)
    assert known[:2] == [("ann@acme.test", " ok"), ("+4930123", "")]


def test_a_merged_contact_leads_to_its_root_and_others_do_not_exist(workspace, agent, signed_in) -> None:
    root, attached = person(workspace)
    client = signed_in(agent)
    answer = client.get(f"/contacts/{attached.public_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{root.public_id}/")
    elsewhere = make_contact(make_workspace())
    for contact in (elsewhere.public_id, uuid.uuid4()):
        for tail in ("", "conversations/", "events/", "notes/"):
            assert client.get(f"/contacts/{contact}/{tail}").status_code == 404
        for tail in ("fields/", "attributes/", "verified/", "notes/"):
            assert client.post(f"/contacts/{contact}/{tail}", {"field": "name", "value": "x"}).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.name != "x"


def test_what_a_private_team_talks_about_is_not_there_for_others(workspace, agent, owner, signed_in) -> None:
    inside = make_teammate(workspace, "cem")
    team = make_team(workspace, "quiet", members=(inside,), is_private=True)
    conversation = make_conversation(workspace, make_contact(workspace), "Between ourselves")
    actions.move(conversation, team, by=owner)
    actions.note(Conversation.objects.get(pk=conversation.pk), inside, "Whispered, @ada")
    contact = conversation.contact
    for mate, sees in ((agent, False), (inside, True), (owner, True)):
        html = page(signed_in(mate), contact)
        more = "".join(
            signed_in(mate).get(f"/contacts/{contact.public_id}/{tail}/").content.decode()
            for tail in ("conversations", "events")
        )
        assert ("Between ourselves" in html) is sees
        assert ("Between ourselves" in more) is sees
        assert ("Whispered" in html + more) is sees
        assert (re.search(rf"#{conversation.number}\b", html + more) is not None) is sees


def test_what_people_with_power_did_is_for_those_who_may_read_it(workspace, agent, owner, signed_in) -> None:
    contact = make_contact(workspace)
    from notifications.models import Event

    track(PaymentFailed(amount_minor=1, currency="EUR", invoice="in_1"), workspace=workspace,
          contact=Who(str(contact.public_id), contact.name))  # fmt: skip
    Event.objects.filter(workspace=workspace).update(topic="audit", title="Somebody with power")
    assert "Somebody with power" in page(signed_in(owner), contact)
    assert "Somebody with power" not in page(signed_in(agent), contact)


def test_it_asks_as_much_for_a_long_history_as_for_a_short_one(workspace, agent, signed_in) -> None:
    root, attached = person(workspace)
    client = signed_in(agent)

    def fill(count: int) -> int:
        for n in range(count):
            contact = (root, attached)[n % 2]
            make_conversation(workspace, contact, f"Talk {n}")
            PersonNote.objects.create(workspace=workspace, contact=contact, teammate=agent, text="x")
            identities.claim(contact, "email", f"{uuid.uuid4()}@acme.test")
            Contact.objects.filter(pk=make_contact(workspace).pk).update(root=root)
        page(client, root)
        with CaptureQueriesContext(connection) as asked:
            page(client, root)
        return len(asked)

    few = fill(2)
    assert fill(25) == few
    assert few < 25


def test_conversations_notes_and_events_are_read_page_by_page(workspace, agent, signed_in) -> None:
    contact = make_contact(workspace)
    for n in range(23):
        make_conversation(workspace, contact, f"Talk number {n:02}")
        PersonNote.objects.create(workspace=workspace, contact=contact, teammate=agent, text=f"Note number {n:02}")
    client = signed_in(agent)
    for tail, pattern in (
        ("conversations", r"Talk number (\d\d)</span>"),
        ("notes", r"note-text[^>]*>Note number (\d\d)"),
    ):
        address, seen = f"/contacts/{contact.public_id}/{tail}/", []
        while address:
            html = client.get(address).content.decode()
            seen += re.findall(pattern, html)
            more = re.search(r'hx-get="([^"]+)"', html)
            address = more[1].replace("&amp;", "&") if more else ""
        assert seen == [f"{n:02}" for n in reversed(range(23))]
    assert client.get(f"/contacts/{contact.public_id}/conversations/?before=made-up").status_code == 400


def test_an_address_that_is_none_is_no_link(workspace, viewer, signed_in) -> None:
    define(workspace, "site", "url")
    html = page(signed_in(viewer), make_contact(workspace, attributes={"site": "javascript:alert(1)"}))
    assert 'href="javascript' not in html
    html = page(signed_in(viewer), make_contact(workspace, attributes={"site": "https://example.com/"}))
    assert '<a href="https://example.com/" rel="noopener noreferrer nofollow"' in html


def test_whatever_a_customer_says_is_text(workspace, agent, signed_in) -> None:
    script = "<script>alert(1)</script>"
    define(workspace, "size", "number")
    account = Account.objects.create(workspace=workspace, name=script, external_id=f"{script}/", plan=script)
    contact = make_contact(workspace, name=script, email=script, phone=script, account=account, timezone=script,
                           attributes={script: script, "size": script, "deep": {script: [script]}})  # fmt: skip
    identities.claim(contact, "email", script)
    make_visitor(workspace, contact, page_url=f"javascript:{script}", page_title=script, language=script[:30])
    PersonNote.objects.create(workspace=workspace, contact=contact, teammate=agent, text=script)
    make_conversation(workspace, contact, script)
    html = page(signed_in(agent), contact)
    assert script not in html
    assert 'href="javascript' not in html


def test_a_viewer_reads_and_changes_nothing(workspace, viewer, agent, signed_in) -> None:
    contact = make_contact(workspace, name="Ann")
    identities.claim(contact, "email", "ann@acme.test")
    note = PersonNote.objects.create(workspace=workspace, contact=contact, teammate=agent, text="Likes tea")
    client = signed_in(viewer)
    html = page(client, contact)
    assert "Likes tea" in html
    assert "<form" not in html.partition("<main")[2]
    at = f"/contacts/{contact.public_id}"
    for tail, fields in (
        ("fields/", {"field": "name", "value": "x"}), ("attributes/", {"key": "a", "value": "b"}),
        ("verified/", {"kind": "email", "identity": "ann@acme.test"}), ("notes/", {"text": "x"}),
        (f"notes/{note.public_id}/", {"text": "x"}), (f"notes/{note.public_id}/delete/", {}),
    ):  # fmt: skip
        assert client.post(f"{at}/{tail}", fields).status_code == 403
    contact.refresh_from_db()
    assert (contact.name, contact.attributes) == ("Ann", {})
    assert PersonNote.objects.get().text == "Likes tea"
    assert not Identity.objects.filter(verified_at__isnull=False).exists()


def test_it_says_that_a_person_unsubscribed_by_whichever_of_their_addresses(workspace, agent, signed_in) -> None:
    contact = make_contact(workspace, name="Ann", email="ann@acme.test")
    identities.claim(contact, "email", "ann@home.test")
    client = signed_in(agent)
    assert "They unsubscribed" not in page(client, contact)
    leaving.leave_all(workspace, ["Ann@Home.test"])
    assert "They unsubscribed" in page(client, contact)
