"""Ties a program's life to its parent's, even where the parent is killed outright.

As a program: `python -I tether.py SIGNAL COMMAND…` asks the kernel (Linux) to send this process SIGNAL when its
parent ends, then becomes COMMAND. TETHER_PARENT names the parent that it was meant for: if that one is gone
already, it ends instead. COMMAND finds its own number there, for the children that it ties in turn."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def tie(number: int, parent: int) -> bool:
    """Have the kernel send this process the signal when its parent ends. Returns whether `parent` still lives.

    Other systems than Linux have no such thing; there only the question is answered."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    return os.getppid() == parent


def interrupted(pid: int) -> bool:
    """Whether `make`, as process `pid`, was interrupted and only waits for its recipe to end.

    It then has given back its handler of SIGINT. A Ctrl-C at a terminal reaches the recipe too, but
    `kill -INT` of make alone does not, and both would wait for ever. Linux only; elsewhere False."""
    try:
        with Path(f"/proc/{pid}/status").open() as status:
            masks = dict(line.split(":", 1) for line in status)
        caught, ignored = int(masks["SigCgt"], 16), int(masks["SigIgn"], 16)
    except (OSError, KeyError, ValueError):
        return False
    bit = 1 << (signal.SIGINT - 1)
    return not (caught | ignored) & bit


def main() -> None:
    number = signal.Signals[f"SIG{sys.argv[1]}"]
    if not tie(number, int(os.environ["TETHER_PARENT"])):
        sys.exit(f"tether: the parent of {sys.argv[2]} has gone")
    os.environ["TETHER_PARENT"] = str(os.getpid())
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606


if __name__ == "__main__":
    main()
