"""A person who leaves a trace everywhere, and another one beside them, in one workspace."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from inbox.contacts import identities, person_notes
from inbox.contacts.merging import merge
from inbox.contacts.upsert import create_contact
from inbox.conversations import actions
from inbox.models import Account, Contact, Conversation, Identity, SharedHandle, Visitor
from inbox.people.audit import Actor
from inbox.people.models import Teammate, Workspace
from inbox.people.secrets import new_token, token_hash

# What is looked for afterwards: nothing of ours is written like this.
NAME, EMAIL, PHONE, ID = "Zephyrine Quillfeather", "zephyrine.quill@feather.example", "+49 30 5550147", "quill-88412"
SECOND_NAME, SECOND_EMAIL = "Zeph Q. Featherby", "zq@featherby.example"
WORDS = ("Vexatious marmalade", "Unspeakable gherkin", "Wobbling harpsichord", "Perfidious teaspoon")
TRACES = (
    "zephyrine", "quillfeather", "zephyrine.quill@", "5550147", "quill-88412", "featherby", "zq@feather", "marmalade",
    "gherkin", "harpsichord", "teaspoon", "zucchini",
)  # fmt: skip


@dataclass
class Woman:
    """Who is erased: a root, and a contact that was merged into it."""

    root: Contact
    second: Contact
    visitor: Visitor
    token: str
    conversation: Conversation
    account: Account


def actor(teammate: Teammate) -> Actor:
    """Return who erases."""
    return Actor(teammate, via="desk")


def make_woman(workspace: Workspace, ada: Teammate, bea: Teammate) -> Woman:
    """Return somebody who chats, is written notes about, and was merged."""
    root = create_contact(
        workspace,
        {
            "name": NAME, "email": EMAIL, "phone": PHONE, "external_id": ID, "account": "feather",
            "attributes": {"diet": "zucchini", "plan": "pro"}, "timezone": "Europe/Berlin",
        },
    )  # fmt: skip
    account = Account.objects.get(workspace=workspace, external_id="feather")
    account.owner, account.attributes = root, {"billing": EMAIL, "size": 3}
    account.save()
    token = new_token("fv")
    visitor = Visitor.objects.create(
        workspace=workspace, token_hash=token_hash(token), verified_at=timezone.now(), contact=root,
        page_url=f"https://shop.example/?who={EMAIL}", page_title=NAME,
    )  # fmt: skip
    conversation, _ = actions.start(root, WORDS[0], visitor=visitor)
    second = Contact.objects.create(workspace=workspace, name=SECOND_NAME, email=SECOND_EMAIL)
    identities.claim(second, "email", SECOND_EMAIL)
    other, _ = actions.start(second, WORDS[1])
    actions.note(conversation, ada, f"@{bea.handle} please look: {WORDS[2]}")
    actions.reply(conversation, ada, f"Dear {NAME}, no.")
    actions.assign(other, bea, by=ada)
    merge(second, into=root, by=ada, reason=f"Both are {NAME}", conversation=conversation)
    person_notes.write_note(root, ada, f"Likes {WORDS[3]}")
    root.refresh_from_db()
    second.refresh_from_db()
    conversation.refresh_from_db()
    return Woman(root, second, visitor, token, conversation, account)


def make_man(workspace: Workspace, ada: Teammate, bea: Teammate) -> Contact:
    """Return somebody else, with a conversation, notes and events of his own."""
    man = create_contact(workspace, {"name": "Bo Stays", "email": "bo@stays.example", "external_id": "stays-1"})
    visitor = Visitor.objects.create(workspace=workspace, token_hash=token_hash(new_token("fv")), contact=man)
    conversation, _ = actions.start(man, "I stay", visitor=visitor)
    actions.note(conversation, ada, f"@{bea.handle} he stays")
    actions.reply(conversation, ada, "Dear Bo, yes.")
    person_notes.write_note(man, ada, "Stays")
    SharedHandle.objects.create(workspace=workspace, kind="email", value="reception@")
    return man


def shares_an_address(contact: Contact, email: str) -> Identity:
    """Have a contact say that they have an address, too."""
    return identities.claim(contact, "email", email)


def later(days: int = 1) -> Any:
    """Return a moment to come."""
    return timezone.now() + timedelta(days=days)


def fresh_id() -> uuid.UUID:
    """Return an id that nobody has."""
    return uuid.uuid4()
