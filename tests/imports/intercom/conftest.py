"""An Intercom with people in it, and a workspace that is connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from tests.factories import make_workspace
from tests.imports.intercom.people import by_id, contact
from tests.imports.intercom.talks import ADMIN
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Intercom, intercom_stand_in


@pytest.fixture(autouse=True)
def _storage(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def there(settings: Any) -> Iterator[Intercom]:
    with intercom_stand_in() as running:
        settings.INTERCOM_API_URL = running.url
        yield running


@pytest.fixture
def workspace(there: Intercom, db: None) -> Workspace:
    made = make_workspace()
    set_connection(made, "intercom", {"access_token": stand_in.TOKEN}, by=COMMAND_LINE)
    return made


@pytest.fixture
def there_with_people(there: Intercom) -> Intercom:
    there.contacts = by_id(contact(1), contact(2))
    there.admins = [ADMIN]
    return there
