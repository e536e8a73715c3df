"""Print the secret under which a customer's server signs its users."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.people.lookup import workspace_named


class Command(BaseCommand):
    help = "Print the secret that proves who a visitor is. Keep it on your server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> str:
        return str(workspace_named(slug).identity_secret)
