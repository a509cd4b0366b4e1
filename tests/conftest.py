"""The cast, and what every test may rely on."""

from __future__ import annotations

import gc
import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as examples

from kouryu.celery import app as celery_app
from members.accounts import news
from members.accounts.choices import Role
from members.models import User
from tests import clock, factories
from tests.signing_in import sign_in_without_form

# A shell starts what it runs in the background with interrupts ignored, and every program that a test starts and
# interrupts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def aki(db) -> User:
    """A paid member."""
    return factories.make_member("あき", industry="E", occupation="02")


@pytest.fixture
def mio(db) -> User:
    """Another paid member: the stranger."""
    return factories.make_member("みお", industry="P", occupation="03")


@pytest.fixture
def ren(db) -> User:
    """An event host."""
    return factories.make_member("れん", industry="G", roles=(Role.HOST,))


@pytest.fixture
def kai(db) -> User:
    """A moderator."""
    return factories.make_member("かい", roles=(Role.MODERATOR,))


@pytest.fixture
def fumi(db) -> User:
    """The membership desk."""
    return factories.make_member("ふみ", roles=(Role.DESK,))


@pytest.fixture
def sora(db) -> User:
    """The owner."""
    return factories.make_member("そら", roles=(Role.OWNER,))


@pytest.fixture
def yu(db) -> User:
    """An account that has not paid."""
    return factories.make_account("ゆう")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which this member is signed in."""

    def sign_in(member: User) -> Client:
        client = Client()
        sign_in_without_form(client, member)
        # Pages cost, and are compared, as when nothing is new; tests/feedback/test_news.py tells what is.
        caches["news"].set(news.key_of(member), {})
        return client

    return sign_in


# How long an example takes says something of the machine, and nothing of us.
examples.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("any machine")


def pytest_configure() -> None:
    gc.set_threshold(50_000)  # looking for garbage after every 700 objects takes a fifth of the time of all tests
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and is not looked through for garbage any more."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    return f"database: {_database()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    for item in items:
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skip(reason="needs row locks: runs on PostgreSQL"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables are made from the models (tests/settings.py), and filled as the migrations fill them."""
    with django_db_blocker.unblock():
        import_module("members.migrations.0002_screening_terms").put_terms(apps, None)


@pytest.fixture(scope="session", autouse=True)
def _broker_in_this_process() -> None:
    """Wake-ups go to kombu's own in-memory transport; tests/live starts a real broker."""
    celery_app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def _one_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test begins at its module's NOW, else when the run began; time goes on from there.

    Programs that a test starts have the machine's clock, and so have the tests that are marked `live`.
    """
    if request.node.get_closest_marker("live"):
        yield
        return
    with time_machine.travel(clock.begins_at(request.module), tick=True):
        yield


@pytest.fixture(autouse=True)
def _no_remembered_parts() -> None:
    """Each test starts with pages not drawn yet: the next test's event may have the last one's id."""
    caches["parts"].clear()
    caches["news"].clear()


@pytest.fixture(scope="session", autouse=True)
def _closed_sockets() -> Iterator[None]:
    """No test talks to another machine."""
    connect = socket.socket.connect

    def connect_to_this_machine(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise AssertionError(f"a test wanted to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_to_this_machine)
        yield


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def _database() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {connection.Database.sqlite_version} (a file)"
    with connection.Database.connect(**connection.get_connection_params()) as server:
        return f"PostgreSQL {server.execute('show server_version').fetchone()[0]}"


@pytest.fixture
def set_limit() -> Iterator[Callable[..., None]]:
    """Change numbers of a subject for one test: `set_limit(LETTERS, a_day=2)`."""
    before: list[tuple[object, str, Any]] = []

    def change(subject: object, **numbers: Any) -> None:
        for name, number in numbers.items():
            before.append((subject, name, getattr(subject, name)))
            object.__setattr__(subject, name, number)

    yield change
    for subject, name, number in reversed(before):
        object.__setattr__(subject, name, number)
