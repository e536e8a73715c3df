"""EMAIL_URL: where the mail server is, and how to talk to it, in one address."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
SHAPE = (
    "smtp+tls://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS from the first byte), "
    "smtp://host:25 (a relay that you trust the way to), or console: (printed to the log, not sent)"
)


class MailServer(NamedTuple):
    """Django's settings for mail."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_server(url: str) -> MailServer:
    """Return the settings that an EMAIL_URL stands for. Raises ValueError, in words, when it is none."""
    if url in ("console:", "console://"):
        return MailServer(CONSOLE)
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError(f"is not understood; it is one of {SHAPE}")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError("has a port that is no number from 1 to 65535") from None
    return MailServer(
        SMTP,
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )
