"""Answers to letters, from the moment they come in: stored first, made into notes by a drain.

What makes somebody the author of a note: the address they wrote to, which only the receiver of a letter knows; their
own address in From; and that the mail provider found nothing wrong with it. Anything else leaves a line in its row,
and nothing more.
"""

from __future__ import annotations

import hashlib
import logging
import random
import uuid
from datetime import timedelta
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.text import TextRefused
from inbox.desk import noticed
from inbox.mailing import addresses
from inbox.mailing.reading import is_automatic, note_text
from inbox.mailing.refusals import Refusal, tell
from inbox.mailing.verdicts import is_forged, verdict_of
from inbox.models import Conversation, IncomingMail
from inbox.people.models import Teammate
from inbox.people.nudge import nudge_on_commit

log = logging.getLogger(__name__)

TASK = "inbox.tasks.work_incoming_mail"
NAMESPACE = uuid.UUID("5d7e3a52-6a0e-4f0d-9d43-0f6f1c7a2b11")
LEASE = timedelta(seconds=60)
BATCH = 20
MOST_ATTEMPTS = 5
KEPT = timedelta(days=30)
NOTED = "noted"
# Of several addresses in To and Cc, no more are looked at.
MOST_ADDRESSES = 50
_AS_IT_CAME = policy.compat32.clone(max_line_length=None)


def heard(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """Take in a letter that a mail provider hands over (anymail's signal `inbound`)."""
    if event.message is not None:
        receive(event.message, esp_name, event.esp_event)


def receive(letter: Message, esp: str = "", event: Any = None) -> IncomingMail | None:
    """Store a letter for the drain and return its row: the one that is there, if it came before. None for a letter to
    no reply address of ours, which belongs to no workspace, and for one that cannot be read."""
    try:
        row, receivers = _row(letter, esp, event)
    except Exception as error:  # Python's parser has many for what anybody may send; sent again it is the same letter
        log.warning("a letter that came in cannot be read: %s", type(error).__name__)
        return None
    mate = None
    for address in receivers[:MOST_ADDRESSES]:
        to = addresses.read(address)
        mate = to and Teammate.objects.filter(pk=to.teammate).first()
        if mate:
            row.recipient, row.workspace_id = address[:320], mate.workspace_id
            break
    if not mate:
        log.info("a letter came in to no reply address of ours")
        return None
    with transaction.atomic():
        IncomingMail.objects.bulk_create([row], ignore_conflicts=True)
        nudge_on_commit(TASK)
    return IncomingMail.objects.get(workspace_id=row.workspace_id, message_id=row.message_id)


def _row(letter: Message, esp: str, event: Any) -> tuple[IncomingMail, list[str]]:
    """Return what is kept of a letter, and whom it is to. Asks no database."""
    receivers, sender = _receivers(letter), _sender(letter)
    verdict, raw = verdict_of(letter, sender, esp, event), _raw(letter)
    message_id = str(letter.get("Message-ID", "")).strip() or hashlib.sha256(raw.encode()).hexdigest()
    if len(message_id) > 255 or not message_id.isprintable():
        message_id = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
    kept = IncomingMail(message_id=message_id, sender=sender[:320], raw=raw, verdict=verdict, due_at=timezone.now())
    return kept, receivers


def drain() -> int:
    """Work up to BATCH letters that are due, and return how many were taken. May run anywhere, at once, and twice."""
    taken = _claim()
    for row in taken:
        try:
            _work(row)
        except Exception as error:
            log.exception("incoming mail %s could not be worked", row.pk)
            _again(row, error)
    return len(taken)


def forget_old() -> None:
    """Delete what came in more than KEPT ago."""
    IncomingMail.objects.filter(received_at__lt=timezone.now() - KEPT).delete()


def _claim() -> list[IncomingMail]:
    now = timezone.now()
    with transaction.atomic():
        due = IncomingMail.objects.select_for_update(skip_locked=True, no_key=True).filter(due_at__lte=now)
        taken = list(due.order_by("due_at")[:BATCH])
        IncomingMail.objects.filter(pk__in=[row.pk for row in taken]).update(
            due_at=now + LEASE, attempts=F("attempts") + 1
        )
    for row in taken:
        row.attempts += 1
    return taken


def _work(row: IncomingMail) -> None:
    """Make a note of a letter, or say why not. The note and the outcome are one transaction."""
    with transaction.atomic():
        try:
            _note(row)
        except Refusal as refusal:
            _done(row, refusal.outcome, str(refusal))
            if refusal.tell is not None:
                tell(refusal.tell, row)
        else:
            _done(row, NOTED)


def _note(row: IncomingMail) -> None:
    """Add the note that a letter stands for. Raises Refusal."""
    letter: Message = BytesParser(policy=policy.default).parsebytes(row.raw.encode("latin-1"))
    if is_automatic(letter):
        raise Refusal("automatic", "No person wrote this letter.")
    mate, conversation_id = _author(row)
    conversation = (
        Conversation.objects.visible_to(mate)
        .select_for_update(no_key=True, of=("self",))
        .filter(public_id=conversation_id)
        .first()
    )
    if conversation is None:
        raise Refusal("no_sight", "They may not see the conversation any more.", tell=mate)
    text = note_text(letter)
    if not text:
        raise Refusal("empty", "Nothing was written beside what is quoted.", tell=mate)
    try:
        client_id = uuid.uuid5(NAMESPACE, f"{mate.pk} {row.message_id}")
        note = actions.note(conversation, mate, text, client_id=client_id)
        # Who answers a letter has read it.
        noticed.read_elsewhere(mate, conversation, note.seq)
    except TextRefused as refused:
        raise Refusal(refused.code, refused.detail, tell=mate) from refused


def _author(row: IncomingMail) -> tuple[Teammate, uuid.UUID]:
    """Return who wrote a letter, and about which conversation. Raises Refusal where that is not proved."""
    to = addresses.read(row.recipient)
    mate = to and Teammate.objects.select_related("user", "workspace").filter(pk=to.teammate).first()
    if not to or not mate:
        raise Refusal("wrong_address", "The reply address is not one of ours any more.")
    if not any(_same(row.sender, own) for own in (mate.user.email, mate.work_email)):
        raise Refusal("not_theirs", "It is not from the address that the letter went to.")
    if is_forged(row.verdict):
        raise Refusal("not_authentic", "The mail provider found that its sender is forged.")
    if not mate.is_active:
        raise Refusal("left", "They do not work here any more.")
    if not mate.may_write:
        raise Refusal("may_not_write", "Their role may not write.", tell=mate)
    return mate, to.conversation


def _done(row: IncomingMail, outcome: str, error: str = "") -> None:
    # The letter is forgotten, and so is an address that takes answers.
    row.due_at, row.raw, row.recipient, row.outcome, row.error = None, "", "", outcome, error[:300]
    row.save(update_fields=["due_at", "raw", "recipient", "outcome", "error"])


def _again(row: IncomingMail, error: Exception) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        _done(row, "failed", f"It could not be worked: {type(error).__name__}")
        return
    wait = timedelta(seconds=5 * 4**row.attempts * random.uniform(0.8, 1.2))  # noqa: S311
    IncomingMail.objects.filter(pk=row.pk).update(due_at=timezone.now() + wait, error=type(error).__name__)


def _receivers(letter: Message) -> list[str]:
    """Return whom a letter is to: as the provider says, then as the letter does."""
    named = [str(value) for name in ("To", "Cc", "Bcc", "Delivered-To") for value in letter.get_all(name, [])]
    return [getattr(letter, "envelope_recipient", None) or "", *(address for _, address in getaddresses(named))]


def _sender(letter: Message) -> str:
    """Return the one address in From; "" where there is none, or several."""
    found = [address for _, address in getaddresses([str(value) for value in letter.get_all("From", [])]) if address]
    return found[0].strip() if len(found) == 1 else ""


def _same(given: str, own: str | None) -> bool:
    # Other letters fold into ours, as the Kelvin sign into k: theirs must be exactly the same.
    return bool(own) and (given == own or (given.isascii() and given.lower() == str(own).lower()))


def _raw(letter: Message) -> str:
    """Return a letter as text that PostgreSQL can keep, byte for byte, without what no note will hold."""
    _lighten(letter)
    sender = getattr(letter, "envelope_sender", None)
    if sender is not None:
        del letter["Return-Path"]
        letter["Return-Path"] = "<>" if not sender else "<sender>"
    return letter.as_bytes(policy=_AS_IT_CAME).decode("latin-1").replace("\0", "")


def _lighten(part: Message) -> None:
    """Empty attachments: they are left out anyway, and are most of a letter."""
    children = part.get_payload() if part.get_content_maintype() == "multipart" else None
    if isinstance(children, list):
        for child in children:
            if isinstance(child, Message):
                _lighten(child)
    elif part.get_content_type() not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
        for name in ("Content-Type", "Content-Transfer-Encoding"):
            del part[name]
        part["Content-Type"] = "application/octet-stream"
        part.set_payload("")
