"""The fake Stripe as a server on this machine: the API below /v1/, hosted pages, and what tests steer it by."""

from __future__ import annotations

import json
import logging
import math
import socketserver
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from demo.fake_stripe import webhooks
from demo.fake_stripe.api import Api, request_id
from demo.fake_stripe.pages import PageAnswer, Pages
from demo.fake_stripe.store import StripeStore
from demo.fake_stripe.webhooks import Deliverer, Hook
from kouryu import env

LOOPBACK = "127.0.0.1"
LOOKS_EVERY = 1.0  # seconds between two looks for what falls due by itself
LONGEST_BODY = 1_000_000
STATUS = {200: "OK", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required"}
logger = logging.getLogger(__name__)


class FakeStripe:
    """One practice Stripe: its store, its server, its webhooks. `close` ends it; its file stays."""

    def __init__(self, file: Path, *, port: int = 0, hook: Hook | None = None) -> None:
        """Listen on a loopback port (0: any free one). Raises RuntimeError where members are."""
        refuse_in_production()
        self.store = StripeStore(file)
        self.store.after_restart()
        self.hook = hook
        self._server = make_server(LOOPBACK, port, self._serve, _Threads, _Quiet)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        self.api = Api(self.store, self.url)
        self.pages = Pages(self.api)
        self.loses_answers = 0  # of the next calls: done, and never answered
        self._deliverer = Deliverer(self.store, hook) if hook else None
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._serve_all, self._tick)]

    def start(self) -> FakeStripe:
        for thread in self._threads:
            thread.start()
        if self._deliverer:
            self._deliverer.start()
        return self

    def close(self) -> None:
        self._ends.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        if self._deliverer:
            self._deliverer.stop()
        self._server.server_close()
        self.store.close()

    def wait(self) -> None:
        self._threads[0].join()

    def _serve_all(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def _tick(self) -> None:
        """Periods end and failed charges are tried again, though nobody asks."""
        while not self._ends.wait(LOOKS_EVERY):
            with self.store.transaction():
                for customer in self.store.all("customer"):
                    if not customer.get("deleted") and not customer["test_clock"]:
                        self.api.billing.bring_up_to_date(customer)

    # --- requests

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        text = _text_of(environ) or environ.get("QUERY_STRING", "")
        if path.startswith("/v1/"):
            status, body, more = self.api.respond(method, path, text, _headers_of(environ))
            if self.loses_answers:
                self.loses_answers -= 1
                raise ConnectionAbortedError("the answer gets lost")
            sent = {"Content-Type": "application/json", "Request-Id": request_id(), **more}
            return _send(start_response, status, body, sent)
        if path.startswith("/_control/") and method == "POST" and "HTTP_X_PRACTICE" in environ:
            result = self.control(path.removeprefix("/_control/"), json.loads(text or "{}"))
            return _send(start_response, 200, json.dumps(result), {"Content-Type": "application/json"})
        answer: PageAnswer = self.pages.respond(method, path, dict(parse_qsl(text)))
        more = {"Location": answer.to} if answer.to else {}
        return _send(start_response, answer.status, answer.body, {"Content-Type": "text/html; charset=utf-8", **more})

    # --- what tests and the demo steer

    def control(self, act: str, asked: dict[str, Any]) -> object:
        """What Stripe leaves to chance or to time. docs/fake-stripe.md lists the acts."""
        acts: dict[str, Callable[..., object]] = {
            "hold": lambda: webhooks.hold(self.store),
            "release": self.release,
            "drop": lambda: webhooks.drop(self.store),
            "go-on": lambda: webhooks.go_on(self.store),
            "let-pass": self.let_pass,
            "dispute": self.dispute,
            "close-dispute": self.close_dispute,
            "lose-answers": self.lose_answers,
        }
        return acts[act](**asked)

    def release(self, *, newest_first: bool = False, times: int = 1) -> list[int]:
        """Deliver what is held back, in order or newest first, once or more often; the site's answers."""
        if self.hook is None:
            raise RuntimeError("started without an address for webhooks")
        return webhooks.release(self.store, newest_first=newest_first, times=times, hook=self.hook)

    def let_pass(self, *, customer: str, days: int) -> None:
        """Let days pass for a customer who has no test clock."""
        with self.store.transaction():
            self.pages.let_pass(self.store.get("customer", customer), days)

    def let_period_pass(self, *, customer: str) -> None:
        """Let pass what a customer has paid for, up to the moment of the next charge: months differ in length."""
        with self.store.transaction():
            person = self.store.get("customer", customer)
            [subscription] = self.store.all("subscription", customer)
            left = subscription["items"]["data"][0]["current_period_end"] - self.api.billing.now(person)
            self.pages.let_pass(person, math.ceil(left / 86_400))

    def dispute(self, *, payment_intent: str, reason: str = "fraudulent") -> str:
        """The card's holder objects to a charge; the id of the dispute."""
        with self.store.transaction():
            intent = self.store.get("payment_intent", payment_intent)
            return self.api.billing.dispute(self.store.get("charge", intent["latest_charge"]), reason)["id"]

    def close_dispute(self, *, dispute: str, status: str) -> None:
        """The bank decided: `won` or `lost`, as the shop sees it."""
        with self.store.transaction():
            self.api.billing.close_dispute(self.store.get("dispute", dispute), status)

    def lose_answers(self, *, count: int) -> None:
        """Do what the next calls ask, and let their answers get lost."""
        self.loses_answers = count


def refuse_in_production() -> None:
    if env.environment() != env.DEVELOPMENT:
        raise RuntimeError("This Stripe is for practising: it starts with KOURYU_ENV=development only.")


def _headers_of(environ: dict[str, Any]) -> dict[str, str]:
    return {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}


def _text_of(environ: dict[str, Any]) -> str:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST_BODY)
    return environ["wsgi.input"].read(length).decode() if length else ""


def _send(start_response: Callable[..., Any], status: int, body: str, headers: dict[str, str]) -> list[bytes]:
    content = body.encode()
    length = ("Content-Length", str(len(content)))
    start_response(f"{status} {STATUS.get(status, 'Error')}", [*headers.items(), length])
    return [content]


class _Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        logger.info("a request was given up", exc_info=True)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        logger.debug(format, *values)
