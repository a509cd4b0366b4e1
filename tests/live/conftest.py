"""Real servers for the tests in this folder, and their names in the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from kouryu import children
from tests.rig import site
from tests.rig.broker import Broker
from tests.rig.smtp import FakeMailServer


def pytest_report_header() -> list[str]:
    broker = Broker()
    try:
        return [f"broker: {broker.version}", f"SMTP server: {FakeMailServer.version}"]
    finally:
        broker.stop()


@pytest.fixture
def broker() -> Iterator[Broker]:
    server = Broker()
    yield server
    server.stop()


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    """Takes five milliseconds for each mail, so that a kill hits the worker in the middle of its work."""
    server = FakeMailServer(seconds_for_each=0.005)
    yield server
    server.stop()


@pytest.fixture
def environ(broker: Broker, mail_server: FakeMailServer) -> dict[str, str]:
    """Sweeps every second and short leases: the kill tests wait for both."""
    return site.environ(
        REDIS_URL=broker.url, SMTP_URL=mail_server.url, SWEEP_EVERY="1", MAIL_LEASE_FOR="11", LOG_LEVEL="WARNING"
    )


@pytest.fixture
def celery(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Popen[bytes]]]:
    """Starts Celery programs; whatever of them still lives at the end of the test is killed."""
    started: list[Popen[bytes]] = []

    def start(*arguments: str) -> Popen[bytes]:
        process = site.celery(*arguments, environ=environ, log=tmp_path / f"{arguments[0]}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        children.kill_group(process)
        process.wait()


@pytest.fixture
def beat(celery: Callable[..., Popen[bytes]], tmp_path: Path) -> Popen[bytes]:
    return celery("beat")
