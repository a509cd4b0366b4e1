"""A site that is killed between a charge and its notice, and between notice and work: nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import STDOUT, Popen

import pytest
import requests
from django.conf import settings as site_settings
from django.utils import timezone

from demo.fake_stripe import ACCOUNT
from demo.fake_stripe.server import FakeStripe
from demo.fake_stripe.webhooks import Hook
from kouryu import children
from kouryu.env import Stripe
from members.cards import flows
from members.membership.choices import DueState
from members.models import Due, PaymentIn, Period, StripeEvent
from tests import factories
from tests.rig.patience import hang_limit
from tests.rig.ports import free_port
from tests.rig.site import wait_until
from tests.rig.stripe import KEY, SECRET, SUCCEEDS, typed

pytestmark = [pytest.mark.live, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
KILLS = 5
WORKER = ("worker", "--concurrency", "1")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def payments(tmp_path: Path, port: int) -> Iterator[FakeStripe]:
    hook = Hook(f"http://127.0.0.1:{port}/webhooks/stripe/", SECRET)
    server = FakeStripe(tmp_path / "stripe.sqlite3", hook=hook).start()
    yield server
    server.close()


@pytest.fixture
def environ(environ: dict[str, str], payments: FakeStripe, settings: object) -> dict[str, str]:
    settings.STRIPE = Stripe(KEY, (SECRET,), ACCOUNT, payments.url)
    names = {"STRIPE_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_ACCOUNT": ACCOUNT}
    return environ | names | {"STRIPE_API_URL": payments.url}


@pytest.fixture
def web(environ: dict[str, str], port: int, tmp_path: Path) -> Iterator[Callable[[], Popen[bytes]]]:
    """Starts the site's web process; whatever of it still lives at the end of the test is killed."""
    started: list[Popen[bytes]] = []
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]

    def start() -> Popen[bytes]:
        with (tmp_path / "web.log").open("ab") as log:
            process = children.start(command, cwd=site_settings.BASE_DIR, env=environ, stdout=log, stderr=STDOUT)
        started.append(process)
        wait_until(lambda: _answers(port), what="web answers")
        return process

    yield start
    for process in started:
        children.kill_group(process)
        process.wait()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=hang_limit()).ok
    except requests.RequestException:
        return False


def kill(process: Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def order() -> tuple[Due, str]:
    """An order of somebody new, and the page on which it is paid."""
    member = factories.make_account()
    now = timezone.now()
    due = flows.order_by_card(member=member, plan_key="monthly", screen_version="1", screen_text="", now=now)
    back_url = "http://127.0.0.1:1/"
    return due, flows.begin_checkout(member=member, reference=due.reference, back_url=back_url, now=now)


def assert_each_paid_once() -> None:
    dues = Due.objects.all()
    assert {due.state for due in dues} == {DueState.CONFIRMED}
    assert (len(dues), PaymentIn.objects.count(), Period.objects.count()) == (KILLS, KILLS, KILLS)


def all_done(payments: FakeStripe) -> bool:
    return payments.store.is_delivered() and not StripeEvent.objects.filter(worked_at=None).exists()


def test_killed_between_charge_and_notice_five_times(web, celery, beat, payments):
    """The charge was made while nobody was there to be told of it."""
    factories.make_plan()
    celery(*WORKER)
    site = web()
    for _ in range(KILLS):
        _due, page = order()
        kill(site)
        assert typed(page, number=SUCCEEDS).status == 303
        assert not payments.store.is_delivered()
        site = web()
    wait_until(lambda: all_done(payments), what="every notice is done")
    assert_each_paid_once()


def test_killed_between_notice_and_work_five_times(web, celery, beat, payments):
    """The notice is stored, and the worker dies: before it began, or in the middle."""
    factories.make_plan()
    web()
    for _ in range(KILLS):
        _due, page = order()
        assert typed(page, number=SUCCEEDS).status == 303
        wait_until(payments.store.is_delivered, what="every notice was stored")
        assert StripeEvent.objects.filter(worked_at=None).exists()
        done = StripeEvent.objects.exclude(worked_at=None).count()
        worker = celery(*WORKER)
        wait_until(lambda done=done: StripeEvent.objects.exclude(worked_at=None).count() > done, what="work began")
        kill(worker)
    StripeEvent.objects.filter(worked_at=None).update(next_try_at=timezone.now())  # the claims of the dead ran out
    celery(*WORKER)
    wait_until(lambda: all_done(payments), what="every notice is done")
    assert_each_paid_once()
