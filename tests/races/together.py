"""Acts at the same moment: each in a thread of its own, on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import IntegrityError, connection

from kouryu.refusal import Refused

WAIT = 2  # seconds; on a busy machine two threads come far apart
Act = Callable[[], object]


def at_once(statement: str | tuple[str, ...], *acts: Act) -> list[object]:
    """Run the acts so that they meet before their first `statement`, or first of several; what each returned, or why
    it could not.

    Where a lock lets only one of them come that far, the others are not waited for longer than `WAIT`.
    """
    meeting = threading.Barrier(len(acts))

    def met(act: Act) -> object:
        # A thread of a pool may run a second act; each act meets the others once.
        seen = threading.Event()

        def pause(execute, sql, params, many, context):
            if sql.startswith(statement) and not seen.is_set():
                seen.set()
                with suppress(threading.BrokenBarrierError):  # the others wait for our lock, as they should
                    meeting.wait(timeout=WAIT)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(pause):
            return act()

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
