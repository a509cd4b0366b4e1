"""`bin/faults`: the whole site under a small load, while each of its services is broken in each of six ways.

gunicorn with 2 × 4 threads, a worker with two processes and beat, as deployed; PostgreSQL, broker and mail server
behind proxies of our own. Eight members click and register; a ninth asks /healthz every half second. Nothing is started
again between the faults but what ended by itself, as systemd would.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from urllib.parse import urlsplit

import django

from kouryu import children
from tests.bench.__main__ import PLACEHOLDERS, ROOT
from tests.rig.broker import Broker
from tests.rig.ports import free_port
from tests.rig.postgres import Postgres
from tests.rig.proxy import Proxy, ProxyFault
from tests.rig.smtp import FakeMailServer

CLIENTS = 8
THINKING = 0.25  # seconds between two clicks of one client
HANG_LIMIT = 60  # seconds after which a client gives up
CALM_FOR = 8  # seconds before each fault
RECOVERED_WITHIN = 90  # seconds for which mails are awaited after a fault
WAYS = [
    ("cut after 3,000 bytes", ProxyFault.CUT, 0.0),
    ("reset", ProxyFault.RESET, 0.0),
    ("slowed by 100 ms", ProxyFault.SLOW, 0.1),
    ("slowed by 2 s", ProxyFault.SLOW, 2.0),
    ("black hole", ProxyFault.SILENT, 0.0),
    ("refused", ProxyFault.REFUSED, 0.0),
]


@dataclass
class ClientLog:
    """What the clients saw from the beginning of one fault on."""

    began: float = field(default_factory=time.monotonic)
    mended: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    worst: float = 0.0
    worst_health: float = 0.0
    last_bad: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def note(self, started: float, status: str, *, is_health: bool) -> None:
        ended = time.monotonic()
        with self.lock:
            if is_health:
                self.worst_health = max(self.worst_health, ended - started)
            else:
                self.worst = max(self.worst, ended - started)
                self.statuses[status] += 1
            if status[0] not in "23":
                self.last_bad = ended

    @property
    def recovery(self) -> float:
        return max(0.0, self.last_bad - self.mended)


class Site:
    """The programs, the services and the proxies between them."""

    def __init__(self, stack: ExitStack, logs: Path | None) -> None:
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kouryu-faults-")))
        self._logs = logs or self.folder
        self._logs.mkdir(parents=True, exist_ok=True)
        self.postgres, self.broker, self.mail_server = Postgres(flags=()), Broker(), FakeMailServer()
        smtp = urlsplit(self.mail_server.url)
        self.proxies = {
            "PostgreSQL": Proxy(str(self.postgres.folder / ".s.PGSQL.5432")),
            "Redis": Proxy(str(self.broker.socket)),
            "SMTP": Proxy((smtp.hostname or "", smtp.port or 0)),
        }
        for server in (self.postgres, self.broker, self.mail_server, *self.proxies.values()):
            stack.callback(server.stop)
        self.port = free_port()
        self._ended = Flag()
        self.restarts: Counter[str] = Counter()
        self.twice = 0  # mails that arrived more than once, before the fault that is played
        os.environ.update(
            PLACEHOLDERS,
            KOURYU_ENV="production",
            SECRET_KEY=secrets.token_urlsafe(60),
            KOURYU_DATA=str(self.folder),
            STATIC_ROOT=str(self.folder / "static"),
            ALLOWED_HOSTS="127.0.0.1,bench.invalid",
            SECURE_SSL_REDIRECT="off",
            SWEEP_EVERY="5",
            LOG_LEVEL="WARNING",
            DJANGO_SETTINGS_MODULE="kouryu.settings",
            REDIS_URL=f"redis://127.0.0.1:{self.proxies['Redis'].port}/0",
            SMTP_URL=f"smtp://127.0.0.1:{self.proxies['SMTP'].port}",
            DATABASE_URL=self.postgres.url,  # for this process, which prepares and counts
        )

    @property
    def _environ(self) -> dict[str, str]:
        proxy = self.proxies["PostgreSQL"]
        return {**os.environ, "DATABASE_URL": f"postgres://postgres@127.0.0.1:{proxy.port}/postgres"}

    def start(self, stack: ExitStack) -> None:
        web = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{self.port}"]
        celery = ["celery", "-A", "kouryu"]
        for name, program in {
            "web": [*web, "--workers", "2", "--threads", "4"],
            "worker": [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"],
            "beat": [*celery, "beat", "--loglevel", "WARNING"],
        }.items():
            self._keep(stack, name, [sys.executable, "-m", *program])

    def _keep(self, stack: ExitStack, name: str, command: list[str]) -> None:
        """Start it, and again two seconds after it ended. The kernel ties a child to the thread that started it."""
        keeper = Thread(target=self._run_again_and_again, args=(name, command))
        keeper.start()
        stack.callback(keeper.join)
        stack.callback(self._ended.set)

    def _run_again_and_again(self, name: str, command: list[str]) -> None:
        while not self._ended.is_set():
            with (self._logs / f"{name}.log").open("ab") as log:
                process = children.start(command, cwd=ROOT, env=self._environ, stdout=log, stderr=subprocess.STDOUT)
            while process.poll() is None and not self._ended.wait(0.2):
                pass
            if not self._ended.is_set():
                self.restarts[name] += 1
                children.kill_group(process)
                self._ended.wait(2)
        children.stop(process, within=15)

    def ask(self, method: str, path: str, cookie: str = "", body: str = "") -> str:
        """The status, or what went wrong instead."""
        web = HTTPConnection("127.0.0.1", self.port, timeout=HANG_LIMIT)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            web.request(method, path, body or None, headers)
            answer = web.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, HTTPException) as error:
            return f"no answer ({type(error).__name__})"
        finally:
            web.close()


class Load:
    """The clients. What they see goes to `seen`, which is another for each fault."""

    def __init__(self, site: Site, readers: Sequence, evening: int, newcomers: Iterator) -> None:
        self.site, self.evening, self.newcomers = site, evening, newcomers
        self.seen, self._ended, self._lock = ClientLog(), Flag(), Lock()
        self._threads = [Thread(target=self._click, args=(reader.cookie,)) for reader in readers]
        self._threads.append(Thread(target=self._ask_for_health))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _click(self, cookie: str) -> None:
        pages = itertools.cycle(["/events/", f"/events/{self.evening}/", "/mirror/", None, "/"])
        while not self._ended.wait(THINKING * random.uniform(0.5, 1.5)):
            page = next(pages)
            started, seen = time.monotonic(), self.seen
            if page:
                status = self.site.ask("GET", page, cookie)
            else:
                with self._lock:
                    newcomer = next(self.newcomers)
                status = self.site.ask("POST", f"/events/{self.evening}/register/", newcomer.cookie, newcomer.body)
            seen.note(started, status, is_health=False)

    def _ask_for_health(self) -> None:
        while not self._ended.wait(0.5):
            started, seen = time.monotonic(), self.seen
            seen.note(started, self.site.ask("GET", "/healthz"), is_health=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/faults", description="What members notice of a broken service.")
    parser.add_argument("--seconds", type=int, default=40, help="for each fault (default 40)")
    parser.add_argument("--logs", type=Path, help="where the programs' words go (default: nowhere in the end)")
    parser.add_argument("--only", default="", help="a service: PostgreSQL, Redis or SMTP")
    options = parser.parse_args()
    with ExitStack() as stack:
        site = Site(stack, options.logs)
        django.setup()
        load = _begin(stack, site)
        _say(
            "| service | fault | answers | worst | worst /healthz | web well after | mails sent after | lost | twice |"
        )
        _say("|---|---|---|---|---|---|---|---|---|")
        for service in filter(lambda name: options.only in {"", name}, site.proxies):
            for words, fault, delay in WAYS:
                _say(_play(site, load, service, words, fault, delay, options.seconds))
        load.stop()
        _say(f"\nStarted again because they ended by themselves: {dict(site.restarts) or 'nothing'}.")


def _begin(stack: ExitStack, site: Site) -> Load:
    from django.core.management import call_command  # app ready

    from tests.bench import seed

    _say("preparing")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    guests = seed.make_members(8, prefix="guest")
    evening = seed.make_evening(guests, capacity=10_000)
    newcomers = iter(seed.sign_in(seed.make_members(5000, prefix="newcomer"), body=seed.FORM))
    readers = seed.sign_in(seed.make_members(CLIENTS, prefix="reader"))
    _say("starting")
    site.start(stack)
    while site.ask("GET", "/readyz") != "200":
        time.sleep(0.5)
    load = Load(site, readers, evening.pk, newcomers)
    stack.callback(load.stop)
    return load


def _play(site: Site, load: Load, service: str, words: str, fault: ProxyFault, delay: float, seconds: int) -> str:
    load.seen = ClientLog()
    time.sleep(CALM_FOR)
    calm, seen = load.seen, ClientLog()
    load.seen = seen
    site.proxies[service].break_by(fault, delay=delay)
    time.sleep(seconds)
    site.proxies[service].mend()
    seen.mended = time.monotonic()
    caught_up = _wait_for_mails(seen.mended)
    lost, twice_so_far = _count_mails(site)
    twice, site.twice = twice_so_far - site.twice, twice_so_far
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(seen.statuses.items()))
    caught = sum(count for status, count in calm.statuses.items() if status[0] not in "23")
    note = f"; {caught} of those under way as it began failed" if caught else ""
    return (
        f"| {service} | {words} | {answers}{note} | {seen.worst:.1f} s | {seen.worst_health:.1f} s | "
        f"{seen.recovery:.1f} s | {caught_up} | {lost} | {twice} |"
    )


def _wait_for_mails(mended: float) -> str:
    """How long after the fault all mails that were due then had left."""
    from django.utils import timezone  # app ready

    from members.models import OutgoingMail

    due = set(
        OutgoingMail.objects.exclude(state="sent").filter(queued_at__lte=timezone.now()).values_list("pk", flat=True)
    )
    while time.monotonic() - mended < RECOVERED_WITHIN:
        waiting = OutgoingMail.objects.filter(pk__in=due).exclude(state="sent").count()
        if not waiting:
            return f"{time.monotonic() - mended:.0f} s"
        time.sleep(0.5)
    return f"{waiting} of {len(due)} wait"


def _count_mails(site: Site) -> tuple[int, int]:
    """Of all mails so far: said to be sent, or of a registration that stands, but not arrived; and arrived twice."""
    from events.models import Registration  # app ready
    from members.mail.messages import message_id
    from members.models import OutgoingMail

    sent = list(OutgoingMail.objects.filter(state="sent").values_list("key", flat=True))  # before what arrived
    arrivals = site.mail_server.arrivals
    missing = sum(message_id(key, "bench.invalid") not in arrivals for key in sent)
    seated = Registration.objects.filter(member__email__startswith="newcomer").count()
    mails = OutgoingMail.objects.filter(key__startswith="seat/confirmed/", address__startswith="newcomer").count()
    return missing + max(0, seated - mails), sum(count - 1 for count in arrivals.values())


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
