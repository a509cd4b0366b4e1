"""Noting that a recurring job ran, so that /readyz can tell when beat is late."""

from __future__ import annotations

from datetime import datetime

from members.models import Heartbeat


def beat(job: str, *, now: datetime) -> None:
    """Note that `job` ran at `now`."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now})
