"""Many members with the page of an evening open: each asks every few seconds whether there is anything new."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.load import Ask

PATIENCE = 30  # seconds for one answer


@dataclass
class Watched:
    """What came back, by status: how long each answer took."""

    seconds: float = 0
    latencies: dict[int, list[float]] = field(default_factory=dict)

    @property
    def statuses(self) -> Counter[int]:
        return Counter({status: len(taken) for status, taken in self.latencies.items()})

    def p95_ms(self, status: int) -> float:
        taken = sorted(self.latencies.get(status, [0]))
        return 1000 * taken[int(len(taken) * 0.95) if len(taken) > 1 else 0]


def watch(port: int, path: str, asks: Sequence[Ask], *, every: float, seconds: float, half_way: Callable) -> Watched:
    """Each of `asks` asks `path` every so many seconds, spread evenly, with the mark it was shown last.

    `half_way` is called once in the middle: what happens there is news to all of them.
    """
    return asyncio.run(_watch(port, path, asks, every, seconds, half_way))


async def _watch(
    port: int, path: str, asks: Sequence[Ask], every: float, seconds: float, half_way: Callable
) -> Watched:
    watched, started = Watched(), time.monotonic()

    async def person(place: int, ask: Ask) -> None:
        await asyncio.sleep(every * place / len(asks))
        mark = ""
        while (asked_at := time.monotonic()) < started + seconds:
            status, new = await _answer(port, path, ask, mark)
            watched.latencies.setdefault(status, []).append(time.monotonic() - asked_at)
            mark = new or mark
            await asyncio.sleep(max(0, asked_at + every - time.monotonic()))

    async def middle() -> None:
        await asyncio.sleep(seconds / 2)
        await asyncio.to_thread(half_way)

    await asyncio.gather(middle(), *(person(place, ask) for place, ask in enumerate(asks)))
    watched.seconds = time.monotonic() - started
    return watched


async def _answer(port: int, path: str, ask: Ask, mark: str) -> tuple[int, str]:
    """Status and mark; status 0 for whoever was not answered at all."""
    try:
        return await asyncio.wait_for(_ask(port, path, ask, mark), PATIENCE)
    except (TimeoutError, OSError, IndexError):
        return 0, ""


async def _ask(port: int, path: str, ask: Ask, mark: str) -> tuple[int, str]:
    """One question on a connection of its own: five seconds later a proxy will have given it to somebody else."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seen = f"If-None-Match: {mark}\r\n" if mark else ""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {ask.cookie}\r\n{seen}Connection: close\r\n\r\n".encode()
    )
    head = (await reader.read()).partition(b"\r\n\r\n")[0].decode("latin-1")
    writer.close()
    tag = re.search(r"^etag: (\S+)", head, re.IGNORECASE | re.MULTILINE)
    return int(head.split(" ", 2)[1]), tag.group(1) if tag else ""
