"""A real Chromium before the real pages, a real mail server behind them, and a clock that can be moved."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Browser, expect, sync_playwright

from tests import sweeps
from tests.browser.person import BrowserUser
from tests.rig.patience import hang_limit
from tests.rig.smtp import FakeMailServer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--no-zygote",  # one hangs below libfaketime (bin/test --at)
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-quic",
)
# Playwright's own event loop runs in this thread; our code is as synchronous as ever.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_report_header() -> str:
    version = subprocess.run([CHROMIUM or "chromium", "--version"], capture_output=True, text=True).stdout.split()
    return f"browser: {' '.join(version[:2])}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def mail_server(settings) -> Iterator[FakeMailServer]:
    """What the site sends really goes over SMTP."""
    server = FakeMailServer()
    host, port = server.url.removeprefix("smtp://").split(":")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, int(port)
    print(f"\nSMTP server: {server.version}")
    yield server
    server.stop()


@pytest.fixture
def meet(chromium, live_server, settings, transactional_db) -> Iterator[Callable[[str], BrowserUser]]:
    """`meet("aki")`: a person with a browser window of their own."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    cache.clear()
    windows = []

    def open_window(name: str, *, javascript: bool = True) -> BrowserUser:
        context = chromium.new_context(locale="ja-JP", java_script_enabled=javascript, reduced_motion="reduce")
        windows.append(context)
        limit = hang_limit() * 1000  # ms
        context.set_default_timeout(limit)
        expect.set_options(timeout=limit)
        return BrowserUser(name, context, live_server.url)

    yield open_window
    for window in windows:
        window.close()


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """`clock(moment)`: for the site it is that moment now, and time goes on from there."""
    travels: list[time_machine.travel] = []

    def move(moment: datetime) -> None:
        while travels:
            travels.pop().stop()
        travel = time_machine.travel(moment, tick=True)
        travel.start()
        travels.append(travel)

    yield move
    while travels:
        travels.pop().stop()


ROUND = ("move-waiting-lists", "close-events", "follow-up", "release-letters", "renew-memberships", "deliver-mails")


@pytest.fixture
def beat() -> Callable[[], None]:
    """One round of what beat sends for while an evening is on, in this process."""

    def once() -> None:
        for name in ROUND:
            sweeps.run(name)

    return once
