"""The sites that may carry a workspace's widget: origins as browsers send them, and wildcards for what is below one."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

MOST_ORIGINS = 100
_DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"\A[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")


class OriginRefused(ValueError):
    """A line names no site. The message says why, and what to write."""


def parse_origin(line: str) -> str:
    """Return `line` as a browser would send it: "https://shop.example", "http://localhost:3000", "https://*.shop.example".

    No scheme means https; a path is left out. Raises OriginRefused.
    """
    written = line.strip()
    scheme, host, port = _parts(written if "://" in written else f"https://{written}")
    if scheme not in _DEFAULT_PORTS:
        raise OriginRefused(f"“{_short(written)}”: a site begins with https:// or http://.")
    wild, host = host.startswith("*."), host.removeprefix("*.")
    if "*" in host:
        raise OriginRefused(f"“{_short(written)}”: a * stands alone and first, as in *.example.com.")
    if wild and (_is_address(host) or "." not in host):
        raise OriginRefused(
            f"“{_short(written)}” would let in too much. Write a * before a whole domain: *.example.com."
        )
    ascii_host = _ascii(host)
    if ascii_host is None:
        raise OriginRefused(f"“{_short(written)}” is no site. Write it as https://shop.example.com.")
    origin = f"{scheme}://{'*.' if wild else ''}{ascii_host}"
    return origin if port in (None, _DEFAULT_PORTS[scheme]) else f"{origin}:{port}"


def parse_origins(text: str) -> list[str]:
    """Return the sites of a text, one a line, each once, in order. Raises OriginRefused for the first bad line."""
    found = list(dict.fromkeys(parse_origin(line) for line in text.splitlines() if line.strip()))
    if len(found) > MOST_ORIGINS:
        raise OriginRefused(f"{MOST_ORIGINS} sites are the most. Use a wildcard: *.example.com.")
    if any(len(origin) > 255 for origin in found):
        raise OriginRefused("A site has 255 characters at most.")
    return found


def matches(allowed: str, origin: str) -> bool:
    """Return whether `origin`, as a browser sent it, is the site `allowed`, or lies below it where that is a wildcard.

    "https://*.example.com" lets in "https://a.example.com" and "https://a.b.example.com", not "https://example.com"
    itself, nor "https://evilexample.com", nor any other scheme or port.
    """
    try:
        scheme, host, port = _parts(origin)
        want_scheme, want_host, want_port = _parts(allowed)
    except OriginRefused:
        return False
    if scheme != want_scheme or (port or _DEFAULT_PORTS.get(scheme)) != (want_port or _DEFAULT_PORTS.get(want_scheme)):
        return False
    if want_host.startswith("*."):
        below = want_host[1:]
        return host.endswith(below) and len(host) > len(below)
    return host == want_host


def origin_of(url: str) -> str:
    """Return the origin of a page's address, "" for what is no page of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc or "@" in parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _parts(origin: str) -> tuple[str, str, int | None]:
    """Return scheme, host in small letters, and the port if it is named. Raises OriginRefused."""
    try:
        split: SplitResult = urlsplit(origin)
        host, port = (split.hostname or "").lower(), split.port
    except ValueError:
        raise OriginRefused(f"“{_short(origin)}” is no site. Write it as https://shop.example.com.") from None
    # A name before the host is no part of an origin, and hides which host it is.
    if not host or "@" in split.netloc or "\\" in origin:
        raise OriginRefused(f"“{_short(origin)}” is no site. Write it as https://shop.example.com.")
    return split.scheme.lower(), f"[{host}]" if ":" in host else host, port


def _ascii(host: str) -> str | None:
    """Return the host as it stands in an origin, None if it cannot be one."""
    if _is_address(host):
        return host
    try:
        encoded = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = encoded.split(".")
    return encoded if len(encoded) <= 253 and all(_LABEL.match(label) for label in labels) else None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
