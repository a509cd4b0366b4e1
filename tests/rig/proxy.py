"""A TCP proxy between the site and one of its services, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any

CUT_AFTER = 3000  # bytes from the service, then the connection is closed
CHUNK = 65536


class ProxyFault(StrEnum):
    """How the way to the service is broken."""

    NONE = "none"
    CUT = "cut"  # each connection ends after so many bytes of the answer
    RESET = "reset"  # those that stand are reset, and each new one
    SLOW = "slow"  # each piece takes `delay` seconds in each direction together
    SILENT = "silent"  # taken and never answered: a black hole; what was swallowed is never handed on
    REFUSED = "refused"  # nobody listens, and those that stand are closed


class Proxy:
    """Listens on a loopback port. `upstream` is the path of a unix socket or a (host, port)."""

    def __init__(self, upstream: str | tuple[str, int]) -> None:
        self._upstream = upstream
        self.fault, self.delay = ProxyFault.NONE, 0.0
        self.port = 0
        self._open: set[_Line] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._listen())

    def break_by(self, fault: ProxyFault, *, delay: float = 0.0) -> None:
        """From now on, and also for the connections that stand."""
        self._do(self._break(fault, delay))

    def mend(self) -> None:
        """As if nothing had been; connections that lost bytes stay broken, as in a real network."""
        self._do(self._break(ProxyFault.NONE, 0.0))

    def stop(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _break(self, fault: ProxyFault, delay: float) -> None:
        self.fault, self.delay = fault, delay
        if fault == ProxyFault.REFUSED and self._server:
            self._server.close()
            self._server = None
        elif fault != ProxyFault.REFUSED and self._server is None:
            await self._listen()
        if fault in {ProxyFault.RESET, ProxyFault.REFUSED}:
            for line in list(self._open):
                line.hang_up(reset=fault == ProxyFault.RESET)

    async def _end(self) -> None:
        if self._server:
            self._server.close()
        lines = list(self._open)
        for line in lines:
            line.hang_up(reset=False)
        await asyncio.gather(*(line.ended.wait() for line in lines))

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(self, reader, writer)
        self._open.add(line)
        try:
            await line.run(self._upstream)
        finally:
            self._open.discard(line)
            line.ended.set()


class _Line:
    """One connection through the proxy, both ways."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy, self._reader, self._writer = proxy, reader, writer
        self._pumps: list[asyncio.Task[None]] = []
        self._answered = 0
        self._lost = False  # something was swallowed: from then on nothing that arrives makes sense
        self._reset = False
        self.ended = asyncio.Event()

    def hang_up(self, *, reset: bool) -> None:
        self._reset = self._reset or reset
        for pump in self._pumps:
            pump.cancel()

    async def run(self, upstream: str | tuple[str, int]) -> None:
        far: asyncio.StreamWriter | None = None
        try:
            if self._proxy.fault == ProxyFault.RESET:
                self._reset = True
                return
            where = (
                asyncio.open_unix_connection(upstream)
                if isinstance(upstream, str)
                else asyncio.open_connection(*upstream)
            )
            far_reader, far = await where
            self._pumps = [
                asyncio.create_task(self._pump(self._reader, far, is_answer=False)),
                asyncio.create_task(self._pump(far_reader, self._writer, is_answer=True)),
            ]
            await asyncio.wait(self._pumps, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass
        finally:
            for pump in self._pumps:
                pump.cancel()
            await asyncio.gather(*self._pumps, return_exceptions=True)
            self._close(far)

    def _close(self, far: asyncio.StreamWriter | None) -> None:
        if far:
            far.close()
        if self._reset:
            near: socket.socket = self._writer.get_extra_info("socket")
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        else:
            self._writer.close()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool) -> None:
        try:
            while data := await source.read(CHUNK):
                if self._proxy.fault == ProxyFault.SLOW:
                    await asyncio.sleep(self._proxy.delay / 2)
                if self._proxy.fault == ProxyFault.SILENT or self._lost:
                    self._lost = True
                    continue
                target.write(data)
                await target.drain()
                self._answered += len(data) if is_answer else 0
                if self._proxy.fault == ProxyFault.CUT and self._answered > CUT_AFTER:
                    return
        except OSError:
            return
