"""Make a bell and print its token."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bell.devices import DeviceRefused, add_device
from inbox.people.audit import COMMAND_LINE
from inbox.people.lookup import workspace_named


class Command(BaseCommand):
    help = "Print the token of a new bell. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("name", help="where the bell stands: Reception, say")

    def handle(self, *args: Any, slug: str, name: str, **options: Any) -> str:
        try:
            return add_device(workspace_named(slug), name, by=COMMAND_LINE)[1]
        except DeviceRefused as refused:
            raise CommandError(str(refused)) from refused
