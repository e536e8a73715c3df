"""What the sidebar keeps that may name somebody who is erased."""

from __future__ import annotations

from django.db import connection

from inbox.contacts.erasing.person import Person
from integrations.helpscout.models import SidebarRequest

_SNIPPET = """
UPDATE integrations_sidebarlayout SET snippet = regexp_replace(snippet, %(words)s, 'erased', 'gi')
WHERE workspace_id = %(workspace)s AND snippet ~* %(words)s
"""


def erase(person: Person) -> None:
    """Forget whom requests found, and take a person's words out of the team's own snippet."""
    SidebarRequest.objects.filter(workspace=person.workspace, contact__in=person.ids).update(contact=None)
    with connection.cursor() as cursor:
        cursor.execute(_SNIPPET, {"workspace": person.workspace.pk, "words": person.pattern})
