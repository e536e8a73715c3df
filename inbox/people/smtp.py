"""Talks with a mail server end, however slow it is.

The time-outs of smtplib begin anew with each byte, so that a server which gives one a minute would hold a worker for
ever. Here a talk as a whole has an end, and so has each wait within it.
"""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend


class TooSlow(OSError):
    """The mail server took too long over the talk as a whole."""


def mail_connection() -> BaseEmailBackend:
    """Return a connection of MAIL_BACKEND. One over SMTP takes EMAIL_TIMEOUT seconds for a reply and twice that for
    all of a talk; it then raises TooSlow, or what smtplib raises."""
    made: BaseEmailBackend = get_connection(settings.MAIL_BACKEND)
    return _Bounded() if type(made) is EmailBackend else made


class _Line:
    """The sockets of one talk, and when they are cut."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []
        self.was_cut = False
        self._timer = threading.Timer(2 * settings.EMAIL_TIMEOUT, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def keep(self, made: socket.socket) -> socket.socket:
        # A second handle on the same line: TLS takes the first one away, and this one can still cut it.
        self.sockets.append(made.dup())
        return made

    def end(self) -> None:
        self._timer.cancel()
        for each in self.sockets:
            each.close()

    def _cut(self) -> None:
        self.was_cut = True
        for each in list(self.sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Plain(smtplib.SMTP):
    def __init__(self, *args: Any, line: _Line, **options: Any) -> None:
        self.line = line
        super().__init__(*args, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.line.keep(super()._get_socket(host, port, timeout))  # type: ignore[misc]


class _TLS(smtplib.SMTP_SSL, _Plain):
    """TLS from the first byte: _Plain makes the socket, and SMTP_SSL wraps it."""

    def __init__(self, *args: Any, line: _Line, **options: Any) -> None:
        self.line = line
        smtplib.SMTP_SSL.__init__(self, *args, **options)


class _Bounded(EmailBackend):
    line: _Line

    @property
    def connection_class(self) -> Any:
        return partial(_TLS if self.use_ssl else _Plain, line=self.line)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.line = _Line()
        try:
            return super().send_messages(email_messages) or 0
        except (OSError, smtplib.SMTPException) as error:
            if self.line.was_cut:
                raise TooSlow("The mail server was too slow.") from error
            raise
        finally:
            self.line.end()
