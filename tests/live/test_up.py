"""One command starts everything, and nothing of it outlives whoever started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from kouryu import broker, children
from tests.rig.ports import free_port
from tests.rig.site import wait_until

pytestmark = pytest.mark.live

PROGRAMS = {"valkey-server", "gunicorn", "celery worker", "celery beat"}


class Up:
    """`manage.py up`, started by a shell of its own, on a copy of an empty SQLite database."""

    def __init__(self, data: Path, empty: Path) -> None:
        self.data, self.port, self.words = data, free_port(), data / "words"
        self.socket = broker.socket_path(data)
        shutil.copytree(empty, data)
        self.environ = environ(data)
        shell = f'"{sys.executable}" manage.py up --port {self.port}; true'
        with self.words.open("wb") as words:
            self.shell = children.start(
                ["sh", "-c", shell], cwd=settings.BASE_DIR, env=self.environ, stdout=words, stderr=subprocess.STDOUT
            )

    def wait_until_ready(self) -> None:
        ready = f"ready http://127.0.0.1:{self.port}/\n"
        wait_until(lambda: ready in self.words.read_text(), what="up is ready")

    @property
    def supervisor(self) -> int:
        return next(
            pid for pid, command in self.processes().items() if "manage.py up" in command and pid != self.shell.pid
        )

    def processes(self) -> dict[int, str]:
        """Every living process of this site, by its data directory (the broker renames itself: by its socket)."""
        directory, socket = f"KOURYU_DATA={self.data}".encode(), str(self.socket)
        return {
            pid: command
            for pid, command, environ in _all_processes()
            if directory in environ.split(b"\0") or socket in command
        }

    def programs(self) -> set[str]:
        commands = self.processes().values()
        return {name for name in PROGRAMS if any(all(word in line for word in name.split()) for line in commands)}


def environ(data: Path) -> dict[str, str]:
    """The environment of a site whose files lie in `data`."""
    own = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SITE_URL")
    environ = {name: value for name, value in os.environ.items() if name not in own}
    return {**environ, "KOURYU_DATA": str(data), "SWEEP_EVERY": "1"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a site on its first day, made once for all tests here."""
    data = tmp_path_factory.mktemp("empty")
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environ(data), check=True)
    return data


@pytest.fixture
def up(tmp_path: Path, empty: Path) -> Iterator[Up]:
    site = Up(tmp_path / "a long name" / ("data" * 30), empty)
    try:
        site.wait_until_ready()
        yield site
    finally:
        for pid in site.processes():
            os.kill(pid, signal.SIGKILL)
        site.shell.wait()
        shutil.rmtree(site.socket.parent, ignore_errors=True)


def test_killing_the_supervisor_and_its_shell_leaves_no_process(up):
    assert up.programs() == PROGRAMS

    os.kill(up.supervisor, signal.SIGKILL)
    os.kill(up.shell.pid, signal.SIGKILL)

    wait_until(lambda: not up.processes(), what="no process is left")


def test_sigterm_stops_everything_in_order_and_leaves_no_file_of_the_broker(up):
    os.kill(up.supervisor, signal.SIGTERM)

    wait_until(lambda: not up.processes(), what="no process is left")
    assert not up.socket.parent.exists()


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_a_program_that_was_killed_is_started_again(up, program):
    leader = next(pid for pid, line in sorted(up.processes().items()) if all(word in line for word in program.split()))
    pool = {pid for pid in up.processes() if os.getpgid(pid) == leader}

    os.kill(leader, signal.SIGKILL)

    wait_until(lambda: up.programs() == PROGRAMS and not pool & set(up.processes()), what="it runs again")


def test_a_second_one_on_the_same_data_is_refused(up):
    again = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(free_port())],
        cwd=settings.BASE_DIR,
        env=up.environ,
        capture_output=True,
        text=True,
    )

    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.strip() == f"CommandError: The site is running already with its data in {up.data}."


def _all_processes() -> Iterator[tuple[int, str, bytes]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield int(folder.name), command, (folder / "environ").read_bytes()
        except OSError:  # gone meanwhile, or somebody else's
            continue
