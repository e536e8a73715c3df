"""Calls to servers that a workspace names: only to public addresses, in bounded time, of bounded size.

Whoever may write an address into a form could otherwise make this machine call its own neighbours (a database, a
cloud's metadata service) and read the answer.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

CONNECT_SECONDS = 3
READ_SECONDS = 5
ALL_SECONDS = 10
MAX_BYTES = 1024 * 1024
_mine = threading.local()


@dataclass(frozen=True)
class Terms:
    """What holds for calls of one purpose. `private` and `http` name the settings that allow private addresses and
    plain HTTP; `longest` cuts an answer off that is longer (None: one over MAX_BYTES is refused); `calls` holds so
    many at once."""

    whom: str
    private: str
    http: str = ""
    read_seconds: float = READ_SECONDS
    longest: int | None = None
    calls: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(8))


PROVIDERS = Terms("identity providers", private="SSO_ALLOW_PRIVATE", http="SSO_ALLOW_HTTP")

# Addresses that carry an IPv4 address inside (NAT64): what counts is where they lead.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundRefused(requests.RequestException):
    """This address is not called, or its answer was not taken. The text says why."""


class PrivateAddress(OutboundRefused):
    """This address lies inside a private network."""


def address_problem(url: str, terms: Terms = PROVIDERS) -> str:
    """Return why `url` may not be called, in words, or "" if it may. Looks nothing up."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("https", "http") or not host:
        return "is not an address that begins with https://"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password"
    if parts.scheme == "http" and not (_is_loopback(host) or settings.DEBUG or _allows(terms.http)):
        return "must begin with https://"
    return ""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public network, whatever form it is written in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def public_addresses(host: str, port: int | None, terms: Terms = PROVIDERS) -> list[str]:
    """Return the IP addresses of `host`. Raises OutboundRefused if one is private, socket.gaierror if there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not _allows(terms.private) and not all(is_public(address) for address in addresses):
        raise PrivateAddress(
            f"{host} is an address inside a private network, which Frontdesk does not call. "
            f"Whoever runs Frontdesk can allow it with {terms.private}."
        )
    return addresses


def session(terms: Terms = PROVIDERS) -> requests.Session:
    """Return a session of `requests` whose every call is guarded, on these terms."""
    return _Session(terms)


def _allows(setting: str) -> bool:
    return bool(setting and getattr(settings, setting))


@contextmanager
def _bounded(terms: Terms) -> Iterator[None]:
    """Hold a call, all of it, to ALL_SECONDS, and to a few at once: time-outs of the library begin anew with each byte
    that comes. The database's connection is given back first, so that who waits takes nobody's."""
    if not terms.calls.acquire(timeout=2):
        raise OutboundRefused(f"Too many calls to {terms.whom} are under way. Try again in a moment.")
    sockets: list[socket.socket] = []
    _mine.sockets, _mine.terms = sockets, terms
    timer = threading.Timer(ALL_SECONDS, _cut, [sockets])
    timer.daemon = True
    try:
        if not connection.in_atomic_block:
            connection.close()
        timer.start()
        yield
    finally:
        timer.cancel()
        terms.calls.release()
        _mine.terms = PROVIDERS
        for each in sockets:
            each.close()


def _cut(sockets: list[socket.socket]) -> None:
    for each in list(sockets):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class _Pinned(HTTPConnection):
    """Connects to an address that was looked up and judged here, so that a second look-up cannot lead elsewhere."""

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            addresses = public_addresses(name, self.port, getattr(_mine, "terms", PROVIDERS))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except OutboundRefused as refused:
            raise NewConnectionError(self, str(refused)) from refused
        try:
            for address in addresses[:-1]:
                self._dns_host = address
                try:
                    return self._kept(super()._new_conn())
                except HTTPError:
                    continue
            self._dns_host = addresses[-1]
            return self._kept(super()._new_conn())
        finally:
            self._dns_host = name  # TLS checks the certificate against the name

    def _kept(self, made: socket.socket) -> socket.socket:
        # A second handle on the same line: TLS takes the first one away, and this one can still cut it.
        _mine.sockets.append(made.dup())
        return made


class _PinnedTLS(_Pinned, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Pinned


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _PinnedTLS


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}


class _Session(requests.Session):
    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self.terms = terms
        self.trust_env = False  # neither a proxy, which would do the looking up, nor .netrc's passwords
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        problem = address_problem(url, self.terms)
        if problem:
            raise OutboundRefused(f"{url[:200]} {problem}.")
        parts = urlsplit(url)
        try:
            public_addresses(parts.hostname or "", parts.port, self.terms)
        except OSError as error:
            if isinstance(error, OutboundRefused):
                raise
            raise OutboundRefused(f"There is no server named {parts.hostname}.") from error
        with _bounded(self.terms):
            return self._asked(method, url, options)

    def _asked(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        options |= {"timeout": (CONNECT_SECONDS, self.terms.read_seconds), "allow_redirects": False, "stream": True}
        response = super().request(method, url, **options)
        response.headers.setdefault("Content-Type", "application/octet-stream")
        response._content = _read(response, self.terms.longest)
        return response


def _read(response: requests.Response, longest: int | None) -> bytes:
    """Return the body, read as it comes, so that neither a slow nor an endless one holds a worker for long. Of one that
    may be cut off, all that came."""
    until, body = time.monotonic() + ALL_SECONDS, bytearray()
    try:
        while part := response.raw.read1(65536, decode_content=True):
            body += part
            if longest is not None and len(body) >= longest:
                break
            if len(body) > MAX_BYTES:
                raise OutboundRefused("The answer was too long.")
            if time.monotonic() > until:
                raise OutboundRefused("The answer took too long.")
    except (HTTPError, OutboundRefused) as error:
        if longest is None:
            raise error if isinstance(error, OutboundRefused) else OutboundRefused("The answer broke off.") from error
    finally:
        response.close()
    return bytes(body[:longest])


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
