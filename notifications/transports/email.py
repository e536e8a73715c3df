"""Transport `email`: one letter for one event, with a text and an HTML part, over MAIL_BACKEND.

It is sent at once, not stored as other mail is: the delivery is the row that waits (a test has none, and is stored).
Its Message-ID carries the delivery's key, so that a receiver can tell a letter that a killed worker sent twice.

A letter to a teammate by their own preference also says how to get no more of them with one click (RFC 8058), stands
in one thread with the other letters of its conversation, and may carry an address that takes an answer. The secrets in
these are put in when it is sent, so that what is kept of it can be shown.
"""

from __future__ import annotations

import logging
from email.utils import formataddr, parseaddr
from typing import Any, ClassVar

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from inbox.people.mail import is_permanent
from inbox.people.models import Workspace
from inbox.people.smtp import TooSlow, mail_connection
from notifications import bounces, unsubscribing
from notifications.answering import answer_address
from notifications.automations import leaving, liquid, tracking
from notifications.transports.base import Automated, Message, Personal, Sent, Transport, TransportError
from notifications.transports.handles import mate_of, receiver
from notifications.transports.letters import letter_of, placeholder
from notifications.words import Cause

log = logging.getLogger(__name__)


class Email(Transport):
    """Sends letters to an address, or to a teammate ("@ada") at the address that they have then."""

    name: ClassVar[str] = "email"
    label: ClassVar[str] = "Email"
    icon: ClassVar[str] = "mail"
    address_hint: ClassVar[str] = "An email address, or a teammate's @handle."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return an email address, or "@handle". Raises ValueError for what is neither, or nobody's."""
        given = address.strip()
        if given.startswith("@"):
            if mate_of(workspace, given) is None:
                raise ValueError("Nobody here has that handle. Give an email address instead.")
            return given.lower()
        try:
            validate_email(given)
        except ValidationError:
            raise ValueError("Give an email address, as ada@example.com, or a teammate's @handle.") from None
        if len(given) > 254:
            raise ValueError("Give a shorter address: mail servers take 254 characters.")
        return given.lower()

    def draw(self, message: Message) -> dict[str, Any]:
        """Return the letter. A handle's address takes the place of it when it is sent."""
        letter = letter_of(message)
        payload = {
            "from": settings.DEFAULT_FROM_EMAIL,
            "to": message.address,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
        }
        if message.automated is not None:
            # A contact is written to by the workspace. `email` is kept: the link that ends such letters is for it.
            payload |= {"from": _from(message.automated), "email": message.automated.email}
            payload["to"] = message.automated.email if message.automated.contact else message.address
        return payload

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Send the letter. Raises TransportError, with cause NOBODY for a handle that nobody has any more, and with
        BOUNCED for a teammate's address whose mail came back."""
        letter = letter_for(message, payload)
        try:
            letter.connection = mail_connection()
            letter.send()
        except Exception as error:  # any library of any backend: what matters is whether to try again
            raise _noted(message, letter.to[0], error) or _outcome(error) from error
        return Sent({"message_id": letter.extra_headers["Message-ID"]})


def letter_for(message: Message, payload: dict[str, Any]) -> EmailMultiAlternatives:
    """Return the letter as it goes out, with its secrets. Its own `send` stores it, as that of any other mail does, and
    a worker sends it (inbox/people/mail.py). Raises TransportError as Email.send does where nobody can get it."""
    address, text, html = _receiver(message), payload["text"], payload["html"]
    headers = {"Message-ID": _message_id(message, payload["from"]), "Auto-Submitted": "auto-generated"}
    if message.personal is not None:
        link = unsubscribing.link_for(message.personal.teammate, message.personal.choice)
        text, html = (part.replace(placeholder(message), link) for part in (text, html))
        headers |= _personal_headers(message.personal, payload["from"], link)
    if message.automated is not None:
        text, html, more = _for_one(message, message.automated, text, html)
        headers |= more
    letter = EmailMultiAlternatives(
        subject=payload["subject"],
        body=text,
        from_email=payload["from"],
        to=[address],
        reply_to=_reply_to(message.personal),
        headers=headers,
    )
    letter.attach_alternative(html, "text/html")
    return letter


def _from(automated: Automated) -> str:
    """Return who a letter is from: to a contact, whoever writes it, at our address."""
    if automated.contact is None:
        return str(settings.DEFAULT_FROM_EMAIL)
    return formataddr((liquid.plain(automated.sender_name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _for_one(message: Message, automated: Automated, text: str, html: str) -> tuple[str, str, dict[str, str]]:
    """Return the parts of an automation's letter with the secrets of this one in them, and its headers."""
    if automated.is_counted:
        html = html.replace(automated.html, tracking.watched(automated.html, message.key), 1)
    if automated.is_transactional:
        return text, html, {}
    link = leaving.link_for(message.key)
    text, html = (part.replace(placeholder(message), link) for part in (text, html))
    return text, html, _ending(link)


def _ending(link: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _receiver(message: Message) -> str:
    """Return the address to send to. A plain address of a route has no owner who could say that it works again, so
    only a teammate's is given up when mail comes back."""
    if message.personal is None and message.automated is None and not message.address.startswith("@"):
        return message.address
    contact = message.automated is not None and message.automated.contact is not None
    email = message.automated.email if contact and message.automated else receiver(message).email
    if not email:
        raise TransportError("They have no email address.", cause=Cause.NOBODY)
    if bounces.bounced(email) is not None:
        raise TransportError("Mail to their address came back.", cause=Cause.BOUNCED)
    return email


def _personal_headers(personal: Personal, sender: str, link: str) -> dict[str, str]:
    headers = _ending(link)
    if personal.more.thread:
        # A letter that was never sent: all letters of the thread answer it, so a mail client shows them as one.
        first = f"<{personal.more.thread}@{_domain(sender)}>"
        headers |= {"In-Reply-To": first, "References": first}
    return headers


def _reply_to(personal: Personal | None) -> list[str]:
    if personal is None or personal.conversation is None or not personal.more.may_answer:
        return []
    address = answer_address(personal.teammate, personal.conversation)
    return [address] if address else []


def _message_id(message: Message, sender: str) -> str:
    return f"<{message.key}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _noted(message: Message, address: str, error: Exception) -> TransportError | None:
    """Give up the address of a teammate, or of a contact, if that is what the error is about."""
    reason = bounces.refusal_of(error) if message.personal or message.automated else ""
    if not reason:
        return None
    bounces.note_bounce(address, reason)
    return TransportError("Mail to their address came back.", cause=Cause.BOUNCED)


def _outcome(error: Exception) -> TransportError:
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return TransportError("The mail provider refused the address. Correct it in the route.", permanent=True)
    if isinstance(error, AnymailError):
        return _of_provider(error.status_code)
    if isinstance(error, ImproperlyConfigured | ImportError):
        log.error("mail is not set up: %s", error)
        return TransportError("Mail is not set up. Whoever runs Frontdesk finds why in the log.", permanent=True)
    if isinstance(error, TooSlow):
        return TransportError("The mail server was too slow: it did not take the letter yet.")
    # The server's words may quote the letter; its kind and code do not.
    told = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    if is_permanent(error):
        return TransportError(f"The mail server refused the letter for good ({told}).", permanent=True)
    return TransportError(f"The mail server did not take the letter yet ({told}).")


def _of_provider(status: int | None) -> TransportError:
    # 401 and 403 are for whoever runs Frontdesk to mend: the letter waits.
    if status is not None and 400 <= status < 500 and status not in (401, 403, 408, 425, 429):
        return TransportError(f"The mail provider refused the letter for good ({status}).", permanent=True)
    return TransportError(f"The mail provider did not take the letter yet ({status or 'no answer'}).")
