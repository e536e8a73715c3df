"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from tests.flush import delete_instead_of_truncating
from tests.stack import MIGRATED, Stack, building, clone, exists, running_stack

# Files that start the product or a browser, or visit every address, take a minute or more: begun last, one of them
# would be waited for by all.
LONG = (
    "tests/chaos/",
    "tests/browser/",
    "tests/settings/test_run",
    "tests/settings/test_image",
    "tests/settings/",
    "tests/bell/test_end_to_end",
    "tests/walk/",
    "tests/inbox/api/test_fuzz",
)

# A machine that is busy is no fault of the code: no example is timed. CI has a profile of its own, which says so too.
if settings.get_current_profile_name() == "default":
    settings.register_profile("busy", deadline=None)
    settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first."""
    items.sort(key=lambda item: next((place for place, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG)))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """A database for each process: the first one of a run to need it migrates its own, the others clone that one."""
    with django_db_blocker.unblock(), building():
        if not (first := not exists(MIGRATED)):
            connection.settings_dict["TEST"] |= {"TEMPLATE": MIGRATED, "MIGRATE": False}
        made = setup_databases(verbosity=0, interactive=False)
        if first:
            connection.close()
            clone(connection.settings_dict["NAME"], MIGRATED)
        delete_instead_of_truncating()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The product, running, on the demo's data. Shared by the tests of one process: leave others' things alone."""
    with running_stack() as running:
        yield running
