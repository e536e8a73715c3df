"""The spine's sets of words: how grave an event is, what it is about, and what became of a delivery."""

from __future__ import annotations

from django.db import models


class Severity(models.IntegerChoices):
    """How grave an event is. Numbers leave room between the words and sort as they are meant."""

    INFO = 20, "info"
    WARNING = 30, "warning"
    ERROR = 40, "error"
    CRITICAL = 50, "critical"

    @classmethod
    def of(cls, word: str) -> Severity:
        """Return the severity that a word names. Raises KeyError."""
        return cls[word.upper()]


class Topic(models.TextChoices):
    """What a kind of event is about, and so which channel it belongs in (DESIGN.md, section 3)."""

    CRITICAL_ERRORS = "critical-errors"
    ERRORS = "errors"
    FINANCIALS = "financials"
    USER_BEHAVIOR = "user-behavior"
    APPLICATION_STATS = "application-stats"
    CLIENT_FEEDBACK = "client-feedback"
    CONVERSATIONS = "conversations"
    AUDIT = "audit"


class Face(models.TextChoices):
    """Which of its three faces a rule shows."""

    ROUTE = "route"
    PREFERENCE = "preference"
    AUTOMATION = "automation"


class Status(models.TextChoices):
    """What became of a delivery. `suppressed` was never to be sent by itself, and `cause` says why."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    SETTLED = "settled"


class Cause(models.TextChoices):
    """Why a delivery was suppressed. What was counted into a message (`FOLLOWING`) keeps its cause when that fails."""

    GROUPED = "grouped", "told in an earlier message"
    CAPPED = "capped", "held back: too many in a row"
    MUTED = "muted", "the route is muted"
    QUIET = "quiet", "quiet hours"
    NOBODY = "nobody", "nobody to send to"
    NOT_CONNECTED = "not_connected", "no credentials"
    EXPIRED = "expired", "too late to be worth telling"
    ROUTE_OFF = "route_off", "the route was switched off before it went out"
    ROUTE_DELETED = "route_deleted", "the route was deleted before it went out"
    SEEN = "seen", "they had seen it already"
    NO_SIGHT = "no_sight", "they may not see it any more"
    PREFERENCE_OFF = "preference_off", "they chose not to be told this way"
    BOUNCED = "bounced", "mail to their address came back"
    UNVERIFIED = "unverified", "their address is only claimed"
    UNSUBSCRIBED = "unsubscribed", "they unsubscribed"
    ENOUGH = "enough", "they have had it often enough"
    EMPTY = "empty", "it says nothing for this event"
    MESSAGE_OFF = "message_off", "the message was switched off before it went out"
    MESSAGE_GONE = "message_gone", "the message was deleted before it went out"


# The group key of an event whose words were erased (notifications/erasing.py): no other one is without a "|". And what
# stands where its deliveries had their payloads: nobody who is just sending one may write it down again.
ERASED = "erased"
ERASED_PAYLOAD = {"erased": True, "text": "Erased with the person that it told of."}

# The causes of deliveries that are told in another one's message, and share its fate.
FOLLOWING = (Cause.GROUPED, Cause.CAPPED)
