"""An automation before it goes to anybody: what it would say of a past event, or of a made-up one, and a test of it."""

from __future__ import annotations

import re
import types
import typing
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from inbox.people.models import Teammate, Workspace
from notifications.automations import contacts, facts
from notifications.automations.audience import Recipient, of_contact, of_teammate
from notifications.automations.contacts import ContactFacts
from notifications.automations.liquid import TemplateFailed
from notifications.automations.saying import Said, automated_by, said
from notifications.automations.telling import never_told
from notifications.automations.values import BESIDE, AutomationRefused, checked, fresh
from notifications.conditions import facts_of
from notifications.events import safe_url
from notifications.kind import Kind
from notifications.matching import why_not
from notifications.models import Audience, Automation, Event, Rule
from notifications.registry import all_kinds
from notifications.transports import Message, all_transports, transport_of
from notifications.transports.email import letter_for
from notifications.wording import Wording, absolute
from notifications.words import Face, Severity, Topic

# What a test says of itself, and by what its notice is known (erasing.py).
TEST, TEST_KIND = "[Test]", "automation.tested"
# By which its letter is known while it waits: it says of which workspace.
TEST_HEADER = "X-Frontdesk-Test"
# A made-up contact: an address that is nobody's (RFC 2606).
SAMPLE = ContactFacts(
    id=uuid.UUID(int=0), workspace=0, person=(), name="Nadia Okafor", email="nadia@example.com", timezone="",
    values={"email": "nadia@example.com", "phone": "", "external_id": "u-1", "timezone": "", "attributes": {}},
    account={"external_id": "northwind", "name": "Northwind", "plan": "pro", "status": "active", "seats": 12},
)  # fmt: skip
# What a field of a kind that gives no sample of its own stands for.
_MADE_UP: dict[type, Any] = {int: 3, float: 4.5, bool: True, str: "example", uuid.UUID: uuid.UUID(int=0)}
# A pattern of kinds is looked for among so many of the newest events.
SEARCHED = 2000


@dataclass(frozen=True)
class Trial:
    """What an automation would do with an event: whether it takes it (`misses` says why not), what it says (`problem`
    says why it cannot), the whole message as its transport draws it, and the names that its templates know, with their
    values for this event. `problems` are those of its fields: where there are any, what could be read is shown."""

    event: Event
    recipient: str
    misses: str = ""
    said: Said | None = None
    problem: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    names: list[tuple[str, str]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_sample(self) -> bool:
        """Whether the event was made up."""
        return self.event.pk is None


def fitting(events: QuerySet[Event], kinds: Sequence[str]) -> QuerySet[Event]:
    """Return those of `events` whose kind is one of these, or fits one ("payment.*"): of the newest ones."""
    exact = [kind for kind in kinds if "*" not in kind]
    # Not fnmatch's own translation: that is for Python, and holds groups that PostgreSQL does not know.
    patterns = ["^" + ".*".join(re.escape(part) for part in kind.split("*")) + "$" for kind in kinds if "*" in kind]
    if not patterns:
        return events.filter(kind__in=exact)
    newest = events.order_by("-id").values("pk")[:SEARCHED]
    return events.filter(pk__in=newest).filter(Q(kind__in=exact) | Q(kind__regex="|".join(patterns)))


def sample_event(workspace: Workspace, kinds: Sequence[str], by: Teammate) -> Event:
    """Return a made-up event, not stored, of the first of these kinds that is known."""
    known = all_kinds()
    name = next((name for kind in kinds for name in known if fnmatchcase(name, kind)), kinds[0] if kinds else "event")
    kind = known.get(name)
    made = _made_up(kind) if kind is not None else None
    return Event(
        public_id=uuid.UUID(int=0),
        workspace=workspace,
        kind=name,
        topic=kind.topic if kind is not None else Topic.USER_BEHAVIOR,
        severity=kind.severity if kind is not None else Severity.INFO,
        title=made.title(SAMPLE.name) if made is not None else name,
        body=made.body() if made is not None else "",
        url=safe_url(made.url()) if made is not None else "",
        data=made.values() if made is not None else {},
        contact_name=SAMPLE.name,
        account=SAMPLE.account["external_id"],
        account_name=SAMPLE.account["name"],
        actor_name=by.name,
        occurred_at=timezone.now(),
    )


def try_automation(
    workspace: Workspace, values: Mapping[str, Any], event: Event, by: Teammate, before: Mapping[str, Any] | None = None
) -> Trial:
    """Return what an automation of these values (`before`: of the saved one that they change) would do with an event,
    for a teammate who looks at it. Writes nothing."""
    clean, problems = _readable(workspace, values, before)
    automation = unsaved(workspace, clean)
    about = _about(event)
    recipient = _recipient(automation, about, by)
    known = facts.of_event(event, workspace, about, recipient.name)
    trial: dict[str, Any] = {"recipient": recipient.name, "names": facts.shown(known), "problems": problems}
    trial["misses"] = never_told(event, automation) or why_not(automation.rule, facts_of(event))
    try:
        made = said(automation, event, workspace, recipient, about)
    except TemplateFailed as failed:
        return Trial(event, **trial, problem=str(failed))
    message = _message(automation, event, made, recipient)
    transport = all_transports().get(automation.rule.transport)
    return Trial(event, **trial, said=made, payload=transport.draw(message) if transport is not None else {})


def send_test(workspace: Workspace, values: Mapping[str, Any], event: Event, to: Teammate) -> None:
    """Send an automation of these values to a teammate as it would go out for an event, marked as a test and counted
    nowhere. A letter is stored, and a worker sends it; what is none comes as a notification, at once.

    Raises AutomationRefused, TransportError, and TemplateFailed where the template fails on the event.
    """
    clean = checked(workspace, {**values, "name": values.get("name") or "Test"}, None)
    automation, about = unsaved(workspace, clean), _about(event)
    made = said(automation, event, workspace, _recipient(automation, about, to), about)
    made = Said(f"{TEST} {made.subject}", made.text, made.html)
    message = _message(automation, event, made, of_teammate(to))
    transport = transport_of("email" if automation.rule.transport == "email" else "inapp")
    payload = transport.draw(message)
    if transport.name != "email":
        transport.send(message, payload)
        return
    letter = letter_for(message, payload)
    letter.extra_headers[TEST_HEADER] = str(workspace.public_id)
    letter.send()


def unsaved(workspace: Workspace, clean: Mapping[str, Any]) -> Automation:
    """Return an automation of values that were checked, and its rule, neither of them stored."""
    rule = Rule(
        workspace=workspace, face=Face.AUTOMATION, name=clean["name"], enabled=True, kinds=clean["kinds"],
        condition=clean["condition"], transport=clean["channel"],
    )  # fmt: skip
    handle = clean["sender"].removeprefix("@")
    mates = Teammate.objects.active().filter(workspace=workspace, handle=handle).select_related("user")
    beside = {name: clean[name] for name in BESIDE if name != "sender"}
    return Automation(workspace=workspace, rule=rule, sender=mates.first() if handle else None, **beside)


def _readable(
    workspace: Workspace, values: Mapping[str, Any], before: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return all fields, those that are wrong as they were before, and what is wrong with them."""
    try:
        return checked(workspace, {**values, "name": values.get("name") or "This message"}, before), {}
    except AutomationRefused as refused:
        wrong = refused.problems
    good = {name: value for name, value in values.items() if name not in wrong}
    return {**(before or fresh()), **good}, wrong


def _about(event: Event) -> ContactFacts | None:
    if event.pk is None:
        return SAMPLE
    found = contacts.facts_of([event.contact]) if event.contact is not None else {}
    known = found.get(event.contact) if event.contact is not None else None
    return known if known is not None and known.workspace == event.workspace_id else None


def _recipient(automation: Automation, about: ContactFacts | None, by: Teammate) -> Recipient:
    """Return who would get it: the contact, or else whoever looks at it."""
    if automation.audience == Audience.CONTACT and about is not None:
        return of_contact(about)
    return of_teammate(by)


def _message(automation: Automation, event: Event, made: Said, recipient: Recipient) -> Message:
    workspace = automation.workspace
    return Message(
        key=uuid.uuid4(),
        workspace=workspace,
        address=recipient.address,
        wording=Wording(made.subject, made.text, absolute(event.url), event.icon, event.severity_word),
        kind=TEST_KIND,
        automated=automated_by(automation, made, recipient, workspace),
    )


def _made_up(kind: type[Kind]) -> Kind | None:
    """Return an event of a kind, its fields made up; None for a kind of which none can be."""
    if kind.sample:
        return kind(**kind.sample)
    try:
        return kind(**{name: _value(info.annotation) for name, info in kind.model_fields.items()})
    except ValueError:
        return None


def _value(annotation: Any) -> Any:
    options = typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    return next((_MADE_UP[one] for one in options if one in _MADE_UP), None)
