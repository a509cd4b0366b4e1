"""Mending what a clock that was ahead left in the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from kouryu.clock import is_from_the_future
from members.models import OutgoingMail


def release_mails_from_the_future(*, now: datetime) -> int:
    """What a clock that was ahead wrote or put off waits from now on as long as it was meant to; returns how many."""
    released = 0
    for mail in OutgoingMail.objects.from_the_future(now):
        was_meant_to_wait = (
            mail.send_after - mail.queued_at if is_from_the_future(mail.queued_at, now) else timedelta(0)
        )
        waiting = OutgoingMail.objects.filter(pk=mail.pk, state=mail.state, send_after=mail.send_after)
        released += waiting.update(queued_at=min(mail.queued_at, now), send_after=now + was_meant_to_wait)
    return released
