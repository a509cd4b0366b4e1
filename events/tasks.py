"""The recurring jobs of the events app: each takes the clock once and calls one flow."""

from celery import shared_task
from django.utils import timezone

from events.flows import waitlist
from members.flows.heartbeat import beat


@shared_task
def move_waiting_lists() -> None:
    """Expire offers that nobody answered, and offer what is free."""
    now = timezone.now()
    waitlist.move_waiting_lists(now=now)
    beat("move-waiting-lists", now=now)
