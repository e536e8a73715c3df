"""What an automation says of an event to one recipient, ready for any transport."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.people.models import Workspace
from notifications.automations import facts as known
from notifications.automations import liquid, markdown
from notifications.automations.audience import Recipient
from notifications.automations.checking import Plan, address_of
from notifications.automations.contacts import ContactFacts
from notifications.automations.liquid import TemplateFailed
from notifications.models import Automation, Delivery, Event
from notifications.transports.base import Automated, TransportError
from notifications.wording import Wording, absolute
from notifications.words import Cause

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Said:
    """A message: `subject` in one line, `text` and `html` (of a letter's body) say the same."""

    subject: str
    text: str
    html: str


def said(
    automation: Automation, event: Event, workspace: Workspace, recipient: Recipient, about: ContactFacts | None
) -> Said:
    """Return what an automation says of an event (saved or not, both). Raises TemplateFailed with the place."""
    facts = known.of_event(event, workspace, about, recipient.name)
    subject = liquid.plain(liquid.plain_text(automation.subject, facts))[:LONGEST_SUBJECT]
    source = liquid.markdown(automation.body, facts)
    return Said(subject, markdown.text_of(source), markdown.html_of(source, workspace.accent))


def automated_of(delivery: Delivery) -> tuple[Automated, Wording] | None:
    """Return what a delivery that has its plan says, None where no automation tells it. Raises TransportError where it
    says nothing for its event, or its template fails on it."""
    plan = delivery.plan
    if not isinstance(plan, Plan) or plan.recipient is None:
        return None
    automation, event = plan.automation, delivery.event
    try:
        made = said(automation, event, delivery.workspace, plan.recipient, plan.about)
    except TemplateFailed as failed:
        raise TransportError(f"Its template failed on this event: {failed}"[:300], permanent=True) from failed
    if not made.text or not made.subject:
        raise TransportError(str(Cause.EMPTY.label), cause=Cause.EMPTY)
    automated = automated_by(automation, made, plan.recipient, delivery.workspace, is_counted=plan.is_counted)
    wording = Wording(made.subject, made.text, absolute(event.url), event.icon, event.severity_word)
    return automated, wording


def automated_by(
    automation: Automation, made: Said, recipient: Recipient, workspace: Workspace, *, is_counted: bool = False
) -> Automated:
    """Return what a transport has to know of a message that an automation says to somebody."""
    sender = automation.sender if automation.sender is not None and automation.sender.is_active else None
    return Automated(
        name=automation.rule.name,
        subject=made.subject,
        text=made.text,
        html=made.html,
        teammate=recipient.teammate,
        contact=recipient.contact.id if recipient.contact is not None else None,
        email=address_of(recipient),
        sender=sender,
        sender_name=sender.name if sender is not None else workspace.name,
        is_transactional=automation.is_transactional,
        is_counted=is_counted,
    )
