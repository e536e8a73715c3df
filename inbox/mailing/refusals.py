"""An answer that was not added, and the letter that says so. Only who has proved to be its author hears of it, and
only that it was not added: not why."""

from __future__ import annotations

from django.core.mail import EmailMessage

from inbox.models import IncomingMail
from inbox.people.models import Teammate
from notifications.bounces import bounced
from notifications.wording import absolute


class Refusal(Exception):
    """An answer is not added. `outcome` is a stable word, `tell` who is told, None for nobody."""

    def __init__(self, outcome: str, detail: str, *, tell: Teammate | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.tell = tell


WORDS = """Your answer by email was not added.

It may have been empty, or something has changed since the letter was sent. Open Frontdesk to write there:
{link}
"""


def tell(teammate: Teammate, row: IncomingMail) -> None:
    """Write to a teammate that their answer was not added. A row of the caller's transaction, sent by a worker."""
    address = teammate.email
    if not address or bounced(address) is not None:
        return
    headers = {"Auto-Submitted": "auto-replied"}
    # It came from outside: only what looks like an id is named again.
    if row.message_id.startswith("<") and row.message_id.endswith(">") and row.message_id.isascii():
        headers |= {"In-Reply-To": row.message_id, "References": row.message_id}
    EmailMessage("Your answer was not added", WORDS.format(link=absolute("/")), None, [address], headers=headers).send()
