"""Set a workspace's integration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.people.audit import COMMAND_LINE
from inbox.people.lookup import workspace_named
from integrations.connections import CONFIGS, ConnectionRefused, set_connection
from integrations.models import Integration


class Command(BaseCommand):
    help = "Set an integration of a workspace and print its name. What was set for it before is replaced, whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("integration", metavar="integration", help=f"one of {', '.join(Integration.values)}")
        parser.add_argument(
            "values",
            nargs="*",
            metavar="key=value",
            help="helpscout: secret · stripe: webhook_secret (several with commas) and, if wanted, api_key · slack: "
            "bot_token and signing_secret, or webhook_url · intercom: access_token and, if wanted, region",
        )

    def handle(self, *args: Any, slug: str, integration: str, values: list[str], **options: Any) -> str:
        workspace = workspace_named(slug)
        if integration not in CONFIGS:
            raise CommandError(f"There is no integration {integration!r}. There are: {', '.join(CONFIGS)}.")
        try:
            set_connection(workspace, integration, _pairs(values), by=COMMAND_LINE)
        except ConnectionRefused as refused:
            raise CommandError(str(refused)) from None
        return integration


def _pairs(values: list[str]) -> dict[str, str]:
    """Return `key=value` arguments as a mapping. Raises CommandError, which never repeats a value: they are secrets."""
    pairs: dict[str, str] = {}
    for position, argument in enumerate(values, start=1):
        key, equals, value = argument.partition("=")
        if not equals or not key:
            raise CommandError(f"Argument {position} after the integration is not of the form key=value.")
        if key in pairs:
            raise CommandError(f"{key} is given twice.")
        pairs[key] = value
    return pairs
