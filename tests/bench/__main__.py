"""Starts PostgreSQL, broker, the site and the bare project, drives them, and prints one table."""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from http.client import HTTPConnection
from pathlib import Path

import django

from kouryu import children
from tests.bench.against import compare
from tests.bench.processes import cpu_seconds, rss_mb
from tests.rig.broker import Broker
from tests.rig.ports import free_port
from tests.rig.postgres import Postgres
from tests.rig.smtp import FakeMailServer

ROOT = Path(__file__).resolve().parents[2]
WEB_WORKERS = 3
TURNS = 4
DUE_MAILS = 1000
WATCHERS, WATCH_EVERY, WATCH_FOR, WATCH_WORKERS = 500, 5, 30, 2  # members, seconds, seconds, web processes
RUSH = 1000  # members for 20 seats, through 50 connections
OFFERS = 500  # seats added at once
# What production asks for and nobody here needs.
PLACEHOLDERS = {
    "SITE_URL": "https://bench.invalid",
    "MAIL_FROM": "bench@bench.invalid",
    **{f"OPERATOR_{name}": "-" for name in ("NAME", "REPRESENTATIVE", "ADDRESS", "PHONE", "EMAIL", "BANK_ACCOUNT")},
}


@dataclass
class BenchRow:
    name: str
    measured: str
    ratio: str = ""
    wanted: str = ""
    p95: str = ""
    queries: str = ""


class Bench:
    """The servers, and the rows measured so far."""

    def __init__(self, stack: ExitStack, seconds: float) -> None:
        self.stack, self.seconds, self.rows = stack, seconds, list[BenchRow]()
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kouryu-bench-")))
        # Durable, as in production: the tests' flags would make the bare insert look cheaper than it is.
        self.postgres, self.broker, self.mail_server = Postgres(flags=()), Broker(), FakeMailServer()
        for server in (self.postgres, self.broker, self.mail_server):
            stack.callback(server.stop)
        self._settle_environment()

    def _settle_environment(self) -> None:
        os.environ.update(
            PLACEHOLDERS,
            KOURYU_ENV="production",
            SECRET_KEY=secrets.token_urlsafe(60),
            DATABASE_URL=self.postgres.url,
            REDIS_URL=self.broker.url,
            SMTP_URL=self.mail_server.url,
            KOURYU_DATA=str(self.folder),
            STATIC_ROOT=str(self.folder / "static"),
            ALLOWED_HOSTS="127.0.0.1,bench.invalid",
            SECURE_SSL_REDIRECT="off",
            WEB_WORKERS=str(WEB_WORKERS),
            LOG_LEVEL="ERROR",
            DJANGO_SETTINGS_MODULE="kouryu.settings",
        )

    def serve(self, application: str, *, workers: int = WEB_WORKERS) -> tuple[int, subprocess.Popen[bytes]]:
        """gunicorn, as deployed, with this WSGI application; its port and its master."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", str(workers)]
        with (self.folder / f"{application}.log").open("wb") as log:
            master = children.start([*command, application], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        self.stack.callback(children.stop, master, within=10)
        _wait_for_answer(port)
        return port, master

    def add(self, row: BenchRow) -> None:
        _say(f"  {row.name}: {row.measured} {row.ratio}")
        self.rows.append(row)

    def compare(self, name: str, measured, reference, *, wanted: str = "", queries: str = "") -> None:
        ratio = f"{measured.per_second / reference.per_second:.1%}"
        per_second = f"{measured.per_second:,.0f}/s"
        if measured.errors:
            per_second += f", {measured.errors} ERRORS"
        self.add(BenchRow(name, per_second, ratio, wanted, f"{measured.p95_ms:.0f} ms", queries))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description="What a page, a registration and a mail cost.")
    parser.add_argument("--seconds", type=int, default=8, help="for each measurement, 4 at least (default 8)")
    parser.add_argument("--against", metavar="COMMIT", help="compare with this commit instead, turn by turn")
    options = parser.parse_args()
    if options.against:
        compare(options.against, options.seconds / TURNS, _say)
        return
    seconds = max(TURNS, options.seconds)
    with ExitStack() as stack:
        bench = Bench(stack, seconds)
        django.setup()
        _prepare()
        _measure(bench)
        where = f"PostgreSQL {bench.postgres.version}, {bench.broker.version}, {os.cpu_count()} cores"
        _print(bench.rows, f"{where}, gunicorn with {WEB_WORKERS} workers")


def _prepare() -> None:
    from django.core.management import call_command  # app ready

    _say("preparing")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _measure(bench: Bench) -> None:
    from tests.bench import seed  # app ready: these import the models
    from tests.bench.load import Ask, drive

    bare, bare_master = bench.serve("tests.bench.bare:application")
    site, site_master = bench.serve("kouryu.wsgi:application")
    guests = seed.make_members(8, prefix="guest")
    evening = seed.make_evening(guests)
    for _ in range(30):
        seed.make_evening(guests[:3], host=evening.host)
    readers = seed.make_members(20, prefix="reader")
    asks = seed.sign_in(readers)

    _say("pages")
    pages = [
        ("event page, signed in", f"/events/{evening.pk}/", ">= 6 %, ambition 15 %"),
        ("event list", "/events/", ""),
        ("registration page", f"/events/{evening.pk}/register/", ""),
        ("mirror", "/mirror/", ""),
        ("growth", "/growth/", ""),
    ]
    page, *measured = _in_turns(bench, [(bare, "/", [Ask()]), *((site, path, asks) for _, path, _ in pages)])
    bench.compare("bare template view (reference)", page, page)
    for (name, path, wanted), found in zip(pages, measured, strict=True):
        bench.compare(name, found, page, wanted=wanted, queries=_queries(path, asks[0].cookie))

    _say("registrations")
    insert = drive(bare, "POST", "/register", [Ask()], seconds=bench.seconds)
    bench.compare("bare locked insert (reference)", insert, insert)
    bench.add(_registrations(bench, site, insert))
    bench.add(_rush(site))
    bench.add(_offers())
    bench.add(BenchRow("RSS of a web worker after load", f"{rss_mb(site_master.pid):.0f} MB", wanted="<= 120 MB"))

    for port_of in (site_master, bare_master):
        children.stop(port_of, within=10)
    _say("watching an evening")
    _evening(bench)
    _say("mails")
    bench.add(_mails(bench))


def _in_turns(bench: Bench, targets: list[tuple[int, str, list]]) -> list:
    """Each target for `bench.seconds` in all, a short turn at a time: a machine that slows down slows them all."""
    from tests.bench.load import drive, together, warm_up

    for port, path, asks in targets:
        warm_up(port, path, asks)
    turns = [
        [drive(port, "GET", path, asks, seconds=bench.seconds / TURNS) for port, path, asks in targets]
        for _ in range(TURNS)
    ]
    return [together(one) for one in zip(*turns, strict=True)]


def _registrations(bench: Bench, site: int, insert) -> BenchRow:
    """Every member once, in an event with a seat for all: what counts is rows, not answers."""
    from events.models import Registration
    from tests.bench import seed
    from tests.bench.load import drive

    asks = seed.sign_in(seed.make_members(6000, prefix="registering"), body=seed.FORM)
    event = seed.make_evening([], capacity=6000)
    measured = drive(site, "POST", f"/events/{event.pk}/register/", asks, seconds=bench.seconds)
    rows = Registration.objects.filter(event=event).count()
    rate = min(rows / bench.seconds, measured.per_second)
    note = f", {measured.errors} ERRORS" if measured.errors else ""
    return BenchRow(
        "registration by one POST",
        f"{rate:,.0f}/s{note}",
        f"{rate / insert.per_second:.1%}",
        ">= 2.5 %",
        f"{measured.p95_ms:.0f} ms",
    )


def _rush(site: int) -> BenchRow:
    """More people than seats, all at once; each is answered with a seat or a place in line."""
    from events.models import Registration
    from tests.bench import seed
    from tests.bench.load import send_each

    asks = seed.sign_in(seed.make_members(RUSH, prefix="rush"), body=seed.FORM)
    event = seed.make_evening([], capacity=20)
    seconds, statuses = send_each(site, "POST", f"/events/{event.pk}/register/", asks, connections=50)
    states = list(Registration.objects.filter(event=event).values_list("state", flat=True))
    found = f"{states.count('confirmed')} seated, {states.count('waiting')} in line, {dict(statuses)}"
    return BenchRow(f"{RUSH:,} members for 20 seats, 50 connections ({found})", f"{seconds:.1f} s", wanted="<= 15.9 s")


def _offers() -> BenchRow:
    """More seats for an event with a long line: from the lock to the commit, mails and all."""
    from django.utils import timezone

    from events.models import Event
    from events.registration.flows.waitlist import move_waiting_list
    from members.models import OutgoingMail
    from tests.bench import seed

    event = seed.make_evening([], capacity=20)
    seed.stand_in_line(event, seed.make_members(20 + OFFERS * 2, prefix="in-line"))
    Event.objects.filter(pk=event.pk).update(capacity=20 + OFFERS)
    started = time.monotonic()
    offers = move_waiting_list(event.pk, now=timezone.now())
    seconds = time.monotonic() - started
    line = list(event.registrations.filter(seat_number=None).order_by("queue_number").values_list("pk", flat=True))
    seated = list(event.registrations.seated().order_by("queue_number").values_list("pk", "seat_number"))
    in_order = seated == [(pk, seat) for seat, (pk, _) in enumerate(seated, 1)] and max(seated)[0] < min(line)
    mails = OutgoingMail.objects.filter(key__startswith=f"seat/offered/{event.pk}/").count()
    found = f"{len(offers)} offers, {mails} mails, {'in order' if in_order else 'OUT OF ORDER'}"
    return BenchRow(f"{OFFERS} offers after a rise in capacity ({found})", f"{seconds:.2f} s", wanted="<= 2 s")


def _evening(bench: Bench) -> None:
    """Members with the page of an evening open: while nothing happens, and when the host shows a round."""
    from django.urls import reverse  # app ready
    from django.utils import timezone

    from events.evening.flows.evening import publish_round
    from events.groups.flows.seating import write_groups
    from events.models import Round
    from tests.bench import seed
    from tests.bench.watch import Watchers

    members = seed.make_members(WATCHERS, prefix="watching")
    event = seed.make_evening(members, capacity=WATCHERS, starts_at=timezone.now())
    drawn = Round.objects.create(event=event, number=1, drawn_at=timezone.now())
    ids = [str(member.pk) for member in members]
    write_groups(drawn, [ids[place : place + 4] for place in range(0, WATCHERS, 4)])
    asks, path = seed.sign_in(members), reverse("events:group_now", args=[event.pk])
    port, master = bench.serve("kouryu.wsgi:application", workers=WATCH_WORKERS)

    watchers = Watchers(port, path, asks)
    watchers.watch(every=2 * WATCH_EVERY, seconds=2 * WATCH_EVERY)  # the pages open
    before = cpu_seconds(master.pid)
    calm = watchers.watch(every=WATCH_EVERY, seconds=WATCH_FOR)
    cpu = (cpu_seconds(master.pid) - before) / calm.seconds
    publish_round(event_id=event.pk, round_id=drawn.pk, by=event.host, now=timezone.now())
    news = watchers.watch(every=WATCH_EVERY, seconds=WATCH_EVERY)
    name = f"{WATCHERS} members watching an evening every {WATCH_EVERY} s, {WATCH_WORKERS} workers"
    polls = f"{sum(calm.statuses.values()) / calm.seconds:,.0f} polls/s, {cpu:.0%} of a core, {dict(calm.statuses)}"
    bench.add(
        BenchRow(f"{name}: nothing new", polls, p95=f"{calm.p95_ms(304):.0f} ms", queries=_watch_queries(path, asks))
    )
    told = f"all told within {news.seconds:.1f} s, {dict(news.statuses)}"
    bench.add(BenchRow(f"{name}: a round is shown", told, p95=f"{news.p95_ms(200):.0f} ms"))
    children.stop(master, within=10)


def _watch_queries(path: str, asks: list) -> str:
    """Of a question that is answered by 304, with session and user, while the process remembers the version."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = {"cookie": asks[0].cookie, "host": "127.0.0.1"}
    mark = Client().get(path, headers=headers)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(path, headers={**headers, "if-none-match": mark})
    return str(len(captured)) if answer.status_code == 304 else f"answers {answer.status_code}"


def _mails(bench: Bench) -> BenchRow:
    """Due mails through one worker with two processes, from the first arrival to the last."""
    from kouryu.celery import app
    from members.models import OutgoingMail
    from tests.bench import seed
    from tests.rig.site import wait_until

    OutgoingMail.objects.all().delete()
    seed.make_due_mails(DUE_MAILS)
    bench.mail_server.taken.clear()
    with (bench.folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "celery", "-A", "kouryu", "worker", "--concurrency", "2"]
        worker = children.start(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    bench.stack.callback(children.stop, worker, within=10)
    for _ in range(2):
        app.send_task("members.tasks.deliver_mails", ignore_result=True)
    arrived = bench.mail_server.taken
    wait_until(lambda: arrived, what="the first mail arrived")
    started, before = time.monotonic(), len(arrived)
    wait_until(lambda: len(arrived) >= DUE_MAILS, what="all mails arrived")
    rate = (DUE_MAILS - before) / (time.monotonic() - started)
    return BenchRow("mails to an SMTP server, two worker processes", f"{rate:,.0f}/s", wanted=">= 99/s")


def _queries(path: str, cookie: str) -> str:
    """How many queries the page asks, with session and user."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(path, headers={"cookie": cookie, "host": "127.0.0.1"})
    return str(len(captured)) if answer.status_code == 200 else f"answers {answer.status_code}"


def _wait_for_answer(port: int) -> None:
    for _ in range(300):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/healthz")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def _print(rows: list[BenchRow], where: str) -> None:
    table = [[field.name for field in fields(BenchRow)], *(list(astuple(row)) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    _say(f"\n{where}")
    for line in table:
        _say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
