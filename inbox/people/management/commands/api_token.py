"""Make an API token and print it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.people.lookup import owner_of, workspace_named
from inbox.people.models import ApiToken


class Command(BaseCommand):
    help = "Print a new API token that acts as the workspace's owner. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> str:
        return ApiToken.issue(owner_of(workspace_named(slug)), name="made on the command line")
