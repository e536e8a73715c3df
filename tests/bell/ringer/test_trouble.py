"""What goes wrong with a connection is told in words that say what to do."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from frontdesk_bell.trouble import explain

from tests.bell.ringer.conftest import Pin, running
from tests.bell.ringer.server import bell_server


def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **validity: datetime) -> ssl.SSLContext:
    """Return a server's side of TLS, with a certificate that this process would trust but for its dates."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1", **validity).configure_cert(context)
    return context


async def printed_of(context: ssl.SSLContext, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the ringer prints until it would try again."""
    said = ""
    async with bell_server(tls=context) as server, running(server.url), asyncio.timeout(60):
        while "Trying again" not in said:
            said += capsys.readouterr().err
            await asyncio.sleep(0.01)
    return said


async def test_a_certificate_that_is_trusted_is_no_trouble(
    pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bell_server(tls=certificate(tmp_path, monkeypatch)) as server, running(server.url):
        session = await server.session()
        await session.welcome()
        ring = await session.ring([60])
        assert await session.struck() == ring


async def test_a_certificate_that_is_not_valid_yet_points_to_the_pis_clock(
    pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = {"not_before": datetime(2090, 1, 1, tzinfo=UTC), "not_after": datetime(2091, 1, 1, tzinfo=UTC)}
    said = await printed_of(certificate(tmp_path, monkeypatch, **dates), capsys)
    assert f"the Pi's clock says {datetime.now(UTC):%Y-%m-}" in said
    assert "timedatectl" in said


async def test_a_certificate_that_has_ended_points_to_the_pis_clock_too(
    pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = {"not_before": datetime(2001, 1, 1, tzinfo=UTC), "not_after": datetime(2002, 1, 1, tzinfo=UTC)}
    assert "the Pi's clock says" in await printed_of(certificate(tmp_path, monkeypatch, **dates), capsys)


async def test_a_certificate_of_nobody_is_not_blamed_on_the_clock(
    pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    context = certificate(tmp_path, monkeypatch)
    monkeypatch.delenv("SSL_CERT_FILE")
    said = await printed_of(context, capsys)
    assert "cannot be trusted" in said
    assert "clock" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(), "Nothing answers at desk.example.com:8000"),
        (TimeoutError(), "is silent"),
        (OSError("no route"), "cannot be reached (no route)"),
    ],
)
def test_each_trouble_names_the_server(error: Exception, said: str) -> None:
    assert said in explain(error, "ws://desk.example.com:8000/ws/bell/")
