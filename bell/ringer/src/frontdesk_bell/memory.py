"""Which rings were struck, remembered over a restart: at most once is the promise, a lost ding better than two."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from frontdesk_bell.words import say

KEPT = 200


class Memory:
    """The ids of the last 200 rings that were begun, in a file if there is one. Its faults are said, not raised."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rings: dict[str, None] = dict.fromkeys(self._read())
        self._said = False

    def __contains__(self, ring: str) -> bool:
        return ring in self._rings

    def note(self, ring: str) -> None:
        """Remember a ring; on return it is on the disk. Called before the first strike, so a crash cannot repeat it."""
        self._rings[ring] = None
        for oldest in list(self._rings)[:-KEPT]:
            del self._rings[oldest]
        if self._path is None:
            return
        try:
            self._write(self._path)
        except OSError as error:
            if not self._said:
                say(f"Struck rings are not remembered over a restart: {self._path} cannot be written ({error}).")
            self._said = True
        else:
            self._said = False

    def _read(self) -> list[str]:
        if self._path is None:
            return []
        try:
            rings = json.loads(self._path.read_bytes())["rings"]
            if not isinstance(rings, list) or not all(isinstance(ring, str) for ring in rings):
                raise ValueError("its rings are no list of ids")
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            say(f"{self._path} cannot be read ({error}): which rings were struck before is not known. It is made anew.")
            return []
        return rings[-KEPT:]

    def _write(self, path: Path) -> None:
        """Replace the file, so that it is the old one or the new one after a power cut, and never half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with new.open("w") as file:
                json.dump({"rings": list(self._rings)}, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
