"""All of a person as a ZIP: pages to read (begin with index.html), and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from inbox.contacts import exporting
from inbox.contacts.erasing.person import Gone, Person, look
from inbox.contacts.personal_export import gathering
from inbox.contacts.personal_export.document import listed, thread
from inbox.contacts.personal_export.gathering import Values
from inbox.contacts.personal_export.registry import TELLERS
from inbox.models import Contact, Export
from inbox.models.profiles import ExportKind
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require

# What `Export.query` says where what the team noted is left out.
WITHOUT_NOTES = "notes=no"
TEMPLATES = "gdpr/export/"
# Where in a conversation's page its messages stand.
HERE = "<!-- messages -->"
ROWS_AT_ONCE = 500


def request_person(contact: Contact, teammate: Teammate, by: Actor, *, notes: bool = True) -> Export:
    """Ask for all that is known of a contact's person, as a ZIP. Raises Forbidden, ExportRefused."""
    require(teammate, Permission.ERASE)
    with transaction.atomic():
        asked = "" if notes else WITHOUT_NOTES
        export = exporting.request(teammate, ExportKind.PERSON, query=asked, contact=contact.person)
        # Nobody is named: who is erased later is named in no audit.
        record("contacts.exported", workspace=teammate.workspace, by=by, subject="one person")
    return export


def write_person(export: Export, file: IO[bytes]) -> int:
    """Write the ZIP that an export asks for, and return how many messages and events are in it. Raises LeaseLost,
    CannotBeMade."""
    if export.contact is None:
        raise exporting.CannotBeMade("This contact is not there any more.")
    try:
        person = look(export.contact)
    except Gone:
        raise exporting.CannotBeMade("This contact is not there any more.") from None
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        return _Writing(archive, export, person, notes=export.query != WITHOUT_NOTES).write()


@dataclass
class _Writing:
    """One archive on its way."""

    archive: ZipFile
    export: Export
    person: Person
    notes: bool
    rows: int = 0
    threads: list[Values] = field(default_factory=list)

    def write(self) -> int:
        profiles = gathering.profiles(self.person, notes=self.notes)
        merges = gathering.merges(self.person)
        self._json("person.json", [json.dumps({"contacts": profiles, "merges": merges}, ensure_ascii=False, indent=2)])
        for pk, about in gathering.conversations(self.person):
            self._conversation(pk, about)
        self._json("events.json", listed(self._counted(gathering.events(self.person, notes=self.notes))))
        for name, tell in TELLERS.items():
            self._json(f"{name}.json", listed(self._counted(tell(self.person))))
        about_all = {
            "elsewhere": list(TELLERS),
            "profiles": profiles, "merges": merges, "threads": self.threads, "notes": self.notes,
            "workspace": self.export.workspace, "at": timezone.now(), "name": self.person.called,
        }  # fmt: skip
        self.archive.writestr("index.html", render_to_string(f"{TEMPLATES}index.html", about_all))
        return self.rows

    def _conversation(self, pk: int, about: Values) -> None:
        place = f"conversations/{about['number']}"
        self._json(f"{place}.json", thread(about, self._counted(gathering.messages(pk, self.person, notes=self.notes))))
        with self.archive.open(f"{place}.html", "w") as page:
            head, _, foot = render_to_string(f"{TEMPLATES}conversation.html", {"about": about}).partition(HERE)
            page.write(head.encode())
            said = gathering.messages(pk, self.person, notes=self.notes)
            while some := list(islice(said, ROWS_AT_ONCE)):
                page.write(render_to_string(f"{TEMPLATES}_messages.html", {"messages": some}).encode())
                exporting.keep(self.export, self.rows)
            page.write(foot.encode())
        self.threads.append(about)

    def _json(self, name: str, pieces: Iterable[str]) -> None:
        with self.archive.open(name, "w") as stored:
            for piece in pieces:
                stored.write(piece.encode("utf-8", "replace"))

    def _counted(self, values: Iterable[Values]) -> Iterator[Values]:
        for value in values:
            self.rows += 1
            if self.rows % ROWS_AT_ONCE == 0:
                exporting.keep(self.export, self.rows)
            yield value
