"""Where messages go. Each transport registers itself, in its app's `ready`; the core names none."""

from __future__ import annotations

from notifications.transports.base import Automated, Message, Personal, Sent, Transport, TransportError

__all__ = [
    "Automated",
    "Message",
    "Personal",
    "Sent",
    "Transport",
    "TransportError",
    "all_transports",
    "register_transport",
    "transport_of",
]

_TRANSPORTS: dict[str, Transport] = {}


def register_transport(*transports: Transport) -> None:
    """Make transports known by their names. Raises ValueError for a name that another one has."""
    for transport in transports:
        known = _TRANSPORTS.setdefault(transport.name, transport)
        if type(known) is not type(transport):
            raise ValueError(f"There is a transport {transport.name} already.")


def transport_of(name: str) -> Transport:
    """Return a transport. Raises KeyError for a name that none has."""
    return _TRANSPORTS[name]


def all_transports() -> dict[str, Transport]:
    """Return every transport by name, in the order of their registration."""
    return dict(_TRANSPORTS)
