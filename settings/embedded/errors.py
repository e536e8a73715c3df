"""What goes wrong with embedded servers, said to the person who started them."""

from __future__ import annotations


class ServicesError(Exception):
    """A server cannot be had. The message is whole sentences that say what to do."""


class PortTaken(ServicesError):
    """Another program listens on the port that was chosen; another port may do."""
