"""frontdesk-bell: strikes a bell on the wall when Frontdesk says so. Knows gpiozero and a socket, nothing of Django."""

__version__ = "0.1.0"
