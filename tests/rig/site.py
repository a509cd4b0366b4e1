"""The site's own programs as real processes, on the test database and a test's own broker and mail server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from kouryu import children
from tests.rig.patience import looks


def environ(**more: str) -> dict[str, str]:
    """The environment in which a program of ours uses this test's PostgreSQL database."""
    database = connection.settings_dict
    return {**os.environ, "DATABASE_URL": f"postgres://postgres@/{database['HOST']}/{database['NAME']}", **more}


def celery(*arguments: str, environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A Celery program (`worker`, `beat`) with its own process group, as the supervisor starts it."""
    command = [sys.executable, "-m", "celery", "-A", "kouryu", *arguments]
    with log.open("ab") as words:
        return children.start(command, cwd=settings.BASE_DIR, env=environ, stdout=words, stderr=subprocess.STDOUT)


def pool_of(worker: subprocess.Popen[bytes]) -> list[int]:
    """The ids of a worker's pool processes."""
    listed = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def wait_until(question: Callable[[], bool], *, what: str) -> None:
    """Ask again and again; the test fails with `what` when the answer stays no."""
    for _ in looks(what):
        if question():
            return
