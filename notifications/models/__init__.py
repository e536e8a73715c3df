"""The spine's tables."""

from notifications.models.automations import (
    Audience,
    AutomatedDelivery,
    Automation,
    AutomationVersion,
    MailTracking,
    QuietZone,
    Unsubscription,
)
from notifications.models.bounces import BouncedAddress
from notifications.models.deliveries import Delivery, Destination, Posting
from notifications.models.events import Event, EventKey
from notifications.models.notices import Notice
from notifications.models.push import PushKeys, PushSubscription
from notifications.models.rules import Rule
from notifications.models.runs import Heartbeat, ScheduledRun
from notifications.models.schedules import HoursOf, Schedule
from notifications.models.webhooks import WebhookSecret

__all__ = [
    "Audience",
    "AutomatedDelivery",
    "Automation",
    "AutomationVersion",
    "BouncedAddress",
    "Delivery",
    "Destination",
    "Event",
    "EventKey",
    "Heartbeat",
    "HoursOf",
    "MailTracking",
    "Notice",
    "Posting",
    "PushKeys",
    "PushSubscription",
    "QuietZone",
    "Rule",
    "Schedule",
    "ScheduledRun",
    "Unsubscription",
    "WebhookSecret",
]
