"""What tests of files share."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _storage(tmp_path: Any, settings: Any) -> None:
    """A folder of its own for each test's files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
