"""The Celery app, and the one way to wake a worker from a flow."""

from __future__ import annotations

import logging
import os

from celery import Celery
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kouryu.settings")

app = Celery("kouryu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["members", "events", "feedback"])

logger = logging.getLogger(__name__)


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
