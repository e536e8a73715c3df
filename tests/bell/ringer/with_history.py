"""`frontdesk-bell` on pins that write down each change to a file at once, so that it outlives kill -9.

python with_history.py FILE [--at-high SIGNAL] -- OPTIONS

--at-high: the process gets this signal in the moment in which the pin has gone high for the first time. SIGUSR1 makes
the pin raise at its next change."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from frontdesk_bell.cli import main
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

split = sys.argv.index("--")
history, *more = sys.argv[1:split]
at_high = [signal.Signals[more[1]]] if more else []


class Written(MockPWMPin):
    """A pin that keeps its level from one process to the next, as the Pi's do."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._state = Path(history).exists() and Path(history).read_text().endswith("1")

    def _change_state(self, value: Any) -> Any:
        changed = super()._change_state(value)
        if changed:
            with Path(history).open("a") as file:
                file.write("1" if value else "0")
        if value and at_high:
            os.kill(os.getpid(), at_high.pop())
        return changed


def break_pin(number: int, frame: object) -> None:
    def broken(self: Written, value: Any) -> Any:
        Written._change_state = kept  # type: ignore[method-assign]
        raise OSError("the chip has gone")

    kept, Written._change_state = Written._change_state, broken  # type: ignore[method-assign]


signal.signal(signal.SIGUSR1, break_pin)
Device.pin_factory = MockFactory(pin_class=Written)
sys.exit(main(sys.argv[split + 1 :]))
