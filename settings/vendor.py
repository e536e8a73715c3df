"""`make vendor`: third-party browser files, from the npm packages that package.json pins, into the repository.

package.json says under "vendor" which files of which package, each a path in the package or
{path: name here}:

    "vendor": {"htmx.org": ["dist/htmx.min.js"], "idiomorph": {"dist/idiomorph-ext.min.js": "idiomorph.js"}}

They land in inbox/people/static/vendor/ and are committed, each package with its licence
(`PACKAGE.LICENSE.txt`). Files that the map no longer names are removed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from settings.embedded.folder import PROJECT
from settings.sprite import sprite

TARGET = PROJECT / "inbox" / "people" / "static" / "vendor"
LICENCES = ("LICENSE*", "LICENCE*", "license*", "licence*", "COPYING*")


class VendorError(Exception):
    """A file or a licence is not where package.json says. The message names it."""


def wanted(manifest: dict[str, object]) -> list[tuple[str, str, str]]:
    """(package, path in the package, name here) for each file of the "vendor" map. Raises VendorError."""
    entries = manifest.get("vendor")
    if not isinstance(entries, dict) or not entries:
        raise VendorError('package.json has no "vendor" map.')
    files = []
    for package, listed in entries.items():
        pairs = listed.items() if isinstance(listed, dict) else [(path, Path(path).name) for path in listed]
        files += [(package, path, name) for path, name in pairs]
    names = [name for _, _, name in files]
    if len(set(names)) < len(names):
        raise VendorError("Two files would get the same name; name them in the map.")
    return files


def licence_of(package: Path) -> Path:
    """The licence text of an npm package. Raises VendorError when it ships none."""
    for pattern in LICENCES:
        if found := sorted(package.glob(pattern)):
            return found[0]
    raise VendorError(f"{package.name} ships no licence text.")


def copy(modules: Path, target: Path, files: list[tuple[str, str, str]]) -> list[Path]:
    """Copy the files and their packages' licences, and remove what else is there. Returns what was written."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for package, path, name in files:
        source = modules / package / path
        if not source.is_file():
            raise VendorError(f"{package} has no file {path}.")
        licence = target / f"{package.lstrip('@').replace('/', '-')}.LICENSE.txt"
        for origin, place in (
            (source, target / name),
            (licence_of(modules / package), licence),
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, place)
            written.append(place)
    for place in sorted(target.rglob("*")):
        if place.is_file() and place not in written:
            place.unlink()
    return written


def write_sprite(manifest: dict[str, dict[str, Any]]) -> None:
    """Draw the icons that the manifest names into one file, their licence beside it. Raises FileNotFoundError."""
    package = PROJECT / "node_modules" / manifest["sprite"]["package"]
    place = TARGET / "icons.svg"
    place.write_text(sprite(package / "icons", manifest["sprite"]["icons"]), encoding="utf-8")
    shutil.copyfile(licence_of(package), TARGET / f"{package.name}.LICENSE.txt")
    print(place.relative_to(PROJECT))


def main() -> None:
    """Install the pinned packages and copy the files. Ends the program with a message when that fails."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("make vendor needs npm (on Debian: apt-get install npm).")
    if subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=PROJECT, check=False).returncode:
        sys.exit("npm ci failed.")
    try:
        manifest = json.loads((PROJECT / "package.json").read_text())
        files = wanted(manifest)
        for place in copy(PROJECT / "node_modules", TARGET, files):
            print(place.relative_to(PROJECT))
        write_sprite(manifest)
    except (VendorError, FileNotFoundError) as problem:
        sys.exit(f"make vendor: {problem}")


if __name__ == "__main__":
    main()
