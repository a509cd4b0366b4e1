"""The mails that go out after an evening."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.registration import mails
from events.registration.queries import registration as queries
from kouryu.sweeps import OFTEN, sweep


@sweep("follow-up", every=OFTEN)
def send_follow_ups(*, now: datetime) -> int:
    """Write each mail that is due and not written yet, one per transaction; returns how many.

    Killed half-way, it goes on where it was: the key of a mail says that it is written, nothing else does.
    """
    written = 0
    for registration, what in queries.follow_ups_due(now):
        with transaction.atomic():
            written += mails.follow_up(registration, what, now=now)
    return written
