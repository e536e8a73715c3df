"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The product, running, on the demo's data. Shared by the tests of one process: leave others' things alone."""
    with running_stack() as running:
        yield running
