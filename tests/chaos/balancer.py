"""What stands before several web processes: new connections go to the first that does not say that it ends."""

from __future__ import annotations

import asyncio
import contextlib

import httpx

from tests.stack import free_port


class Balancer:
    """A TCP forwarder on a port of its own, over the ports of web processes."""

    def __init__(self, *ports: int) -> None:
        self.ports, self.port = ports, free_port()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Balancer:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def chosen(self) -> int:
        """Return the port of the first process that is willing."""
        async with httpx.AsyncClient(timeout=5) as client:
            for port in self.ports:
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(f"http://127.0.0.1:{port}/readyz")
                    if answer.json()["checks"].get("process") != "ending":
                        return port
        raise ConnectionRefusedError

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", await self.chosen())
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
