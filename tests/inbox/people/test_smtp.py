"""A talk with a mail server ends, however slow it is; over TLS from the first byte as well."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import trustme
from django.core.mail import EmailMessage
from django.core.mail.backends import locmem

from inbox.people.smtp import TooSlow, mail_connection
from tests.mail_server import mail_server
from tests.stand_ins.slow_mail import slow_mail_server

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def over_smtp(settings) -> None:
    settings.MAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = SMTP, "127.0.0.1", 1


def send() -> None:
    EmailMessage("Hello", "World", "desk@shop.test", ["cfo@shop.test"], connection=mail_connection()).send()


@contextmanager
def over_tls(port: int, authority: trustme.CA) -> Iterator[int]:
    """A port that takes TLS and passes what it says on to another one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def copy(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(4096):
                    target.sendall(data)
                target.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            with suppress(OSError):
                taken, _ = listener.accept()
                with (
                    context.wrap_socket(taken, server_side=True) as client,
                    socket.create_connection(("127.0.0.1", port)) as server,
                ):
                    back = threading.Thread(target=copy, args=[server, client], daemon=True)
                    back.start()
                    copy(client, server)
                    back.join()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("slow_at", ["", "EHLO", "RCPT", "DATA."])
def test_a_server_that_gives_byte_after_byte_is_hung_up_on(settings, slow_at) -> None:
    with slow_mail_server(slow_at) as server:
        settings.EMAIL_PORT = server.port
        with pytest.raises(TooSlow):
            send()
        server.hung_up.wait()


def test_a_letter_that_was_taken_is_sent_though_the_server_is_slow_to_say_good_bye(settings) -> None:
    with slow_mail_server("QUIT") as server:
        settings.EMAIL_PORT = server.port
        send()
        server.hung_up.wait()


def test_over_tls_a_letter_is_sent_and_a_slow_server_hung_up_on(settings, monkeypatch) -> None:
    authority = trustme.CA()
    settings.EMAIL_USE_SSL = True

    def trusting() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authority.configure_trust(context)
        return context

    monkeypatch.setattr(ssl, "create_default_context", trusting)
    with mail_server() as server, over_tls(server.port, authority) as settings.EMAIL_PORT:
        send()
        assert [letter["Subject"] for letter in server.letters] == ["Hello"]
    with slow_mail_server("EHLO") as slow, over_tls(slow.port, authority) as settings.EMAIL_PORT:
        with pytest.raises(TooSlow):
            send()
        slow.hung_up.wait()


def test_another_backend_is_left_as_it_is(settings) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert type(mail_connection()) is locmem.EmailBackend
