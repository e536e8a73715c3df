"""Transport `slack`: a message in a channel, or to one person, that can be changed and taken back."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inbox.people.models import Workspace
from integrations.slack.blocks import drawn
from integrations.slack.client import Slack
from integrations.slack.errors import SlackError
from notifications.transports import Message, Sent, Transport, TransportError
from notifications.words import Cause

# Slack's names of channels, groups, direct conversations and people.
_ID = re.compile(r"[CGDUW][A-Z0-9]{5,20}")
# Small letters of any script, digits, - and _: what Slack takes in a name.
_CHANNEL = re.compile(r"#[^\W_][\w-]{0,79}|#_[\w-]{0,79}")
# An id that was looked up has become another person's, or nobody's.
_STALE = ("channel_not_found", "user_not_found", "user_disabled")


class SlackTransport(Transport):
    """Posts into channels ("#sales", or an id) and to people ("@ada@example.com", or an id).

    Slack takes one message a second in a channel, and 50 changes a minute in a whole workspace, of which 40 are used.
    """

    name: ClassVar[str] = "slack"
    label: ClassVar[str] = "Slack"
    icon: ClassVar[str] = "message-square"
    gap: ClassVar[float] = 1.0
    method_gap: ClassVar[float] = 60 / 40
    can_update: ClassVar[bool] = True
    can_retract: ClassVar[bool] = True
    address_hint: ClassVar[str] = "#channel, @email for a direct message, or Slack's id of either."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return "#channel", "@email" or an id. Raises ValueError for what is none of them."""
        given = address.strip()
        if _ID.fullmatch(given):
            return given
        if "@" in given:
            email = given.removeprefix("@").lower()
            try:
                validate_email(email)
            except ValidationError:
                raise ValueError(
                    "For a direct message, write @ and the email address that they have in Slack."
                ) from None
            return f"@{email}"
        channel = given.lower()
        if not _CHANNEL.fullmatch(channel):
            raise ValueError("Write #channel, @email for a direct message, or Slack's id of a channel or person.")
        return channel

    def missing(self, workspace: Workspace) -> str:
        """Return why nobody can have a direct message, "" if they can."""
        try:
            slack = Slack(workspace)
        except TransportError as error:
            return str(error)
        return "Slack is connected by a webhook, which knows no people. Set the bot token." if slack.only_posts else ""

    def draw(self, message: Message) -> dict[str, Any]:
        """Return what chat.postMessage is called with. For "@email", the person's id takes the place of it."""
        wording = message.wording
        # Those who are there are woken for what is critical, in channels: a direct message rings by itself.
        mention = wording.severity == "critical" and not message.silent and not _is_direct(message.address)
        return {
            "channel": message.address,
            **drawn(wording, message.kind, mention),
            # A message is no place for previews of its links.
            "unfurl_links": False,
            "unfurl_media": False,
        }

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Post it. Raises TransportError, with a cause where Slack is not connected, or knows no such person."""
        slack = Slack(message.workspace)
        said = {key: value for key, value in payload.items() if key != "channel"}
        if slack.only_posts:
            if _is_direct(message.address):
                # It would be read by all of the webhook's channel.
                raise TransportError(
                    "A direct message needs the bot token; only a webhook is set. Set the token in Connections.",
                    cause=Cause.NOT_CONNECTED,
                )
            slack.post_by_webhook(said)
            return Sent()
        if message.personal is not None:
            email = message.personal.teammate.email
            if not email:
                raise TransportError("They have no email address by which Slack knows them.", cause=Cause.NOBODY)
            return Sent(_post_to_person(slack, email, said))
        if not message.address.startswith("@"):
            return Sent(slack.post(message.address, said))
        return Sent(_post_to_person(slack, message.address.removeprefix("@"), said))

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Draw it anew. What a webhook posted stays as it is: it has no name."""
        if not message.external.get("ts"):
            return Sent(message.external)
        said = {key: payload[key] for key in ("text", "blocks")}
        _with_token(message).change(message.external["channel"], message.external["ts"], said)
        return Sent(message.external)

    def retract(self, message: Message) -> None:
        """Delete it. What a webhook posted stays: it has no name."""
        if not message.external.get("ts"):
            return
        try:
            _with_token(message).delete(message.external["channel"], message.external["ts"])
        except SlackError as error:
            if error.code != "message_not_found":
                raise


def _post_to_person(slack: Slack, email: str, said: dict[str, Any]) -> dict[str, str]:
    person = slack.person(email)
    try:
        return slack.post(person, said)
    except SlackError as error:
        if error.code not in _STALE:
            raise
        fresh = slack.person(email, afresh=True)
        if fresh == person:
            raise
    return slack.post(fresh, said)


def _with_token(message: Message) -> Slack:
    slack = Slack(message.workspace)
    if slack.only_posts:
        raise TransportError("A webhook cannot change messages. Set the bot token in Connections.", permanent=True)
    return slack


def _is_direct(address: str) -> bool:
    return address.startswith(("@", "U", "W", "D"))
