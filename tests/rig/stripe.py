"""A practice Stripe beside the test, the official SDK that talks to it, and somebody who types a card's number."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stripe

from demo.fake_stripe.server import FakeStripe
from demo.fake_stripe.webhooks import Hook
from tests.rig.patience import hang_limit

KEY = "sk_test_practice"
SECRET = "whsec_practice"
SUCCEEDS, DECLINED, TOO_LITTLE = "4242424242424242", "4000000000000002", "4000000000009995"
DECLINED_LATER, ASKS_ONCE, ASKS_ALWAYS = "4000000000000341", "4000002500003155", "4000002760003184"
DISPUTED = "4000000000000259"


@contextmanager
def fake_stripe(folder: Path, *, webhook: str = "") -> Iterator[FakeStripe]:
    """A server of the test's own process, on the test's clock."""
    server = FakeStripe(folder / "stripe.sqlite3", hook=Hook(webhook, SECRET) if webhook else None).start()
    try:
        yield server
    finally:
        server.close()


def client_of(url: str) -> stripe.StripeClient:
    """The official SDK, which tries nothing twice by itself."""
    return stripe.StripeClient(KEY, base_addresses={"api": url}, max_network_retries=0)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    to: str


def typed(url: str, **words: str) -> Page:
    """Send a form of a hosted page; follow nothing."""
    return _asked(url, urllib.parse.urlencode(words).encode())


def opened(url: str) -> Page:
    return _asked(url, None)


def _asked(url: str, body: bytes | None) -> Page:
    opener = urllib.request.build_opener(_StayHere)
    try:
        with opener.open(url, body, timeout=hang_limit()) as answer:
            return Page(answer.status, answer.read().decode(), "")
    except urllib.error.HTTPError as other:
        return Page(other.code, other.read().decode(), other.headers.get("Location") or "")
