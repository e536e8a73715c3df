"""Static files under hashed names, compressed once when they are collected."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    # `import … from "./x.js"` must find the hashed x.js, or a deployment would mix old and new modules.
    support_js_module_import_aggregation = True


class OwnAppsFinder(AppDirectoriesFinder):
    """Finds our apps' files only: no page of ours uses what the libraries bring along."""

    def __init__(self, app_names: list[str] | None = None, *args: Any, **kwargs: Any) -> None:
        ours = ["inbox.people", "inbox", "notifications", "imports", "integrations", "bell"]
        super().__init__(app_names or ours, *args, **kwargs)
