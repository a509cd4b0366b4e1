"""Asking a server for as much as it can give: by wrk where it is installed, else by threads of our own."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import mean
from threading import Lock

CONNECTIONS = 12
WARM_UP = 2  # seconds
# One line for each request, cycled through: what wrk's own options cannot do.
LUA = """
local lines, at = {}, 0
for line in io.lines("%(file)s") do lines[#lines + 1] = line end
request = function()
  at = at %% #lines + 1
  local cookie, body = lines[at]:match("^(.-)\\t(.*)$")
  return wrk.format("%(method)s", nil,
    {Cookie = cookie, ["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %%d %%d %%f %%d\\n", summary.requests, summary.duration, latency:percentile(95),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True)
class Ask:
    """Who asks (a Cookie header), and the form that is sent."""

    cookie: str = ""
    body: str = ""


@dataclass(frozen=True)
class Measured:
    per_second: float
    p95_ms: float
    errors: int


def drive(port: int, method: str, path: str, asks: Sequence[Ask], *, seconds: float) -> Measured:
    """Send `asks`, again and again, for so many seconds."""
    run = _by_wrk if shutil.which("wrk") else _by_threads
    return run(port, method, path, asks, seconds)


def warm_up(port: int, path: str, asks: Sequence[Ask]) -> None:
    """Let every worker open its connections and fill its caches."""
    drive(port, "GET", path, asks, seconds=WARM_UP)


def together(turns: Sequence[Measured]) -> Measured:
    """Equally long turns as one measurement; the p95 is that of the slowest turn."""
    return Measured(
        per_second=mean(turn.per_second for turn in turns),
        p95_ms=max(turn.p95_ms for turn in turns),
        errors=sum(turn.errors for turn in turns),
    )


def send_each(
    port: int, method: str, path: str, asks: Sequence[Ask], *, connections: int
) -> tuple[float, Counter[int]]:
    """Send every ask once through so many connections; seconds until all were answered, and the statuses."""
    waiting, lock, statuses = iter(asks), Lock(), Counter[int]()

    def person() -> None:
        web = HTTPConnection("127.0.0.1", port, timeout=120)
        while (ask := _next(waiting, lock)) is not None:
            status = _send(web, method, path, ask)
            with lock:
                statuses[status] += 1

    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=connections) as pool:
        for future in [pool.submit(person) for _ in range(connections)]:
            future.result()
    return time.monotonic() - started, statuses


def _by_wrk(port: int, method: str, path: str, asks: Sequence[Ask], seconds: float) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        lines, script = Path(folder) / "asks", Path(folder) / "asks.lua"
        lines.write_text("".join(f"{ask.cookie}\t{ask.body}\n" for ask in asks))
        script.write_text(LUA % {"file": lines, "method": method})
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", str(script)]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
        ).stdout
    requests, microseconds, p95, errors = map(float, re.search(r"RESULT (.+)", said).group(1).split())
    return Measured(requests / (microseconds / 1e6), p95 / 1000, int(errors))


def _by_threads(port: int, method: str, path: str, asks: Sequence[Ask], seconds: float) -> Measured:
    deadline = time.monotonic() + seconds
    latencies: list[float] = []
    errors: list[int] = []

    def person(number: int) -> None:
        web = HTTPConnection("127.0.0.1", port, timeout=30)
        mine, turn = asks[number::CONNECTIONS] or asks, 0
        while time.monotonic() < deadline:
            asked_at = time.monotonic()
            status = _send(web, method, path, mine[turn % len(mine)])
            latencies.append(time.monotonic() - asked_at)
            errors.extend([status] if status >= 400 else [])
            turn += 1

    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        for future in [pool.submit(person, number) for number in range(CONNECTIONS)]:
            future.result()
    p95 = sorted(latencies)[int(len(latencies) * 0.95)]
    return Measured(len(latencies) / seconds, p95 * 1000, len(errors))


def _send(web: HTTPConnection, method: str, path: str, ask: Ask) -> int:
    headers = {"Cookie": ask.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    web.request(method, path, body=ask.body or None, headers=headers)
    answer = web.getresponse()
    answer.read()
    return answer.status


def _next(waiting: Iterator[Ask], lock: Lock) -> Ask | None:
    with lock:
        return next(waiting, None)
