"""What the page says of each integration: what it is for, its state, and what to do on the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from inbox.people.models import Workspace
from integrations.configs import CONFIGS
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.forms import ConnectionForm
from integrations.models import Integration
from integrations.trying import trials


@dataclass(frozen=True)
class Guide:
    """Words about one integration. `addresses` are to be pasted there: a title, and the path after the workspace."""

    line: str
    icon: str
    steps: tuple[str, str]
    addresses: tuple[tuple[str, str], ...] = ()


GUIDES = {
    Integration.HELPSCOUT: Guide(
        "Shows in Help Scout's sidebar what Frontdesk knows of a customer.",
        "panel-right",
        (
            "In Help Scout: Manage → Apps → Build a custom app. Choose dynamic content and legacy callback.",
            "Paste this address as the callback, make up a secret key of at most 40 signs, and give it here, too.",
        ),
        (("Callback address", "sidebar/"),),
    ),
    Integration.STRIPE: Guide(
        "Tells of payments, failed ones and subscriptions.",
        "webhook",
        (
            "In Stripe: Developers → Webhooks → Add an endpoint, with this address and the events you want told.",
            "Reveal the endpoint's signing secret and give it here.",
        ),
        (("Endpoint address", "webhook/"),),
    ),
    Integration.SLACK: Guide(
        "Tells your channels what happens, and lets people answer from there.",
        "message-square",
        (
            "At api.slack.com/apps make an app, paste these addresses, and install it into your Slack.",
            "Give its bot token and signing secret here; or only an incoming webhook's address, which can post.",
        ),
        (
            ("Event subscriptions, request address", "events/"),
            ("Interactivity, request address", "actions/"),
            ("Slash commands, request address", "commands/"),
        ),
    ),
    Integration.INTERCOM: Guide(
        "Brings contacts and conversations over from Intercom.",
        "refresh-cw",
        (
            "In Intercom: Settings → Integrations → Developer Hub → New app, for your own workspace.",
            "Copy the access token from its page Authentication and give it here.",
        ),
    ),
}


@dataclass
class Card:
    """One integration as the page shows it."""

    integration: Integration
    guide: Guide
    addresses: list[tuple[str, str]]
    form: ConnectionForm
    keys: tuple[str, ...]
    since: datetime | None
    is_unreadable: bool
    can_be_tried: bool

    @property
    def labels(self) -> list[str]:
        """What is set, as its inputs are called."""
        return [str(self.form.fields[key].label or key) for key in self.keys if key in self.form.fields]


def cards_of(request: HttpRequest, workspace: Workspace, bound: ConnectionForm | None = None) -> list[Card]:
    """Return a card for each integration; `bound` takes the place of the fresh form of its integration."""
    since = dict(workspace.connections.values_list("integration", "created_at"))  # type: ignore[attr-defined]
    return [_card(request, workspace, Integration(name), since.get(name), bound) for name in CONFIGS]


def _card(
    request: HttpRequest,
    workspace: Workspace,
    integration: Integration,
    since: datetime | None,
    bound: ConnectionForm | None,
) -> Card:
    config, guide = CONFIGS[integration], GUIDES[integration]
    keys: tuple[str, ...] = ()
    is_unreadable = False
    if since is not None:
        try:
            found = connection_of(workspace, integration)
            keys = tuple(found.clear()) if found is not None else ()
        except ConnectionUnreadable:
            is_unreadable = True
    form = bound if bound is not None and bound.config is config else ConnectionForm(config=config, stored=keys)
    base = f"/integrations/{integration.value}/{workspace.slug}/"
    addresses = [(title, request.build_absolute_uri(base + path)) for title, path in guide.addresses]
    return Card(integration, guide, addresses, form, keys, since, is_unreadable, bool(keys) and integration in trials())
