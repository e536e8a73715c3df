"""Talks to Slack for one workspace: with a bot token over its Web API, or by an incoming webhook, which only posts."""

from __future__ import annotations

import json
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache
from slack_sdk import WebClient

from inbox.people import outbound
from inbox.people.models import Workspace
from inbox.people.secrets import token_hash
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.models import Integration
from integrations.slack.errors import SlackError, asked, outcome_of, seconds
from notifications.transports import TransportError
from notifications.words import Cause

# Two calls, to look a person up and to post, end within the 15 seconds that a delivery has.
TIMEOUT = 7
DAY = 24 * 60 * 60
_WEBHOOKS = outbound.Terms("Slack's webhooks", private="SLACK_ALLOW_PRIVATE", http="SLACK_ALLOW_PRIVATE", longest=200)


class Slack:
    """One workspace's Slack. Every method raises TransportError."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises TransportError for a workspace that is not connected to Slack, or whose settings cannot be read."""
        try:
            config = connection_of(workspace, Integration.SLACK)
        except ConnectionUnreadable as unreadable:
            raise TransportError(str(unreadable), permanent=True) from None
        if config is None:
            raise TransportError("Slack is not connected. Set its bot token in Connections.", cause=Cause.NOT_CONNECTED)
        values = config.clear()
        self.webhook_url = values.get("webhook_url", "")
        token = values.get("bot_token", "")
        self._people = f"slack:{workspace.pk}:{token_hash(token)[:16]}"
        # The delivery owns the retry: the SDK's own would post again after a connection that was dropped.
        self._web = WebClient(token, base_url=settings.SLACK_API_URL, timeout=TIMEOUT, retry_handlers=[])

    @property
    def only_posts(self) -> bool:
        """Whether there is an incoming webhook and nothing else."""
        return bool(self.webhook_url)

    def post(self, channel: str, message: dict[str, Any]) -> dict[str, str]:
        """Post a message, and return how Slack names it: {"channel", "ts"}, texts both."""
        answer = asked(lambda: self._web.chat_postMessage(channel=channel, **message))
        return {"channel": str(answer["channel"]), "ts": str(answer["ts"])}

    def change(self, channel: str, ts: str, message: dict[str, Any]) -> None:
        """Change a message that was posted. `channel` is an id: Slack takes no name here."""
        asked(lambda: self._web.chat_update(channel=channel, ts=ts, **message))

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message that was posted."""
        asked(lambda: self._web.chat_delete(channel=channel, ts=ts))

    def post_by_webhook(self, message: dict[str, Any]) -> None:
        """Post into the webhook's own channel. Only status 200 with the word ok is a success."""
        try:
            with outbound.session(_WEBHOOKS) as session:
                answer = session.post(
                    self.webhook_url,
                    data=json.dumps(message).encode(),
                    headers={"Content-Type": "application/json; charset=utf-8"},
                )
        except outbound.PrivateAddress as refused:
            raise TransportError(str(refused), permanent=True) from None
        except requests.Timeout:
            raise TransportError("Slack did not answer in time.") from None
        except OSError as error:  # those of requests, too
            # Its text would hold the address, which is a secret.
            raise TransportError(f"Slack's webhook was not reached ({type(error).__name__}).") from None
        said = answer.content.decode("utf-8", "replace").strip()
        if answer.status_code == 200 and said == "ok":
            return
        word = said if said.replace("_", "").isalnum() and len(said) < 60 else ""
        raise outcome_of(word, answer.status_code, seconds(answer.headers.get("Retry-After")))

    def person(self, email: str, *, afresh: bool = False) -> str:
        """Return the id of whoever has an email address. With `afresh`, what was known of it is forgotten first."""
        if afresh:
            cache.delete(f"{self._people}:{email}")
        known = cache.get(f"{self._people}:{email}")
        if known:
            return str(known)
        try:
            answer = asked(lambda: self._web.users_lookupByEmail(email=email))
        except SlackError as error:
            if error.code == "users_not_found":
                raise TransportError(f"Nobody in this Slack has the address {email}.", cause=Cause.NOBODY) from None
            raise
        found = str((answer["user"] or {})["id"])
        # Under both names: by the id one learns whose click it was.
        cache.set_many({f"{self._people}:{email}": found, f"{self._people}:{found}": email}, DAY)
        return found

    def email_of(self, person: str) -> str:
        """Return the email address of a person whose id was looked up within a day, or ""."""
        return str(cache.get(f"{self._people}:{person}") or "")
