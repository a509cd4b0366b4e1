"""Webhooks as Stripe sends them: signed anew at each attempt, again after what was no success, in no certain order."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from demo.fake_stripe.store import DELIVERED, DROPPED, HELD, WAITING, StripeStore, Thing, public

logger = logging.getLogger(__name__)
LOOKS_EVERY = 0.1  # seconds
AGAIN_IN = (0.5, 1, 2, 5, 10, 30, 60)  # seconds after a failure; Stripe itself goes on for three days
ANSWER_WITHIN = 10  # seconds


@dataclass(frozen=True)
class Hook:
    """Where events go, and what signs them."""

    url: str
    secret: str


def signature(body: bytes, secret: str, moment: int) -> str:
    """The header `Stripe-Signature`: HMAC-SHA256 of the moment and the raw body."""
    digest = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def body_of(event: Thing) -> bytes:
    """Stripe sends its events as indented JSON."""
    return json.dumps(public(event), indent=2, ensure_ascii=False).encode()


def send(event: Thing, hook: Hook, *, moment: int | None = None) -> int:
    """One attempt; the status of the answer."""
    body = body_of(event)
    signed = signature(body, hook.secret, int(time.time()) if moment is None else moment)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signed}
    request = urllib.request.Request(hook.url, body, headers)  # noqa: S310 - an address that was given at the start
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 - likewise
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


class Deliverer:
    """Delivers what waits, from a thread of its own; what is held back waits for `release`."""

    def __init__(self, store: StripeStore, hook: Hook) -> None:
        self._store = store
        self._hook = hook
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(LOOKS_EVERY):
            for number, event, attempts in self._store.due():
                self._attempt(number, event, attempts)

    def _attempt(self, number: int, event: Thing, attempts: int) -> None:
        try:
            status = send(event, self._hook)
        except OSError as fault:
            logger.info("%s not delivered: %s", event["id"], fault)
            status = 0
        if 200 <= status < 300:
            self._store.note_delivery(number, DELIVERED, attempts=attempts + 1)
        elif attempts < len(AGAIN_IN):
            again = AGAIN_IN[attempts]
            self._store.note_delivery(number, WAITING, again_in=again, attempts=attempts + 1)
        else:
            self._store.note_delivery(number, DROPPED, attempts=attempts + 1)


def hold(store: StripeStore) -> None:
    """From now on nothing is delivered by itself."""
    store.write_note("deliveries", HELD)


def release(store: StripeStore, *, newest_first: bool = False, times: int = 1, hook: Hook) -> list[int]:
    """Deliver what is held back, each as often as said, at once and in this order; the statuses of the answers."""
    held = store.held()
    statuses = []
    for number, event in reversed(held) if newest_first else held:
        statuses += [send(event, hook) for _ in range(times)]
        store.note_delivery(number, DELIVERED, attempts=times)
    return statuses


def drop(store: StripeStore) -> int:
    """Forget what is held back, as if it had got lost on its way; how many they were."""
    held = store.held()
    for number, _ in held:
        store.note_delivery(number, DROPPED)
    return len(held)


def go_on(store: StripeStore) -> None:
    """Deliver by itself again, from the next event on."""
    store.write_note("deliveries", WAITING)
