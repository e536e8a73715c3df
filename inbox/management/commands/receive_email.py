"""Take in an answer to a letter from a file, as a mail provider's webhook would."""

from __future__ import annotations

import sys
import time
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.mailing import addresses, incoming
from inbox.models import IncomingMail

# A worker that was quicker may have the letter now.
WAIT_SECONDS = 30.0


class Command(BaseCommand):
    help = "Take in an answer to a letter from an .eml file (- for standard input) and say what became of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, file: str, **options: Any) -> str:
        try:
            raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        letter = message_from_bytes(raw, policy=policy.default)  # type: ignore[call-overload]
        row = incoming.receive(letter)
        if row is None:
            raise CommandError(_why_not(letter))
        before = row.outcome
        row = _worked(row)
        if row.outcome == incoming.NOTED:
            return "It came in before: nothing was added." if before else "It was added as a note."
        return f"It was not added ({row.outcome}): {row.error}"


def _worked(row: IncomingMail) -> IncomingMail:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        incoming.drain()
        row.refresh_from_db()
        if row.outcome:
            return row
        if time.monotonic() > until:
            raise CommandError(
                f"It was stored and not worked yet{f' ({row.error})' if row.error else ''}: see the log."
            )
        time.sleep(0.1)


def _why_not(letter: Message) -> str:
    domain = settings.INBOUND_EMAIL_DOMAIN
    if not domain:
        return "INBOUND_EMAIL_DOMAIN is not set, so letters have no reply addresses. Set it and send the letter again."
    receivers = getaddresses([str(value) for name in ("To", "Cc") for value in letter.get_all(name, [])])
    if any(addresses.is_ours(address) for _, address in receivers):
        return "The reply address was changed, or made under another SECRET_KEY. Copy Reply-To of the letter into To."
    return f"It is to no reply address (reply+…@{domain}). Copy Reply-To of the letter that you answer into To."
