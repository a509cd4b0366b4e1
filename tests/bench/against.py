"""Two commits side by side: each served from its own tree, on a database of its own, and driven turn by turn.

A machine that slows down slows both: what counts is the ratio of two turns that follow each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from kouryu import children
from tests.bench.load import Ask, drive, send_each, warm_up
from tests.bench.processes import cpu_seconds, rss_mb
from tests.bench.watch import Watchers

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
REGISTERING = 400  # members a turn
RUSH, RUSH_SEATS = 1000, 20
RUSH_ROUNDS = 3
WATCHING, WATCH_EVERY, WATCH_FOR = 300, 1, 6  # members, seconds, seconds


@dataclass(frozen=True)
class Turn:
    """What one side did in one turn."""

    per_second: float
    cpu_ms: float  # of the web workers, a request


class Side:
    """A commit that is being served."""

    def __init__(self, tree: Path, process: subprocess.Popen[str]) -> None:
        self.tree, self.process = tree, process
        said = self._answer()
        self.port, self.master, self.pages = said["port"], said["master"], said["pages"]
        self.asks = _asks(said)

    def ask_for(self, **wish: Any) -> tuple[str, list[Ask]]:
        """New members with what they want: the address to ask, and what each sends."""
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()
        said = self._answer()
        return said["path"], _asks(said)

    def timed(self, work: Callable[[], int]) -> Turn:
        """What `work` costs, which returns the number of its requests."""
        cpu, started = cpu_seconds(self.master), time.monotonic()
        requests = work()
        seconds = time.monotonic() - started
        return Turn(requests / seconds, 1000 * (cpu_seconds(self.master) - cpu) / requests)

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the site in {self.tree.name} did not start")
        return json.loads(line)


def compare(commit: str, seconds: float, say: Callable[[str], None]) -> None:
    """Print what each page, registering, the rush and watching cost now, as a share of `commit`."""
    with ExitStack() as stack:
        before = _stand(stack, stack.enter_context(_tree_of(commit)))
        now = _stand(stack, ROOT)
        say(f"{'':20} {'before':>9} {'now':>9}   now/before, median (range)   processor ms a request")
        for page in before.pages:
            _page(page, before, now, seconds, say)
        _report("registration", *_in_turns(before, now, _registering, ROUNDS), say)
        _report(f"rush of {RUSH:,}", *_in_turns(before, now, _rushing, RUSH_ROUNDS), say)
        watched = [_watching(side) for side in (before, now)]
        _report("watching", *_in_turns(before, now, dict(zip((before, now), watched, strict=True)).__getitem__, 3), say)
        sizes = [rss_mb(side.master) for side in (before, now)]
        say(f"{'worker after load':20} {sizes[0]:6.0f} MB {sizes[1]:6.0f} MB   {sizes[1] / sizes[0]:.2f}")


def _page(page: str, before: Side, now: Side, seconds: float, say: Callable[[str], None]) -> None:
    for side in (before, now):
        warm_up(side.port, side.pages[page], side.asks)

    def load(side: Side) -> Callable[[], int]:
        def asked() -> int:
            found = drive(side.port, "GET", side.pages[page], side.asks, seconds=seconds)
            if found.errors:
                raise RuntimeError(f"{page}: {found.errors} errors in {side.tree.name}")
            return round(found.per_second * seconds)

        return asked

    _report(page, *_in_turns(before, now, load, ROUNDS), say)


def _in_turns(
    before: Side, now: Side, load: Callable[[Side], Callable[[], int]], rounds: int
) -> tuple[list[Turn], list[Turn]]:
    """Each side once a round, the first to go changes."""
    turns: dict[Side, list[Turn]] = {before: [], now: []}
    for number in range(rounds):
        for side in (before, now) if number % 2 else (now, before):
            turns[side].append(side.timed(load(side)))
    return turns[before], turns[now]


def _registering(side: Side) -> Callable[[], int]:
    return _posting(side, members=REGISTERING, seats=REGISTERING, connections=12)


def _rushing(side: Side) -> Callable[[], int]:
    return _posting(side, members=RUSH, seats=RUSH_SEATS, connections=50)


def _posting(side: Side, *, members: int, seats: int, connections: int) -> Callable[[], int]:
    path, asks = side.ask_for(**{"for": "registering", "members": members, "seats": seats})

    def posted() -> int:
        _, statuses = send_each(side.port, "POST", path, asks, connections=connections)
        if set(statuses) != {302}:
            raise RuntimeError(f"registering: {dict(statuses)} in {side.tree.name}")
        return members

    return posted


def _watching(side: Side) -> Callable[[], int]:
    path, asks = side.ask_for(**{"for": "watching", "members": WATCHING})
    watchers = Watchers(side.port, path, asks)
    watchers.watch(every=2 * WATCH_EVERY, seconds=2 * WATCH_EVERY)  # the pages open

    def watched() -> int:
        return sum(watchers.watch(every=WATCH_EVERY, seconds=WATCH_FOR).statuses.values())

    return watched


def _report(name: str, before: list[Turn], now: list[Turn], say: Callable[[str], None]) -> None:
    speed = sorted(new.per_second / old.per_second for old, new in zip(before, now, strict=True))
    cpu = sorted(new.cpu_ms / old.cpu_ms for old, new in zip(before, now, strict=True))
    rates = [median(turn.per_second for turn in turns) for turns in (before, now)]
    costs = [median(turn.cpu_ms for turn in turns) for turns in (before, now)]
    say(
        f"{name:20} {rates[0]:7,.0f}/s {rates[1]:7,.0f}/s   {median(speed):.2f} ({speed[0]:.2f}–{speed[-1]:.2f})"
        f"{'':12}{costs[0]:.2f} → {costs[1]:.2f}: {median(cpu):.2f} ({cpu[0]:.2f}–{cpu[-1]:.2f})"
    )


@contextmanager
def _tree_of(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kouryu-against-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def _stand(stack: ExitStack, tree: Path) -> Side:
    command = [sys.executable, str(Path(__file__).with_name("stand.py"))]
    process = children.start(command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(_end, process)
    return Side(tree, process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let it put its servers away: without further wishes it comes to its end."""
    process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    children.stop(process, within=1)


def _asks(said: dict[str, Any]) -> list[Ask]:
    return [Ask(cookie, body) for cookie, body in said["asks"]]
