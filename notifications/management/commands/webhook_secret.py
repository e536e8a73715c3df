"""Print the secret with which a workspace's outgoing webhooks are signed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.people.lookup import workspace_named
from notifications.models import WebhookSecret


class Command(BaseCommand):
    help = "Print the secret that proves that a webhook comes from here. Keep it on your server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> str:
        return str(WebhookSecret.objects.get_or_create(workspace=workspace_named(slug))[0].secret)
