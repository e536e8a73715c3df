"""Encrypt every secret under the newest of FRONTDESK_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.people.rotation import Count, rotate_secrets

UNREADABLE = (
    "{count} could not be read by any of FRONTDESK_KEYS, and stayed as they are: {places}.\n"
    "Add the key that they were written with to the end of FRONTDESK_KEYS and run this again. If that key is lost, so "
    "are they: run this with --replace-unreadable, which makes new identity secrets and forgets the others, and set "
    "those anew in the settings."
)
REPLACED = (
    "{count} could not be read by any of FRONTDESK_KEYS and were given up: {places}.\n"
    "Identity secrets are new: give them to your servers. Connections and single sign-on are to be set anew in the "
    "settings. Whose second factor it was signs in without one: tell them to set it up again."
)


class Command(BaseCommand):
    help = (
        "Encrypt every secret under the first of FRONTDESK_KEYS. It may run while the product does, and again: then it "
        "does what is left. Take a former key out of FRONTDESK_KEYS once this says that nothing had to be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace-unreadable", action="store_true", help="give up what none of the keys opens, if its key is lost"
        )

    def handle(self, *args: Any, replace_unreadable: bool, **options: Any) -> None:
        counts: list[Count] = []
        for count in rotate_secrets(replace_unreadable=replace_unreadable):
            counts.append(count)
            line = f"{count.model}: {count.renewed} encrypted anew, {count.newest} were under the newest key"
            self.stdout.write(line + (f", {len(count.unreadable)} unreadable" if count.unreadable else ""))
        unreadable = [place for count in counts for place in count.unreadable]
        if unreadable:
            places = "; ".join(unreadable[:20]) + (f"; and {len(unreadable) - 20} more" if len(unreadable) > 20 else "")
            said = (REPLACED if replace_unreadable else UNREADABLE).format(count=len(unreadable), places=places)
            if not replace_unreadable:
                raise CommandError(said)
            self.stdout.write(said)
            return
        renewed = sum(count.renewed for count in counts)
        self.stdout.write(
            "Run it once more before you take the former key away." if renewed else "Nothing had to be done."
        )
