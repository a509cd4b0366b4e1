"""What the fake Stripe remembers: objects, events, deliveries and answers, in one SQLite file.

Every request is one transaction, so a kill at any moment leaves either all of it or nothing.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.fake_stripe import API_VERSION

Thing = dict[str, Any]  # an object of Stripe's; names that begin with _ are for the fake alone

TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, customer TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS objects_of_kind ON objects (kind, number);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, asked TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT, state TEXT, due REAL, attempts INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT);
"""
WAITING, HELD, DELIVERED, DROPPED = "waiting", "held", "delivered", "dropped"


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def public(thing: Thing) -> Thing:
    """What Stripe answers: without the names that are for the fake alone, at any depth."""
    return {name: _public(value) for name, value in thing.items() if not name.startswith("_")}


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return public(value)
    return [_public(one) for one in value] if isinstance(value, list) else value


class StripeStore:
    """The file, one writer at a time."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {TABLES}")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one it is part of that."""
        with self._lock:
            if self._depth:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            else:
                self._database.execute("COMMIT")
            finally:
                self._depth -= 1

    def _ask(self, words: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(words, values).fetchall()

    # --- objects

    def put(self, thing: Thing) -> Thing:
        """Write an object down, anew or again."""
        customer = thing["id"] if thing["object"] == "customer" else thing.get("customer")
        self._ask(
            "INSERT INTO objects (id, kind, customer, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, customer = excluded.customer",
            *(thing["id"], thing["object"], customer, json.dumps(thing)),
        )
        return thing

    def find(self, kind: str, identifier: str | None) -> Thing | None:
        rows = self._ask("SELECT body FROM objects WHERE id = ? AND kind = ?", identifier, kind)
        return json.loads(rows[0][0]) if rows else None

    def get(self, kind: str, identifier: str) -> Thing:
        """An object that has to be there."""
        thing = self.find(kind, identifier)
        if thing is None:
            raise LookupError(f"no {kind} {identifier}")
        return thing

    def any(self, identifier: str) -> Thing | None:
        """The object with this id, of whatever kind."""
        rows = self._ask("SELECT body FROM objects WHERE id = ?", identifier)
        return json.loads(rows[0][0]) if rows else None

    def all(self, kind: str, customer: str | None = None) -> list[Thing]:
        """Objects of a kind, newest first."""
        words, values = "SELECT body FROM objects WHERE kind = ?", [kind]
        if customer is not None:
            words, values = f"{words} AND customer = ?", [kind, customer]
        return [json.loads(body) for (body,) in self._ask(f"{words} ORDER BY number DESC", *values)]

    # --- events and their deliveries

    def emit(self, kind: str, thing: Thing, previous: Thing | None = None) -> None:
        """Note that something happened, and have it delivered."""
        data: Thing = {"object": public(thing)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": int(time.time()),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.put(event)
        state = HELD if self.note("deliveries") == HELD else WAITING
        self._ask("INSERT INTO deliveries (event, state, due) VALUES (?, ?, ?)", event["id"], state, time.monotonic())

    def due(self) -> list[tuple[int, Thing, int]]:
        """Deliveries whose moment has come, oldest first: number, event, attempts so far."""
        rows = self._ask(
            "SELECT number, event, attempts FROM deliveries WHERE state = ? AND due <= ? ORDER BY number",
            *(WAITING, time.monotonic()),
        )
        return [(number, self.get("event", event), attempts) for number, event, attempts in rows]

    def held(self) -> list[tuple[int, Thing]]:
        """What is held back, oldest first."""
        rows = self._ask("SELECT number, event FROM deliveries WHERE state = ? ORDER BY number", HELD)
        return [(number, self.get("event", event)) for number, event in rows]

    def is_delivered(self) -> bool:
        """Whether nothing waits; what is held back does not count."""
        return not self._ask("SELECT 1 FROM deliveries WHERE state = ? LIMIT 1", WAITING)

    def note_delivery(self, number: int, state: str, *, again_in: float = 0, attempts: int = 0) -> None:
        self._ask(
            "UPDATE deliveries SET state = ?, due = ?, attempts = ? WHERE number = ?",
            *(state, time.monotonic() + again_in, attempts, number),
        )

    def after_restart(self) -> None:
        """What waited when the process ended is due at once: its clock began anew."""
        self._ask("UPDATE deliveries SET due = 0 WHERE state = ?", WAITING)

    # --- answers to keep, and notes

    def answer_to(self, key: str) -> tuple[str, int, str] | None:
        """What was asked and answered under an idempotency key."""
        rows = self._ask("SELECT asked, status, body FROM answers WHERE key = ?", key)
        return rows[0] if rows else None

    def keep_answer(self, key: str, asked: str, status: int, body: str) -> None:
        self._ask("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", key, asked, status, body)

    def note(self, name: str) -> str:
        rows = self._ask("SELECT value FROM notes WHERE name = ?", name)
        return rows[0][0] if rows else ""

    def write_note(self, name: str, value: str) -> None:
        self._ask("INSERT OR REPLACE INTO notes VALUES (?, ?)", name, value)
