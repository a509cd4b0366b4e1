"""The Celery app, and the one way to wake a worker from a flow."""

from __future__ import annotations

import logging
import os

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


def wake(task_name: str) -> None:
    """Start the named task once the current transaction has committed.

    A message is only a wake-up. If the broker is dead this is logged and forgotten: beat's sweep finds what is
    due. `ignore_result` and no retry keep a dead broker from holding up the member for more than a second.
    """

    def start() -> None:
        try:
            app.send_task(task_name, ignore_result=True, retry=False)
        except Exception as error:  # kombu raises its own, redis' and the socket's errors here
            logger.warning("wake-up %s not sent: %s", task_name, type(error).__name__)

    transaction.on_commit(start, robust=True)
