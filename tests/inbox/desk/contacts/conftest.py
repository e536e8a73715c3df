"""What the tests of contacts and accounts share: a workspace with its people, and who is signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from inbox.models import AttributeDefinition, Contact
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace
from tests.factories import make_contact


@pytest.fixture
def storage(tmp_path: Path, settings: Any) -> Path:
    """The storage's folder, empty."""
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": kept}
    return tmp_path


def define(workspace: Workspace, key: str, kind: str, of: str = ProfileKind.CONTACT) -> AttributeDefinition:
    """Give a workspace a field of its own."""
    return AttributeDefinition.objects.create(
        workspace=workspace, of=of, key=key, label=key.replace("_", " ").capitalize(), type=kind
    )


def page(client: Client, contact: Contact) -> str:
    """Return a contact's page."""
    answer = client.get(f"/contacts/{contact.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def person(workspace: Workspace) -> tuple[Contact, Contact]:
    """Return a root and what is attached to it."""
    root, attached = make_contact(workspace, name="Ann Lee"), make_contact(workspace, name="Ann’s phone")
    Contact.objects.filter(pk=attached.pk).update(root=root)
    attached.refresh_from_db()
    return root, attached
