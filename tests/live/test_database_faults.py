"""A real PostgreSQL behind a proxy that breaks: silence is noticed, a page says 503, all is well again by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from kouryu import children
from kouryu.postgresql import driver
from tests.rig.ports import free_port
from tests.rig.proxy import Proxy, ProxyFault
from tests.rig.site import environ, wait_until

pytestmark = [pytest.mark.live, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HANG_LIMIT = 60  # seconds; far more than anything here takes
BROKEN = [
    pytest.param(ProxyFault.CUT, 0, id="cut"),
    pytest.param(ProxyFault.RESET, 0, id="reset"),
    pytest.param(ProxyFault.SILENT, 0, id="silent"),
    pytest.param(ProxyFault.REFUSED, 0, id="refused"),
    pytest.param(ProxyFault.SLOW, 10, id="slowed by ten seconds"),
]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    between = Proxy(f"{connection.settings_dict['HOST']}/.s.PGSQL.5432")
    yield between
    between.stop()


@pytest.fixture(autouse=True)
def _not_silent() -> Iterator[None]:
    yield
    driver.silence.ends()


@pytest.fixture
def reach(proxy) -> Iterator[Callable[..., psycopg.Connection]]:
    """Connects through the proxy, with the patience of a test."""
    reached: list[psycopg.Connection] = []

    def connect(*, patience: float = 0.3, longest_wait: float = HANG_LIMIT) -> psycopg.Connection:
        reached.append(
            driver.connect(
                host="127.0.0.1",
                port=proxy.port,
                user="postgres",
                dbname=connection.settings_dict["NAME"],
                connect_timeout=2,
                patience=patience,
                longest_wait=longest_wait,
                autocommit=True,
            )
        )
        return reached[-1]

    yield connect
    for one in reached:
        one.close()
    driver.silence.ends()
    with connection.cursor() as cursor:  # what still works for them, and would keep the database from being dropped
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_wait_for_a_silent_server_ends_and_nobody_tries_again_at_once(proxy, reach):
    asking = reach()
    proxy.break_by(ProxyFault.SILENT)

    with pytest.raises(psycopg.OperationalError, match="the database does not answer"):
        asking.execute("SELECT 1")
    assert asking.closed
    with pytest.raises(psycopg.OperationalError, match="did not answer a moment ago"):
        reach()

    proxy.mend()
    wait_until(lambda: _is_reached(reach), what="it is reached again")


def test_a_server_that_works_for_long_is_waited_for(reach):
    assert reach(patience=0.1).execute("SELECT pg_sleep(1), 7").fetchone()[1] == 7


def test_a_lock_that_is_soon_free_is_waited_for(reach):
    holder, waiter = reach(), reach(patience=0.1)
    holder.execute("SELECT pg_advisory_lock(1)")
    releasing = Thread(target=lambda: holder.execute("SELECT pg_sleep(1), pg_advisory_unlock(1)"))
    releasing.start()

    assert waiter.execute("SELECT pg_advisory_lock(1), 7").fetchone()[1] == 7
    releasing.join()


def test_no_wait_is_longer_than_the_longest(reach):
    with pytest.raises(psycopg.OperationalError, match="the database does not answer"):
        reach(patience=0.1, longest_wait=0.5).execute("SELECT pg_sleep(600)")


def test_of_a_silent_server_one_at_a_time_finds_out(monkeypatch, proxy, reach):
    monkeypatch.setattr(driver, "NEXT_TRY_AFTER", 0)
    proxy.break_by(ProxyFault.SILENT)
    driver.silence.begins()
    found: list[str] = []

    def try_it() -> None:
        with pytest.raises(psycopg.OperationalError) as refused:
            reach()
        found.append(str(refused.value))

    tries = [Thread(target=try_it) for _ in range(4)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()

    assert sorted(set(found)) == ["connection timeout expired", "the database did not answer a moment ago"]
    assert found[-1] == "connection timeout expired"  # who tried was the last to know


class Web:
    """gunicorn with one process and four threads, as deployed."""

    def __init__(self, proxy: Proxy, log: Path) -> None:
        self.port = free_port()
        database = f"postgres://postgres@127.0.0.1:{proxy.port}/{connection.settings_dict['NAME']}"
        more = {"DATABASE_URL": database, "WEB_BIND": f"127.0.0.1:{self.port}", "WEB_WORKERS": "1"}
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
        with log.open("wb") as words:
            self.process = children.start(
                command, cwd=settings.BASE_DIR, env={**environ(), **more}, stdout=words, stderr=words
            )

    def ask(self, path: str, cookie: str = "") -> tuple[HTTPResponse, str]:
        web = HTTPConnection("127.0.0.1", self.port, timeout=HANG_LIMIT)
        try:
            web.request("GET", path, headers={"Cookie": cookie})
            answer = web.getresponse()
            return answer, answer.read().decode()
        finally:
            web.close()

    def answers(self, path: str, cookie: str = "") -> bool:
        try:
            return self.ask(path, cookie)[0].status == 200
        except OSError:
            return False


@pytest.fixture
def web(proxy, tmp_path) -> Iterator[Web]:
    site = Web(proxy, tmp_path / "web.log")
    wait_until(lambda: site.answers("/healthz"), what="web answers")
    yield site
    children.stop(site.process, within=15)


@pytest.mark.parametrize(("fault", "delay"), BROKEN)
def test_a_page_without_its_database_is_a_503_and_comes_back_by_itself(
    web, proxy, signed_in, aki, tmp_path, fault, delay
):
    cookie = f"sessionid={signed_in(aki).cookies['sessionid'].value}"
    wait_until(lambda: web.answers("/events/", cookie), what="a page is shown")

    proxy.break_by(fault, delay=delay)
    told = [web.ask("/events/", cookie) for _ in range(6)]
    alive, words = web.ask("/healthz", cookie)
    proxy.mend()

    assert (alive.status, words) == (200, "ok\n")
    statuses = {answer.status for answer, _ in told}
    assert statuses <= ({200, 503} if fault == ProxyFault.CUT else {503}), (tmp_path / "web.log").read_text()
    for answer, page in told:
        if answer.status == 503:
            assert answer.headers["Retry-After"] == "10"
            assert "いま、ページをお出しできません。" in page
            assert answer.headers["X-Request-ID"] in page
    wait_until(lambda: web.answers("/events/", cookie), what="a page is shown again")
    lines = [json.loads(line) for line in (tmp_path / "web.log").read_text().splitlines() if line.startswith("{")]
    assert {line["level"] for line in lines if "Service Unavailable: /events/" in line["message"]} <= {"ERROR"}


def test_a_database_that_is_only_slow_is_waited_for(web, proxy, signed_in, aki):
    cookie = f"sessionid={signed_in(aki).cookies['sessionid'].value}"
    proxy.break_by(ProxyFault.SLOW, delay=0.1)

    assert [web.ask("/events/", cookie)[0].status for _ in range(5)] == [200] * 5


def _is_reached(reach: Callable[..., psycopg.Connection]) -> bool:
    try:
        return reach().execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
