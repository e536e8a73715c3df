"""A stand-in for Intercom's API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stand_ins.intercom import Intercom, intercom_stand_in


@pytest.fixture
def there(settings: Any) -> Iterator[Intercom]:
    with intercom_stand_in() as running:
        settings.INTERCOM_API_URL = running.url
        yield running
