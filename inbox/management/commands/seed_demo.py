"""Make the demo workspace if there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from inbox.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Make the demo workspace with its people and conversations, unless it is there already."

    def handle(self, *args: Any, **options: Any) -> str:
        return "Made the demo workspace." if seed_demo() else "The demo workspace is there already."
