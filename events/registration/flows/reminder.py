"""Reminding those who hold a seat, the day before, an hour before and five minutes before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.choices import EventState
from events.registration import mails
from events.registration.flows.seats import lock_event
from events.registration.queries import reminders
from events.registration.rules.reminder import Reminder, goes_to
from kouryu.sweeps import OFTEN, sweep


@sweep("remind", every=OFTEN)
def send_reminders(*, now: datetime) -> int:
    """Write each reminder that is due and not written yet, one per transaction; returns how many.

    Several sweeps may run this at once, and one that was killed is taken up by the next: the key of a mail says that
    it is written, nothing else does.
    """
    written = 0
    for event, what in reminders.due(now):
        for seat in reminders.missing(event, what, now):
            written += remind(event.pk, seat.pk, what, now=now)
    return written


@transaction.atomic
def remind(event_id: int, registration_id: int, what: Reminder, *, now: datetime) -> bool:
    """Remind one person, if all is still as it was when the sweep looked.

    Under the event's lock: a host who moves it and a member who gives the seat back come before or after, not between.
    A mail that waits for a dead server may still say the old time; the word that the event has moved follows it.
    """
    event = lock_event(event_id)
    seat = event.registrations.confirmed().select_related("member__profile").filter(pk=registration_id).first()
    if event.state != EventState.PUBLISHED or seat is None:
        return False
    if not goes_to(what, event.starts_at, seated_at=seat.changed_at, now=now):
        return False
    return mails.reminder(seat, what, event=event, now=now)
