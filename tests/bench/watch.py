"""Many members with the page of an evening open: each asks every few seconds whether there is anything new."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.load import Ask

PATIENCE = 30  # seconds for one answer


@dataclass
class Watched:
    """What came back, by status: how long each answer took."""

    seconds: float = 0  # until the last answer
    latencies: dict[int, list[float]] = field(default_factory=dict)

    @property
    def statuses(self) -> Counter[int]:
        return Counter({status: len(taken) for status, taken in self.latencies.items()})

    def p95_ms(self, status: int) -> float:
        taken = sorted(self.latencies.get(status, [0]))
        return 1000 * taken[int(len(taken) * 0.95) if len(taken) > 1 else 0]


class Watchers:
    """The open pages: each keeps the mark that it was shown last."""

    def __init__(self, port: int, path: str, asks: Sequence[Ask]) -> None:
        self.port, self.path, self.asks = port, path, asks
        self.marks = [""] * len(asks)

    def watch(self, *, every: float, seconds: float) -> Watched:
        """Each asks every so many seconds, spread evenly; one who is still answered waits with the next question."""
        return asyncio.run(self._watch(every, seconds))

    async def _watch(self, every: float, seconds: float) -> Watched:
        watched, started = Watched(), time.monotonic()

        async def person(place: int, ask: Ask) -> None:
            await asyncio.sleep(every * place / len(self.asks))
            while (asked_at := time.monotonic()) < started + seconds:
                status, mark = await _answer(self.port, self.path, ask, self.marks[place])
                watched.seconds = time.monotonic() - started
                watched.latencies.setdefault(status, []).append(time.monotonic() - asked_at)
                self.marks[place] = mark or self.marks[place]
                await asyncio.sleep(max(0, asked_at + every - time.monotonic()))

        await asyncio.gather(*(person(place, ask) for place, ask in enumerate(self.asks)))
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
