"""What teammates write down about a person. A note stays with the contact that was the root when it was written."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from inbox.contacts.persons import root_of
from inbox.models import Contact, PersonNote
from inbox.people.models import Teammate
from inbox.people.permissions import Forbidden, Permission, require

LONGEST = 10_000


class NoteRefused(ValueError):
    """A note cannot be kept like this. The message says what to do."""


def notes_about(workspace: int, contacts: list[int]) -> QuerySet[PersonNote]:
    """Return the notes about contacts of a workspace (keys), newest first, with who wrote them."""
    found = PersonNote.objects.filter(workspace=workspace, contact_id__in=contacts)
    return found.select_related("teammate__user").order_by("-id")


def write_note(contact: Contact, teammate: Teammate, text: str) -> PersonNote:
    """Write a note about a contact's person. Raises Forbidden, NoteRefused."""
    require(teammate, Permission.WRITE)
    return PersonNote.objects.create(
        workspace=teammate.workspace, contact=root_of(contact), teammate=teammate, text=_sound(text)
    )


def edit_note(note: PersonNote, teammate: Teammate, text: str) -> None:
    """Change one's own note. Raises Forbidden, NoteRefused."""
    require(teammate, Permission.WRITE)
    if not may_edit(note, teammate):
        raise NoteRefused("Only who wrote a note can change it.")
    text = _sound(text)
    if text != note.text:
        note.text, note.edited_at = text, timezone.now()
        note.save(update_fields=["text", "edited_at"])


def delete_note(note: PersonNote, teammate: Teammate) -> None:
    """Delete one's own note, or as an admin anybody's. Raises Forbidden."""
    if not may_delete(note, teammate):
        raise Forbidden(Permission.MANAGE_WORKSPACE)
    note.delete()


def may_edit(note: PersonNote, teammate: Teammate) -> bool:
    """Whether a teammate may change a note."""
    return teammate.may(Permission.WRITE) and note.teammate_id == teammate.pk


def may_delete(note: PersonNote, teammate: Teammate) -> bool:
    """Whether a teammate may delete a note."""
    return may_edit(note, teammate) or teammate.may(Permission.MANAGE_WORKSPACE)


def _sound(text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise NoteRefused("Write something first.")
    if len(text) > LONGEST:
        raise NoteRefused(f"A note has at most {LONGEST:,} characters; this one has {len(text):,}.")
    return text
