"""Static files under hashed names, compressed once when they are collected."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT_LINES = re.compile(r"^[ \t]*//[^\n]*\n|^[ \t]+", re.MULTILINE)


def lighter(script: str) -> str:
    """Return one of our scripts without its comment lines and indentation, which are for those who read the source.

    Ours have no line inside a string that begins with two slashes, and none whose indentation means anything.
    """
    return _COMMENT_LINES.sub("", script)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    # `import … from "./x.js"` must find the hashed x.js, or a deployment would mix old and new modules.
    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File[Any]) -> str:
        if name.endswith(".js") and "vendor/" not in name:
            content.seek(0)
            content = ContentFile(lighter(content.read().decode("utf-8")).encode("utf-8"))
        return str(super()._save(name, content))


class OwnAppsFinder(AppDirectoriesFinder):
    """Finds our apps' files only: no page of ours uses what the libraries bring along."""

    def __init__(self, app_names: list[str] | None = None, *args: Any, **kwargs: Any) -> None:
        ours = ["inbox.people", "inbox", "notifications", "imports", "integrations", "bell"]
        super().__init__(app_names or ours, *args, **kwargs)
