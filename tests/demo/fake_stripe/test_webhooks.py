"""Webhooks of the practice Stripe: signed as the SDK proves it; late, twice, reversed, missing, and again."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from demo.fake_stripe.server import FakeStripe
from demo.fake_stripe.webhooks import Hook, body_of, signature
from tests.rig.patience import hang_limit
from tests.rig.stripe import SECRET, client_of


class Site:
    """Something that is sent events, and answers as told."""

    def __init__(self):
        self.got: list[tuple[bytes, str]] = []
        self.answers: list[int] = []  # to the next ones; then 200
        self.arrived = threading.Condition()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with site.arrived:
                    site.got.append((body, self.headers["Stripe-Signature"]))
                    status = site.answers.pop(0) if site.answers else 200
                    site.arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))

    def wait_for(self, count: int) -> list[str]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, hang_limit())
        return self.names()

    def names(self) -> list[str]:
        return [json.loads(body)["data"]["object"]["name"] for body, _ in self.got]


@pytest.fixture
def site():
    site = Site()
    site.thread.start()
    yield site
    site.server.shutdown()
    site.thread.join()
    site.server.server_close()


@pytest.fixture
def server(tmp_path, site):
    server = FakeStripe(tmp_path / "stripe.sqlite3", hook=Hook(site.url, SECRET)).start()
    yield server
    server.close()


@pytest.fixture
def made(server):
    """Make customers of these names: an event each."""

    def make(*names: str) -> None:
        for name in names:
            client_of(server.url).v1.customers.create({"name": name})

    return make


def test_the_sdk_accepts_the_signature(site, made):
    made("あき")
    site.wait_for(1)
    event = stripe.Webhook.construct_event(*site.got[0], SECRET)
    assert (event.type, event.livemode, event.data.object.name) == ("customer.created", False, "あき")


@pytest.mark.parametrize("secret", ["whsec_other", ""])
def test_the_sdk_refuses_another_secret(site, made, secret):
    made("あき")
    site.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(*site.got[0], secret)


def test_the_sdk_refuses_a_signature_that_is_old(site, server, made):
    made("あき")
    body = body_of(server.store.all("event")[0])
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(body, signature(body, SECRET, int(time.time()) - 301), SECRET)


def test_what_was_no_success_comes_again_signed_anew(site, made):
    site.answers = [500, 503]
    made("あき")
    assert site.wait_for(3) == ["あき"] * 3
    assert len({body for body, _ in site.got}) == 1


def test_what_is_held_back_comes_late_in_order_or_reversed_and_twice(site, server, made):
    server.control("hold", {})
    made("a", "b", "c")
    assert site.got == []
    assert server.release(newest_first=True, times=2) == [200] * 6
    assert site.names() == ["c", "c", "b", "b", "a", "a"]
    assert server.release() == []


def test_what_is_dropped_never_comes_and_is_listed_all_the_same(site, server, made):
    server.control("hold", {})
    made("lost")
    assert server.control("drop", {}) == 1
    server.control("go-on", {})
    made("next")
    assert site.wait_for(1) == ["next"]
    events = client_of(server.url).v1.events.list({"type": "customer.created"}).data
    assert [event.data.object.name for event in events] == ["next", "lost"]


def test_what_waited_when_it_was_killed_comes_after_the_next_start(tmp_path, site, server, made):
    """Its file is all that it has: the second server stands for the next start after `kill -9`."""
    server._deliverer.stop()
    made("あき")
    second = FakeStripe(tmp_path / "stripe.sqlite3", hook=Hook(site.url, SECRET)).start()
    try:
        assert site.wait_for(1) == ["あき"]
    finally:
        second.close()
