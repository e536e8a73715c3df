"""A workspace, its owner at a desk, and files to upload."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from imports import batches, storing
from imports.models import Import
from inbox.people.models import Teammate, Workspace
from settings.storage import media_storage
from tests.factories import make_teammate, make_workspace

PEOPLE = b"E-Mail;Name;Firma\nnadia@example.com;Nadia Okafor;Acme\nben@example.com;Ben Ito;Acme\nnobody;Nobody;\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Each test has a folder of its own for files."""
    settings.STORAGES = {**settings.STORAGES, "default": media_storage({}, tmp_path)}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def desk(ada: Teammate) -> Client:
    return client_of(ada)


@pytest.fixture
def stranger(db: None) -> Client:
    """The owner of another workspace."""
    return client_of(make_teammate(make_workspace(), role="owner"))


def client_of(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client: Client, text: bytes = PEOPLE, name: str = "people.csv") -> Import:
    """Upload a file by the plain form, and return its import."""
    answer = client.post("/imports/upload/", {"file": SimpleUploadedFile(name, text, "text/csv")})
    assert answer.status_code == 302, answer.content
    return Import.objects.latest("id")


def begin(client: Client, text: bytes, name: str = "people.csv", changed: str = "1") -> Any:
    """Begin an upload in parts, and return what the server says."""
    answer = client.post("/imports/begin/", {"name": name, "size": len(text), "changed": changed})
    return json.loads(answer.content)


def put(client: Client, at: Any, number: int, text: bytes, **headers: str) -> Any:
    """Send one part."""
    return client.put(f"{at['parts']}{number}/", text, content_type="application/octet-stream", headers=headers)


def part_of(text: bytes, number: int) -> bytes:
    return text[number * storing.PART : (number + 1) * storing.PART]


def told(page: Any) -> str:
    """Return the text of a page."""
    return " ".join(page.content.decode().split())


def work() -> None:
    """Do all that workers have to do with imports."""
    while batches.drain():
        pass


def at(import_: Import, verb: str = "") -> str:
    """Return the address of an import's page, or of something that is done there."""
    return f"/imports/{import_.public_id}/{verb}{'/' if verb else ''}"


def choose(client: Client, import_: Import, action: str = "save", **fields: str) -> Any:
    """Send the form of the columns, `field_0` for the first one's field."""
    said = {name.replace("_", "-") if name[-1].isdigit() else name: value for name, value in fields.items()}
    return client.post(at(import_, "columns"), {"action": action, **said})


def imported(client: Client, text: bytes = PEOPLE, name: str = "people.csv") -> Import:
    """Upload a file, import it as it is proposed, and return the import when all of it is done."""
    import_ = upload(client, text, name)
    choose(client, import_, "import")
    work()
    import_.refresh_from_db()
    return import_
