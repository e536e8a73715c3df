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


def _without_semicolon(patterns: tuple[str, tuple[tuple[str, str], ...]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return Django's patterns for imports, for those too that end with their line: ours do."""
    extension, found = patterns
    return extension, tuple((pattern.replace(r"\s*;)", r"[ \t]*;?)"), template) for pattern, template in found)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    # `import … from "./x.js"` must find the hashed x.js, or a deployment would mix old and new modules, and a module
    # that a page names too would run twice.
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = _without_semicolon(
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns
    )

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
