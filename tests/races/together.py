"""Acts at the same moment: each in a thread of its own, on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import IntegrityError, connection

from kouryu.refusal import Refused
from tests.rig.patience import looks

WAITING_FOR_A_LOCK = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
Act = Callable[[], object]


def at_once(statement: str | tuple[str, ...], *acts: Act) -> list[object]:
    """Run the acts so that they meet before their first `statement`, or first of several; what each returned, or why
    it could not.

    Where a lock lets only one of them come that far, it goes on as soon as the others wait for that lock.
    """
    meeting = _Meeting(len(acts))

    def met(act: Act) -> object:
        # A thread of a pool may run a second act; each act meets the others once.
        seen = threading.Event()

        def pause(execute, sql, params, many, context):
            if sql.startswith(statement) and not seen.is_set():
                seen.set()
                meeting.wait()
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(pause):
                return act()
        finally:
            if not seen.is_set():
                meeting.leave()

    return in_threads(len(acts), [lambda act=act: met(act) for act in acts])


def in_threads(number: int, acts: Sequence[Act]) -> list[object]:
    """Run the acts in this many threads, as fast as they come; what each returned, or why it could not."""

    def run(act: Act) -> object:
        try:
            return act()
        except Refused as refused:
            return refused.reason
        except IntegrityError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, acts))


def waiting_for_a_lock() -> int:
    """How many connections to the test database wait for a lock, asked on a connection of its own."""
    with connection.Database.connect(**connection.get_connection_params(), autocommit=True) as asking:
        return asking.execute(WAITING_FOR_A_LOCK).fetchone()[0]


class _Meeting:
    """Everybody waits until each act of `number` is there, is over, or waits for a lock; from then on nobody does."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._settled = 0
        self._begun = threading.Event()

    def wait(self) -> None:
        self.leave()
        for _ in looks("the other acts come, end, or wait for a lock"):
            if self._begun.is_set() or self._all_settled():
                self._begun.set()
                return

    def leave(self) -> None:
        """Count this act as one that need not be waited for."""
        with self._lock:
            self._settled += 1

    def _all_settled(self) -> bool:
        return self._settled + waiting_for_a_lock() >= self._number
