"""Make an API token and print it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.people.audit import COMMAND_LINE
from inbox.people.lookup import owner_of, workspace_named
from inbox.people.models.tokens import Scope
from inbox.people.tokens import issue_token


class Command(BaseCommand):
    help = "Print a new API token that acts as the workspace's owner. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--scope", choices=Scope.values, default=Scope.WRITE.value, help="what it may do (default: write)"
        )

    def handle(self, *args: Any, slug: str, scope: str, **options: Any) -> str:
        owner = owner_of(workspace_named(slug))
        return issue_token(owner, name="made on the command line", scope=scope, by=COMMAND_LINE).clear
