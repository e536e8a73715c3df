"""A TLS proxy such as stands before a server of ours: it ends TLS and says where a request came from.

It passes on one request a connection (or one socket), which is all that a test needs of a proxy."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme


class TlsProxy:
    """Listens on a port of 127.0.0.1, with a certificate for `host`; forwards to `upstream`, a port there."""

    def __init__(self, host: str, upstream: int, folder: Path) -> None:
        self.host, self.upstream = host, upstream
        authority = trustme.CA()
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(self._context)
        self.client = ssl.create_default_context(cafile=str(self.authority))
        self.port = 0
        self.headers: dict[str, str] = {}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            peer = writer.get_extra_info("peername")[0]
            added = {
                "X-Forwarded-For": peer,
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": self.host,
                **self.headers,
            }
            lines = head.decode("latin-1").split("\r\n")[:-2]
            ours = {name.lower() for name in added}
            kept = [line for line in lines if line.partition(":")[0].lower() not in ours | {"connection"}]
            if any(line.lower().startswith("upgrade:") for line in lines):
                added["Connection"] = "Upgrade"
            else:
                added["Connection"] = "close"
            text = "\r\n".join([*kept, *(f"{name}: {value}" for name, value in added.items())]) + "\r\n\r\n"
            upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", self.upstream)
            upstream.write(text.encode("latin-1"))
            await asyncio.gather(_copy(reader, upstream), _copy(upstream_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @contextmanager
    def running(self) -> Iterator[TlsProxy]:
        """Serve, in a thread, while the block runs."""
        loop = asyncio.new_event_loop()
        started = threading.Event()

        async def main() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
            self.port = server.sockets[0].getsockname()[1]
            started.set()
            await server.serve_forever()

        def run() -> None:
            asyncio.set_event_loop(loop)
            self._task: Any = loop.create_task(main())
            try:
                loop.run_until_complete(self._task)
            except asyncio.CancelledError:
                pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        assert started.wait(10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._task.cancel)
            thread.join(10)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
