"""Mail goes out by a worker: a row in the caller's transaction first, the wire after it.

`QueuedBackend` is Django's EMAIL_BACKEND; whoever uses django.core.mail need not know. `drain` sends over
MAIL_BACKEND. A letter keeps its Message-ID (RFC 5322, 3.6.4) over all attempts, so that a receiver can tell a letter
that was sent twice, as one is whose worker was killed between the sending and the noting of it.
"""

from __future__ import annotations

import json
import logging
import random
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from inbox.people.models.mail import OutgoingMail
from inbox.people.nudge import nudge_on_commit
from inbox.people.secrets import decrypt
from inbox.people.smtp import mail_connection

log = logging.getLogger(__name__)

TASK = "inbox.tasks.send_mail"
LEASE = timedelta(seconds=60)
# One at a time: a lease must outlast the slowest talk with a mail server, not ten of them.
BATCH = 1
MOST_ATTEMPTS = 8


class QueuedBackend(BaseEmailBackend):
    """Stores letters instead of sending them. Attachments are refused: nothing of ours has any."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store each letter once for each of its receivers, and return how many letters there were."""
        rows = [
            OutgoingMail(to=address[:320], letter=json.dumps({**_written(message), "to": [address]}))
            for message in email_messages
            for address in message.recipients()
        ]
        with transaction.atomic():
            OutgoingMail.objects.bulk_create(rows)
            nudge_on_commit(TASK)
        return len(email_messages)


def drain() -> int:
    """Send up to BATCH letters that are due, and return how many were taken. May run anywhere, at once, and twice."""
    taken = _claim()
    for row in taken:
        try:
            _letter(row).send()
        except Exception as error:  # any library of any backend: what matters is whether to try again
            _note_failure(row, error)
        else:
            OutgoingMail.objects.filter(pk=row.pk).delete()
    return len(taken)


def forget(header: str, value: str) -> None:
    """Delete the letters that wait, or were given up, and have this header with this value."""
    # They are encrypted, so each is read: there are few.
    kept = OutgoingMail.objects.values_list("pk", Cast("letter", TextField()))
    found = [pk for pk, sealed in kept.iterator(chunk_size=100) if _headers(sealed).get(header) == value]
    OutgoingMail.objects.filter(pk__in=found).delete()


def _headers(sealed: str) -> dict[str, str]:
    try:
        return dict(json.loads(decrypt(sealed)).get("headers", {}))
    except InvalidToken:
        return {}  # no key of ours opens it: nobody can read it, and no worker sends it


def _claim() -> list[OutgoingMail]:
    with transaction.atomic():
        due = OutgoingMail.objects.select_for_update(skip_locked=True).filter(due_at__lte=timezone.now())
        taken = list(due.order_by("due_at")[:BATCH])
        OutgoingMail.objects.filter(pk__in=[row.pk for row in taken]).update(
            due_at=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
    for row in taken:
        row.attempts += 1
    return taken


def _note_failure(row: OutgoingMail, error: Exception) -> None:
    give_up = row.attempts >= MOST_ATTEMPTS or is_permanent(error)
    wait = timedelta(seconds=min(3600, 5 * 4**row.attempts) * random.uniform(0.8, 1.2))  # noqa: S311
    # The server's words may quote the letter; its kind and code do not.
    told = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    OutgoingMail.objects.filter(pk=row.pk).update(due_at=None if give_up else timezone.now() + wait, error=told)
    log.warning("mail %s %s after %d attempts: %s", row.pk, "given up" if give_up else "delayed", row.attempts, told)


def is_permanent(error: Exception) -> bool:
    """Whether another attempt is pointless: a 5yz reply (RFC 5321, 4.2.1), to the letter or to all its receivers."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False  # ours to mend: the letter waits
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600


def _written(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("Queued mail has no attachments.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "reply_to": list(message.reply_to),
        "headers": {"Message-ID": make_msgid(domain=_domain(message)), **dict(message.extra_headers)},
        "html": next((str(body) for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), ""),
    }


def _domain(message: EmailMessage) -> str:
    return parseaddr(message.from_email)[1].rpartition("@")[2] or "localhost"


def _letter(row: OutgoingMail) -> EmailMultiAlternatives:
    kept = json.loads(row.letter)
    html = kept.pop("html")
    letter = EmailMultiAlternatives(connection=mail_connection(), **kept)
    if html:
        letter.attach_alternative(html, "text/html")
    return letter
