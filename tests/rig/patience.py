"""How long a test waits for something that should come soon: until it surely hangs, and longer on a busy machine.

No result of a test depends on these figures. A limit that is reached means that a program hangs.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

from kouryu import children

# Seconds on a machine with a free core. The slowest single wait there, a simulated month, takes about half a minute.
QUIET = 60
BETWEEN_LOOKS = 0.05  # seconds


def hang_limit() -> float:
    """Seconds after which something hangs: `QUIET`, times the programs that wait for each core just now."""
    waiting, _, _ = os.getloadavg()
    return QUIET * max(1.0, waiting / (os.cpu_count() or 1))


def looks(what: str) -> Iterator[None]:
    """Yield again and again until the caller stops asking; fail with `what` at the limit.

    The limit is read anew at each look, because load may come while one waits.
    """
    started = time.monotonic()
    while time.monotonic() - started < hang_limit():
        yield
        time.sleep(BETWEEN_LOOKS)
    raise AssertionError(f"hangs, after {time.monotonic() - started:.0f} s: {what}")


def finished(program: subprocess.Popen[str]) -> tuple[str, str]:
    """What a program, the leader of a process group, wrote until its end. One that hangs is killed with its group."""
    try:
        for _ in looks(f"{program.args} ends"):
            with suppress(subprocess.TimeoutExpired):
                return program.communicate(timeout=1)
    finally:
        if program.poll() is None:
            children.kill_group(program)
            program.communicate()
