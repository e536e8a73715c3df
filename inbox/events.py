"""The kinds of event that the inbox owns: contacts on their way, and conversations."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from inbox.models import Account, Contact
from notifications.kind import Kind, Who
from notifications.words import Severity, Topic


class _OfContact(Kind):
    """Something that a contact did, or that was done to their profile."""

    topic: ClassVar[Topic] = Topic.USER_BEHAVIOR
    icon: ClassVar[str] = "user-round"
    by_api: ClassVar[bool] = True
    verb: ClassVar[str]

    def title(self, who: str) -> str:
        """Return who did it."""
        return f"{who or 'Somebody'} {self.verb}"


class ContactSignedUp(_OfContact):
    """A customer signed up. Over the API it sets the contact's `signed_up_at`, if that is not known yet."""

    kind = "contact.signed_up"
    verb = "signed up"
    icon = "user-plus"
    sample: ClassVar[Mapping[str, Any]] = {"plan": "pro", "source": "newsletter", "country": "Portugal"}

    plan: str | None = None
    source: str | None = None
    referrer: str | None = None
    campaign: str | None = None
    country: str | None = None

    def title(self, who: str) -> str:
        """Return who signed up, and for what."""
        return super().title(who) + (f" for {self.plan}" if self.plan else "")

    def body(self) -> str:
        """Return where they came from."""
        told = {"Source": self.source, "Campaign": self.campaign, "Referrer": self.referrer, "Country": self.country}
        return "\n".join(f"{name}: {value}" for name, value in told.items() if value)


class ContactSignupFailed(_OfContact):
    """Somebody wanted to sign up and could not."""

    kind = "contact.signup_failed"
    topic = Topic.CRITICAL_ERRORS
    severity = Severity.ERROR
    makes_contact = False
    icon = "user-x"

    email: str | None = None
    reason: str | None = None
    plan: str | None = None
    ip: str | None = None

    def title(self, who: str) -> str:
        """Return who could not sign up."""
        return f"{who or self.email or 'Somebody'} could not sign up"

    def body(self) -> str:
        """Return why."""
        return self.reason or ""

    def fingerprint(self) -> str:
        """Failures for the same reason are one matter."""
        return self.reason or ""


class ContactOnboarded(_OfContact):
    """A customer has set up what they came for. Over the API it sets the contact's `onboarded_at`."""

    kind = "contact.onboarded"
    verb = "is set up"
    icon = "circle-check"

    step: str | None = None
    seconds: float | None = None


class ContactStalled(_OfContact):
    """A customer signed up and did not set anything up for `days` days."""

    kind = "contact.stalled"
    severity = Severity.WARNING
    icon = "clock"

    days: int | None = None
    step: str | None = None
    contact_id: str = Field("", exclude=True)

    def title(self, who: str) -> str:
        """Return who, and since when."""
        since = f" {self.days} days ago" if self.days else ""
        return f"{who or 'Somebody'} signed up{since} and is not set up"

    def subject(self) -> str:
        """Return the contact: being set up settles this."""
        return f"contact:{self.contact_id}" if self.contact_id else ""


class _Data(_OfContact):
    """What a customer added to the product, or took away; or which fields a server added to their profile."""

    what: str | None = None
    count: int | None = None
    fields: list[str] | None = None

    def title(self, who: str) -> str:
        """Return who added or removed what, and how much."""
        named = self.what or ", ".join((self.fields or [])[:5]) or "data"
        return f"{super().title(who)} {f'{self.count} ' if self.count is not None else ''}{named}"


class ContactDataAdded(_Data):
    """A customer added data."""

    kind = "contact.data_added"
    verb = "added"
    icon = "plus"


class ContactDataRemoved(_Data):
    """A customer removed data."""

    kind = "contact.data_removed"
    verb = "removed"
    icon = "minus"


class ContactDeleted(_OfContact):
    """A customer deleted their account."""

    kind = "contact.deleted"
    verb = "deleted their account"
    severity = Severity.WARNING
    makes_contact = False
    icon = "user-minus"

    reason: str | None = None
    plan: str | None = None

    def body(self) -> str:
        """Return why."""
        return self.reason or ""


class _OfMerge(_OfContact):
    """Two profiles became one person, or two again: `other` is what the profile is called that was attached, `merge`
    the merge's id, `by` who decided."""

    topic: ClassVar[Topic] = Topic.CONVERSATIONS
    by_api: ClassVar[bool] = False
    makes_contact: ClassVar[bool] = False
    is_internal: ClassVar[bool] = True
    icon: ClassVar[str] = "merge"

    merge: uuid.UUID
    other: str = ""
    by: str = ""
    reason: str = ""

    def body(self) -> str:
        """Return why."""
        return self.reason

    def fingerprint(self) -> str:
        """Each decision is a matter of its own."""
        return str(self.merge)


class ContactMerged(_OfMerge):
    """A teammate decided that two profiles are one person."""

    kind = "contact.merged"

    def title(self, who: str) -> str:
        """Return who decided, and of whom."""
        return f"{self.by or 'Somebody'} merged {self.other or 'a visitor'} into {who or 'a contact'}"


class ContactUnmerged(_OfMerge):
    """A teammate took a merge back."""

    kind = "contact.unmerged"
    icon = "split"

    def title(self, who: str) -> str:
        """Return who took back what."""
        return f"{self.by or 'Somebody'} took {self.other or 'a visitor'} apart from {who or 'a contact'} again"


class _OfConversation(Kind):
    """Something in a conversation. `preview` holds the first words of a message, for the body alone."""

    topic: ClassVar[Topic] = Topic.CONVERSATIONS
    icon: ClassVar[str] = "message-square"

    conversation: uuid.UUID
    number: int

    def subject(self) -> str:
        """Return the conversation: whoever picks it up settles what was told of it."""
        return f"conversation:{self.conversation}"

    def url(self) -> str:
        """Return its place on the desk."""
        return f"/inbox/all/{self.number}/"

    def fingerprint(self) -> str:
        """Each conversation is a matter of its own."""
        return str(self.conversation)


class ConversationStarted(_OfConversation):
    """A conversation began: `by` is "contact" or "teammate"."""

    kind = "conversation.started"
    icon = "inbox"
    by: str = "contact"
    preview: str = Field("", exclude=True)

    def title(self, who: str) -> str:
        """Return with whom."""
        return f"New conversation {'with' if self.by == 'teammate' else 'from'} {who or 'a visitor'}"

    def body(self) -> str:
        """Return its first words."""
        return self.preview


class MessageReceived(_OfConversation):
    """A contact wrote."""

    kind = "message.received"
    seq: int
    preview: str = Field("", exclude=True)

    def title(self, who: str) -> str:
        """Return who wrote."""
        return f"{who or 'A visitor'} wrote in #{self.number}"

    def body(self) -> str:
        """Return the first words."""
        return self.preview


class ConversationWaiting(_OfConversation):
    """A contact waits for an answer for longer than the workspace wants: `minutes` (of its business hours, where it has
    any) since the message `seq`. An answer or the closing settles it; being given to somebody is no answer."""

    kind = "conversation.waiting"
    severity = Severity.WARNING
    icon = "clock"
    seq: int
    minutes: int
    preview: str = Field("", exclude=True)

    def title(self, who: str) -> str:
        """Return who waits, how long, and where."""
        hours, minutes = divmod(self.minutes, 60)
        long = f"{self.minutes} minute{'' if self.minutes == 1 else 's'}" if hours < 2 else f"{hours} h {minutes} min"
        return f"{who or 'A visitor'} has waited {long} for an answer in #{self.number}"

    def body(self) -> str:
        """Return the first words that nobody has answered."""
        return self.preview


class ConversationAssigned(_OfConversation):
    """A conversation was given to a teammate (`assignee` is their @handle), or to nobody; `seq` is the line of the
    thread that says so."""

    kind = "conversation.assigned"
    icon = "user-round-plus"
    settles = ("conversation.started",)
    assignee: str | None = None
    assignee_name: str | None = None
    seq: int | None = None

    def subject(self) -> str:
        """Return the conversation, where somebody has it now: nobody's is still to be picked up."""
        return super().subject() if self.assignee else ""

    def title(self, who: str) -> str:
        """Return which, and to whom."""
        return f"#{self.number}, {who or 'a visitor'}: {f'given to {self.assignee_name}' if self.assignee else 'free'}"


class ConversationClosed(_OfConversation):
    """A conversation was closed."""

    kind = "conversation.closed"
    icon = "circle-check"
    settles = ("conversation.started", "conversation.waiting")

    def title(self, who: str) -> str:
        """Return which."""
        return f"#{self.number}, {who or 'a visitor'}: closed"


class MentionCreated(_OfConversation):
    """A teammate was named in a note (`mentioned` is their @handle, `teammate` their public id, `seq` the note). Where
    an edit named them, `edited_seq` is the line that says so."""

    kind = "mention.created"
    icon = "at-sign"
    is_internal = True
    mentioned: str
    teammate: uuid.UUID
    by: str = ""
    seq: int
    edited_seq: int | None = None
    preview: str = Field("", exclude=True)

    def subject(self) -> str:
        """Return the mention itself: an edit that takes the name out again settles it, and nothing else does."""
        return f"mention:{self.conversation}:{self.seq}:{self.teammate}"

    def title(self, who: str) -> str:
        """Return who named whom, and where."""
        return f"{self.by or 'Somebody'} mentioned {self.mentioned} in #{self.number}"

    def body(self) -> str:
        """Return the note's first words."""
        return self.preview

    def fingerprint(self) -> str:
        """Each is a matter of the one who was named."""
        return f"{self.conversation}:{self.mentioned}"


KINDS: tuple[type[Kind], ...] = (
    ContactSignedUp, ContactSignupFailed, ContactOnboarded, ContactStalled, ContactDataAdded, ContactDataRemoved,
    ContactDeleted, ContactMerged, ContactUnmerged, ConversationStarted, ConversationWaiting, MessageReceived,
    ConversationAssigned, ConversationClosed, MentionCreated,
)  # fmt: skip


def who_of(contact: Contact) -> Who:
    """Return a contact as an event names it: its person, for new facts belong to the root."""
    return Who(str(contact.person.public_id), contact.person.display_name)


def who_of_account(account: Account | None) -> Who | None:
    """Return an account as an event names it."""
    return Who(account.external_id, account.name or account.external_id) if account else None
