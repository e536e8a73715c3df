"""Makes requirements.runtime.lock, what the image installs, from requirements.lock: the same versions and hashes, less
what only development and the embedded servers need. It asks no index.

python .ci/runtime_lock.py            writes it
python .ci/runtime_lock.py --check    says whether it is up to date (status 1 if it is not)
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FULL, RUNTIME = ROOT / "requirements.lock", ROOT / "requirements.runtime.lock"
# What the lock says of a package that pyproject.toml itself asks for, outside of any group.
OURS = "frontdesk (pyproject.toml)"
HEADER = "# Made by .ci/runtime_lock.py from requirements.lock; do not edit.\n"
NAME = re.compile(r"[A-Za-z0-9._-]+(?===)")
VIA = re.compile(r"^ {4}# +(?:via +)?(\S.*)$", re.MULTILINE)


def blocks(lock: str) -> dict[str, str]:
    """Return each package's lines by its name: of one that has a version for each Python, those of all of them."""
    found: dict[str, str] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if match := NAME.match(block):
            found[match[0]] = found.get(match[0], "") + block
    return found


def runtime(packages: dict[str, str]) -> list[str]:
    """Return the names of those that something needs which the product itself needs."""
    wanted_by = {name: {via for via in VIA.findall(block) if via != "via"} for name, block in packages.items()}
    found = {OURS}
    while more := {name for name, by in wanted_by.items() if by & found} - found:
        found |= more
    return [name for name in packages if name in found]


def main(arguments: list[str]) -> int:
    """Write or check the file; return the exit status."""
    packages = blocks(FULL.read_text())
    names = runtime(packages)
    others = set(packages) - set(names)
    lines = "".join(packages[name] for name in names).splitlines(keepends=True)
    text = HEADER + "".join(line for line in lines if not _names_another(line, others))
    if arguments != ["--check"]:
        RUNTIME.write_text(text)
    elif not RUNTIME.exists() or RUNTIME.read_text() != text:
        print("requirements.runtime.lock is not what requirements.lock says; run: python .ci/runtime_lock.py")
        return 1
    return 0


def _names_another(line: str, others: set[str]) -> bool:
    """Return whether a line says that a package is needed by one that is not in the file."""
    match = re.match(r"^ {4}# {3}(\S+)", line)
    return bool(match and (match[1] in others or "pyproject.toml:" in line))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
