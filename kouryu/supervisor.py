"""One command for everything: starts the programs, restarts what dies, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kouryu import children

LONGEST_PAUSE = 10.0  # seconds between two starts of a program that dies at once
STEADY_AFTER = 30.0  # a program that lived this long starts its pauses anew
TICK = 0.1


@dataclass(frozen=True)
class Program:
    """What to start, in the order of starting; `stop_within` seconds are granted for an orderly end."""

    name: str
    command: Sequence[str]
    stop_within: float = 15.0


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    start_again_at: float | None = field(default=None)


class Supervisor:
    """Keeps programs running until it is told to stop. Use it from the main thread of a process of its own.

    Every program leads a process group that the kernel kills with us (`kouryu.children`), so that even `kill -9`
    of this process leaves nothing. The programs see to their own children in the same way: gunicorn's and Celery's
    pool processes ask for it when they start (deploy/gunicorn.conf.py, kouryu/celery.py).
    """

    def __init__(self, *, logs: Path, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
        self._logs, self._environ, self._folder, self._say = logs, environ, folder, say
        self._running: list[_Running] = []
        self._stopping = False

    def obey_signals(self) -> None:
        """SIGTERM, Ctrl-C and a closed terminal stop everything in order."""
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, self._on_signal)

    def start(self, program: Program) -> None:
        if not self._stopping:
            self._running.append(_Running(program, self._spawn(program), time.monotonic()))

    def wait_for(self, question: Callable[[], bool], *, within: float, every: float = TICK) -> bool:
        """Keep the programs alive until the answer is yes; False when told to stop or out of time."""
        deadline = time.monotonic() + within
        while not self._stopping and time.monotonic() < deadline:
            if question():
                return True
            self._watch()
            time.sleep(every)
        return False

    def run(self) -> None:
        """Keep the programs alive until told to stop."""
        while not self._stopping:
            self._watch()
            time.sleep(TICK)

    @property
    def told_to_stop(self) -> bool:
        return self._stopping

    def stop(self) -> None:
        """End the programs in the reverse order of their start, each with its whole group."""
        self._stopping = True
        for running in reversed(self._running):
            children.stop(running.process, within=running.program.stop_within)
        self._running.clear()

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with self.log_of(program.name).open("ab") as log:
            return children.start(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=self._environ,
            )

    def _watch(self) -> None:
        for running in self._running:
            if running.start_again_at is not None:
                self._start_again(running)
            elif running.process.poll() is not None:
                self._reap(running)

    def _reap(self, running: _Running) -> None:
        """Kill what the dead program left of its group, and set the time of its next start."""
        children.kill_group(running.process)
        now = time.monotonic()
        running.failures = 1 if now - running.started_at > STEADY_AFTER else running.failures + 1
        pause = min(0.2 * 2**running.failures, LONGEST_PAUSE)
        running.start_again_at = now + pause
        name, code = running.program.name, running.process.returncode
        self._say(f"{name} ended ({code}); starting it again in {pause:.1f} s. Its words: {self.log_of(name)}")

    def _start_again(self, running: _Running) -> None:
        if running.start_again_at is None or time.monotonic() < running.start_again_at:
            return
        running.process = self._spawn(running.program)
        running.started_at, running.start_again_at = time.monotonic(), None

    def _on_signal(self, signum: int, frame: object) -> None:
        self._stopping = True
