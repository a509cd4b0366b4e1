"""The Celery app, and the one way to wake a worker from a flow."""

from __future__ import annotations

import logging
import os
import threading
import time

from celery import Celery
from celery.signals import worker_process_init
from django.db import transaction

from kouryu import children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kouryu.settings")

app = Celery("kouryu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["members", "events", "feedback"])

logger = logging.getLogger(__name__)


@worker_process_init.connect
def _go_with_the_worker(**kwargs: object) -> None:
    """A pool process goes with its worker, even by `kill -9`: else it would send mails beside the next one."""
    children.die_with_parent()


GATHER_FOR = 0.2  # seconds; a hundred members who register in one moment wake the worker once

_lock = threading.Lock()
_waiting: set[str] = set()
_sender: threading.Thread | None = None


def wake(task_name: str) -> None:
    """Start the named task once the current transaction has committed; never waits for the broker.

    A message is only a wake-up: one that is lost costs nothing but time, because beat's sweep finds what is due.
    """

    def hand_over() -> None:  # named: Django's log of a failing callback asks for its name, which a partial lacks
        _hand_over(task_name)

    transaction.on_commit(hand_over, robust=True)


def _hand_over(task_name: str) -> None:
    """Leave the sending to a thread: with a dead broker the client library tries for up to six seconds.

    The thread is started when needed and not kept, so that a process may fork at any time.
    """
    global _sender
    with _lock:
        _waiting.add(task_name)
        if _sender is None or not _sender.is_alive():
            _sender = threading.Thread(target=_send_waiting, name="wake-ups", daemon=True)
            _sender.start()


def _send_waiting() -> None:
    global _sender
    while True:
        with _lock:
            if not _waiting:
                _sender = None
                return
            task_name = _waiting.pop()
        try:
            app.send_task(task_name, ignore_result=True, retry=False)
        except Exception as error:  # kombu raises its own, redis' and the socket's errors here
            logger.warning("wake-up %s not sent: %s", task_name, type(error).__name__)
        time.sleep(GATHER_FOR)
