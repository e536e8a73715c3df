"""Scripts as they are served: each names the others by their hashed names."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command

IMPORTS = re.compile(r"""(?:from|import)[ ]*\(?["'](\.{1,2}/[^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.")


def test_a_script_imports_others_by_the_names_of_this_very_release(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    backend = "inbox.people.staticfiles.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", "--noinput", verbosity=0)
    scripts = [path for path in tmp_path.rglob("*.js") if HASHED.search(path.name)]
    imports = [(path.name, name) for path in scripts for name in IMPORTS.findall(path.read_text())]
    assert len(imports) > 50
    assert [pair for pair in imports if not HASHED.search(pair[1])] == []
    assert all((path.parent / name).exists() for path in scripts for name in IMPORTS.findall(path.read_text()))
