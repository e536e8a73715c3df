"""What the ringer is told by flags and by the environment, checked before anything is touched."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from frontdesk_bell.words import say

Mode = Literal["run", "test", "low"]
# High, or pulled up, while a Pi starts: a coil there would be powered until the ringer runs. 14 is the console.
HIGH_AT_START = (*range(9), 14, 15)
MAX_ON_MS = 500
SOCKET_PATH = "/ws/bell/"
# Names that only a network of one's own resolves.
AT_HOME = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


class BadOption(ValueError):
    """An option that cannot be; the text says what to do."""


@dataclass(frozen=True)
class Options:
    """Checked options. Angles are degrees, times milliseconds; `url` and `token` are empty where none is needed."""

    mode: Mode
    url: str = ""
    token: str = field(default="", repr=False)
    pin: int = 17
    actuator: Literal["solenoid", "servo"] = "solenoid"
    rest: float = 0.0
    strike: float = 40.0
    travel_ms: int = 0
    max_on_ms: int = 120
    state: Path | None = None
    dry_run: bool = False


def socket_url(given: str, *, insecure: bool) -> str:
    """Return the socket's address for what was given: the server's, with http(s) or ws(s), with or without the path.

    Raises BadOption. Without TLS whoever is between reads the token, so that is for one's own network alone."""
    try:
        parts = urlsplit(given.strip())
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # what cannot be looked up as a name is no host
    except ValueError as error:
        raise BadOption(f"The URL cannot be read ({error}). Give the server's, like https://desk.example.com") from None
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if not scheme or not host:
        raise BadOption("The URL is not one. Give the server's, like https://desk.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadOption("The URL holds more than a host and a path. The token goes into a file: --token-file")
    if scheme == "ws" and not insecure and not at_home(host):
        raise BadOption(
            f"{host} is not on your own network, and without TLS the token could be read on its way."
            " Use https:// (or --insecure, if you know what lies between)."
        )
    path = SOCKET_PATH if parts.path.rstrip("/") in ("", SOCKET_PATH.rstrip("/")) else parts.path
    return urlunsplit((scheme, parts.netloc, path, "", ""))


def at_home(host: str) -> bool:
    """Return whether the host is this machine or, as far as its name says, on a network of one's own."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(AT_HOME)
    return address.is_loopback or address.is_private or address.is_link_local


def checked_token(token: str, *, whence: str) -> str:
    """Return the token without what stands around it. Raises BadOption; no message holds any of it."""
    token = token.strip()
    if not re.fullmatch(r"[!-~]{8,500}", token):
        raise BadOption(f"{whence} holds no device token. Make one on the Bell page, and copy the whole line.")
    return token


def token_from(path: Path) -> str:
    """Return the token that a file holds. Raises BadOption."""
    try:
        text = path.read_text(encoding="utf-8")
        open_to_others = path.stat().st_mode & 0o077
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"The token's file cannot be read: {error}") from None
    if open_to_others:
        say(f"Others on this machine may read the token. Close the file to them: chmod 600 {path}")
    return checked_token(text, whence=str(path))


def check_hammer(options: Options) -> Options:
    """Return the options as they are, if a hammer can be moved as they say. Raises BadOption."""
    if not 0 <= options.pin <= 27:
        raise BadOption(f"--pin {options.pin}: give the GPIO's number (BCM), 0 to 27; 17 is the header's pin 11.")
    if options.actuator == "solenoid" and options.pin in HIGH_AT_START:
        raise BadOption(
            f"--pin {options.pin}: this GPIO is high while the Pi starts, which would power the coil."
            " Take one of 9 to 13 or 16 to 27."
        )
    if not 10 <= options.max_on_ms <= MAX_ON_MS:
        raise BadOption(f"--max-on {options.max_on_ms}: milliseconds from 10 to {MAX_ON_MS}; longer burns a coil.")
    if not 0 <= options.travel_ms <= options.max_on_ms:
        raise BadOption(f"--travel {options.travel_ms}: milliseconds from 0 to --max-on ({options.max_on_ms}).")
    for name, angle in (("rest", options.rest), ("strike", options.strike)):
        if not -90 <= angle <= 90:
            raise BadOption(f"--{name} {angle:g}: degrees from -90 to 90.")
    if options.actuator == "servo" and options.rest == options.strike:
        raise BadOption("--rest and --strike are the same angle: the arm would not move.")
    return options
