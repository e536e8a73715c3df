"""Waking bells and pages. What is sent holds nothing: each reads for itself what there is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from inbox.realtime import Frame, publish, workspace_group


def bell_group(device: int) -> str:
    """The socket of one bell."""
    return f"bell-{device}"


def wake_on_commit(devices: Iterable[int]) -> None:
    """Have bells look for what they are to strike, once the current transaction has committed."""
    frames = [Frame(bell_group(device), {}, kind="wake") for device in set(devices)]
    if frames:
        transaction.on_commit(partial(publish, frames), robust=True)


def look_again_on_commit(device: int) -> None:
    """Have a bell's socket look whether it may still be there, once the current transaction has committed."""
    transaction.on_commit(partial(publish, [Frame(bell_group(device), {}, kind="look_again")]), robust=True)


def tell_pages_on_commit(workspace: int) -> None:
    """Have open Bell pages look again, once the current transaction has committed."""
    transaction.on_commit(partial(publish, [Frame(workspace_group(workspace), {"type": "bell"})]), robust=True)
