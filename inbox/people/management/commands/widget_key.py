"""Print a workspace's widget key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.people.lookup import workspace_named


class Command(BaseCommand):
    help = "Print the public key that pages carry to show this workspace's widget."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> str:
        return workspace_named(slug).widget_key
