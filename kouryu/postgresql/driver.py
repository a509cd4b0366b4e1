"""psycopg, with connections that notice when the other end has fallen silent.

The database's own limits (`statement_timeout`, `lock_timeout`) end what takes too long while it lives. One that hangs,
or a network that swallows packets, answers nothing at all, and without this a page waits until the kernel gives up. So
a wait that has lasted for `patience` seconds asks the server, by a connection of its own, whether it is there. One that
is there may go on working. Of one that is not, whoever waits is told at once, and so is everybody in this process who
wants to connect: one at a time tries again.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg import *  # noqa: F403 - what Django expects of a driver: its exceptions and types
from psycopg.errors import ConnectionTimeout

IS_THERE_WITHIN = 1.25  # seconds for the shortest answer that a server can give, however busy its machine is
NEXT_TRY_AFTER = 1.0  # seconds between two attempts to reach a database that was silent
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")  # "do you speak TLS?", answered with one byte before any sign-in


class Silence:
    """Whether the database of this process is silent, and whose turn it is to find out again."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._turn = threading.Lock()

    def begins(self) -> None:
        self._since = monotonic()

    def ends(self) -> None:
        self._since = None

    @contextmanager
    def broken_by_one_at_a_time(self) -> Iterator[None]:
        """Everybody may try while all is well. Of a database that was silent one finds out; the others are told."""
        since = self._since
        if since is None:
            yield
            return
        if monotonic() - since < NEXT_TRY_AFTER or not self._turn.acquire(blocking=False):
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            yield
        finally:
            self._turn.release()


silence = Silence()


class Connection(psycopg.Connection[Any]):
    """A connection whose waits end when the server is gone (`patience`), and in any case after `longest_wait`."""

    patience: float | None = None
    longest_wait: float | None = None

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **options: Any) -> Any:
        if self.patience is None:
            return super().wait(gen, *args, **options)
        return super().wait(self._while_answered(gen), *args, **options)

    def _while_answered(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Hand on what psycopg's generator asks of the socket; it is woken several times a second."""
        began = monotonic()
        ask_at = began + self.patience
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and monotonic() >= ask_at:
                    if monotonic() - began >= self.longest_wait or not self._is_server_there():
                        self.close()
                        silence.begins()
                        raise psycopg.OperationalError("the database does not answer")
                    ask_at = monotonic() + self.patience
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _is_server_there(self) -> bool:
        return is_there(self.info.host, self.info.port, within=IS_THERE_WITHIN)


def connect(
    *args: Any, patience: float | None = None, longest_wait: float | None = None, **options: Any
) -> psycopg.Connection[Any]:
    """As psycopg's, but not tried by everybody while the database is known to be silent."""
    with silence.broken_by_one_at_a_time():
        try:
            connection = Connection.connect(*args, **options)
        except ConnectionTimeout:
            silence.begins()
            raise
        silence.ends()
    connection.patience, connection.longest_wait = patience, longest_wait
    return connection


def is_there(host: str, port: int, *, within: float) -> bool:
    """Whether a PostgreSQL, or its pooler, answers at this address or in this directory of its socket."""
    try:
        with _reach(host, port, within) as probe:
            probe.settimeout(within)
            probe.sendall(SSL_REQUEST)
            return bool(probe.recv(1))
    except OSError:
        return False


def _reach(host: str, port: int, within: float) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=within)
    probe = socket.socket(socket.AF_UNIX)
    probe.settimeout(within)
    probe.connect(f"{host}/.s.PGSQL.{port}")
    return probe
