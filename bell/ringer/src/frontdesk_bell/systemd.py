"""Tells systemd that the ringer is up and that its loop runs (Type=notify, WatchdogSec). Silent elsewhere."""

from __future__ import annotations

import asyncio
import os
import socket


def notify(message: str) -> None:
    """Send systemd a word, if it has asked for any (NOTIFY_SOCKET)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            # An @ stands for the zero byte of an abstract socket.
            sender.connect("\0" + address[1:] if address.startswith("@") else address)
            sender.send(message.encode())
    except OSError:
        pass


async def stay_alive() -> None:
    """Say that the loop runs, as often as systemd wants to hear it. A loop that hangs says nothing, and is ended."""
    notify("READY=1")
    try:
        every = int(os.environ.get("WATCHDOG_USEC", "")) / 1_000_000 / 3
    except ValueError:
        return
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(every)
