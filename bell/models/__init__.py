"""Bells, and how often they were struck."""

from bell.models.devices import Device
from bell.models.rings import Ring, State

__all__ = ["Device", "Ring", "State"]
