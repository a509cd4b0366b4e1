"""What a worker does when beat sends for a sweep."""

from __future__ import annotations

from kouryu.celery import app
from kouryu.sweeps import declared


def run(name: str) -> None:
    app.tasks[declared()[name].task]()
