"""Short waits: what waits for a morning moves back by whole days, until its morning has come.

No rule of the site is bent. A playable evening that was closed moves to an earlier day, and who met there is noted for
that day. What was written about an evening follows, if the site's own rule gives that morning to somebody who writes at
the earlier moment; if not, it waits for its real morning. So the checks of `check_invariants` hold in a demo, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db import transaction

from demo import sweeps
from events.event.choices import EventState
from events.models import Event, Registration
from events.registration.choices import RegistrationState
from events.registration.flows.seats import lock_event
from feedback.letters.choices import LetterState
from feedback.letters.rules import deliver_at
from feedback.models import Intention, NotedEvening, StrengthFeedback, Wonder
from feedback.ties.rules.tie import Morning, morning_of
from kouryu.celery import wake
from members.audit import audit
from members.mail.choices import MailState
from members.mail.kinds import kind_named, weekly_kinds
from members.mail.limits import OPTIONAL, OUTBOX
from members.mail.rules import after_quiet_hours, has_room
from members.models import OutgoingMail

DAY = timedelta(days=1)
CAN_BE_CHANGED_FOR = timedelta(minutes=2)
TIMES = ("starts_at", "ends_at", "registration_closes_at")


@transaction.atomic
def shorten_waits(now: datetime) -> None:
    """Bring every morning that somebody waits for, and do at once what the site does in it. Safe to run twice."""
    for event_id in _closed_evenings():
        _move_evening(event_id, now)
    sweeps.run("note-evenings", now)
    _move_letters(now)
    _move_wonders(now)
    _move_choices(now)
    sweeps.run("release-letters", now)
    sweeps.run("form-ties", now)
    _let_mails_go(now)


def _closed_evenings() -> list[int]:
    """Playable ones, but for those whose seat somebody gave up at the door: that was before the start, and stays so."""
    gave_up = Registration.objects.filter(attendance__isnull=False).exclude(state=RegistrationState.CONFIRMED)
    closed = Event.objects.filter(playable__isnull=False, state=EventState.CLOSED)
    return list(closed.exclude(pk__in=gave_up.values("event")).order_by("pk").values_list("pk", flat=True))


def _move_evening(event_id: int, now: datetime) -> None:
    """Put a closed evening on a day whose next morning has come; who met there is noted anew."""
    event = lock_event(event_id)
    back = _days_until(deliver_at(event.starts_at, event.starts_at), now)
    if not back:
        return
    for name in TIMES:
        setattr(event, name, getattr(event, name) - back)
    event.version += 1
    event.save(update_fields=[*TIMES, "version"])
    NotedEvening.objects.filter(event=event).delete()
    audit.record("event.move-back", event, by=None, now=now, fields=sorted(TIMES))


def _move_letters(now: datetime) -> None:
    waiting = StrengthFeedback.objects.filter(state=LetterState.SCHEDULED, deliver_at__gt=now)
    for letter in waiting.filter(written_at__lte=now - CAN_BE_CHANGED_FOR).select_related("event"):
        if back := _way_back(letter.written_at, letter.deliver_at, letter.event.starts_at, now):
            letter.written_at -= back
            letter.deliver_at -= back
            letter.save(update_fields=["written_at", "deliver_at"])


def _move_wonders(now: datetime) -> None:
    waiting = Wonder.objects.filter(shows_at__gt=now, written_at__lte=now - CAN_BE_CHANGED_FOR)
    for wonder in waiting.select_related("ordinary__event"):
        if back := _way_back(wonder.written_at, wonder.shows_at, wonder.ordinary.event.starts_at, now):
            wonder.written_at -= back
            wonder.shows_at -= back
            wonder.save(update_fields=["written_at", "shows_at"])


def _way_back(written_at: datetime, arrives_at: datetime, starts_at: datetime, now: datetime) -> timedelta | None:
    """How far to move words about an evening; None where they could not have been written then."""
    back = _days_until(arrives_at, now)
    earlier = written_at - back
    fits = earlier >= starts_at and deliver_at(earlier, starts_at) == arrives_at - back
    return back if fits else None


def _move_choices(now: datetime) -> None:
    """How to go on with somebody: as with letters, by the rule of its own morning."""
    waiting = Intention.objects.filter(forms_at__gt=now, settled_at=None, taken_back_at=None)
    for choice in waiting.filter(chosen_at__lte=now - CAN_BE_CHANGED_FOR).select_related("event"):
        back = _days_until(choice.forms_at, now)
        chosen_at, morning = choice.chosen_at - back, Morning(choice.locks_at - back, choice.forms_at - back)
        starts_at = choice.event.starts_at
        if chosen_at >= starts_at and morning_of(chosen_at, starts_at) == morning:
            choice.chosen_at, choice.locks_at, choice.forms_at = chosen_at, morning.locks_at, morning.forms_at
            choice.save(update_fields=["chosen_at", "locks_at", "forms_at"])


def _let_mails_go(now: datetime) -> None:
    """Let those leave that wait for the end of the quiet hours, as long as the week of their reader has room."""
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED, send_after__gt=now, last_error="")
    for mail in waiting.order_by("pk"):
        if mail.send_after == after_quiet_hours(mail.queued_at) and _fits_into_week(mail, now):
            mail.send_after = now
            mail.save(update_fields=["send_after"])
            wake("members.tasks.deliver_mails")


def _fits_into_week(mail: OutgoingMail, now: datetime) -> bool:
    if not kind_named(mail.kind).is_weekly:
        return True
    others = OutgoingMail.objects.filter(
        to=mail.to_id, kind__in=weekly_kinds(), send_after__gt=now - OPTIONAL.week - OUTBOX.kept_for
    )
    others = others.exclude(pk=mail.pk).exclude(state__in=[MailState.FAILED, MailState.DROPPED])
    times = others.values_list("sent_at", "send_after")
    return has_room(now, (sent_at or send_after for sent_at, send_after in times), OPTIONAL.a_week)


def _days_until(moment: datetime, now: datetime) -> timedelta:
    """The least number of whole days before which `moment` has come; none for one that has."""
    return max(ceil((moment - now) / DAY), 0) * DAY
