"""What Celery calls on behalf of feedback. A task takes the clock once and calls one flow; it decides nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from feedback.flows import letter
from members.flows.heartbeat import beat


@shared_task
def release_letters() -> None:
    """Let the letters arrive whose morning has come."""
    now = timezone.now()
    letter.release_letters(now)
    beat("release-letters", now=now)
