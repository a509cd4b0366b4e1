"""Child processes that never outlive their parent, however it dies."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `signum` when its parent dies, even by `kill -9`.

    Linux only; elsewhere an orderly stop still works. The wish is tied to the *thread* that forked and is not
    inherited: every process that has to go must ask for itself.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signum)


def _own_group(parent: int, signum: int) -> Callable[[], None]:
    def prepare() -> None:
        os.setsid()
        die_with_parent(signum)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return prepare


def start(command: Sequence[str], *, signum: int = signal.SIGKILL, **options: Any) -> subprocess.Popen[bytes]:
    """Start `command` as leader of a group of its own that dies with us. Call it from the main thread."""
    # S603: the commands are our own programs, never typed by anybody.
    return subprocess.Popen(command, preexec_fn=_own_group(os.getpid(), signum), **options)  # noqa: S603 - our own commands


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the process and of what it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes], *, within: float, signum: int = signal.SIGTERM) -> None:
    """Ask the process to end, wait, then leave nothing of its group."""
    with suppress(ProcessLookupError):
        process.send_signal(signum)
    with suppress(subprocess.TimeoutExpired):
        process.wait(within)
    kill_group(process)
    process.wait()
