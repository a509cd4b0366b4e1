"""`manage.py up`: broker, web, worker and beat by one command, on this machine only: to look at, or behind a proxy."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kouryu import broker, env
from kouryu.private import keep_private
from kouryu.supervisor import Program, Supervisor

READY_WITHIN = 90.0  # seconds; a first beat comes after SWEEP_EVERY


class Command(BaseCommand):
    help = "Start broker (unless REDIS_URL names one), web, worker and beat; stop them with Ctrl-C or SIGTERM."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not port_is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another one with --port.")
        keep_private(settings.DATA_DIR)
        logs = settings.DATA_DIR / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with only_one(settings.DATA_DIR):
            self._supervise(port, logs)

    def _supervise(self, port: int, logs: Path) -> None:
        socket_path = broker.socket_path(settings.DATA_DIR)
        site_url = os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}"
        environ = {**os.environ, "SITE_URL": site_url, "KOURYU_BROKER_SOCKET": str(socket_path)}
        supervisor = Supervisor(logs=logs, environ=environ, folder=settings.BASE_DIR, say=self._say)
        supervisor.obey_signals()
        try:
            if not env.text("REDIS_URL", ""):
                supervisor.start(Program("broker", broker.command(data=settings.DATA_DIR, listen_at=socket_path)))
                supervisor.wait_for(lambda: broker.answers(socket_path), within=10)
            for program in programs(port):
                supervisor.start(program)
            if supervisor.wait_for(lambda: is_ready(port, site_url), within=READY_WITHIN, every=0.5):
                self._say(f"ready http://127.0.0.1:{port}/")
                supervisor.run()
            elif not supervisor.told_to_stop:
                raise CommandError(f"The site did not get ready ({state(port, site_url)}). Look into {logs}/.")
        finally:
            supervisor.stop()
            forget(socket_path)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def programs(port: int) -> list[Program]:
    """Web, worker and beat, each as production runs it (deploy/)."""
    celery = [sys.executable, "-m", "celery", "-A", "kouryu"]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")]
    processes = env.number("WORKER_PROCESSES", 2, least=1)
    return [
        Program("web", [*gunicorn, "--bind", f"127.0.0.1:{port}"]),
        Program("worker", [*celery, "worker", "--loglevel", "INFO", "--concurrency", str(processes)]),
        Program("beat", [*celery, "beat"]),
    ]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Two sets of programs on the same data would send from two beats; the lock goes with the process."""
    with (data / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"The site is running already with its data in {data}.") from None
        yield


def is_ready(port: int, site_url: str) -> bool:
    return _get(port, site_url, "/healthz")[0] == 200 and _get(port, site_url, "/readyz")[0] == 200


def state(port: int, site_url: str) -> str:
    """What /readyz said last, in words."""
    status, body = _get(port, site_url, "/readyz")
    with suppress(ValueError):
        return ", ".join(f"{part}: {found}" for part, found in json.loads(body).items() if part != "ready")
    return f"web answers {status}" if status else "web does not answer"


def forget(socket_path: Path) -> None:
    """Remove the broker's socket, and its directory when that was made for it alone."""
    socket_path.unlink(missing_ok=True)
    if socket_path.parent != settings.DATA_DIR:
        with suppress(OSError):
            socket_path.parent.rmdir()


def _get(port: int, site_url: str, path: str) -> tuple[int, bytes]:
    """Status and body; 0 while nobody answers. Asked by the name that the site goes by, else it refuses."""
    web = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        web.request("GET", path, headers={"Host": urlsplit(site_url).netloc})
        answer = web.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        web.close()
