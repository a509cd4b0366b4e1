"""What Celery calls on behalf of feedback. A task takes the clock once and calls one flow; it decides nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from feedback.growth.flows import ladder, statement
from feedback.insight import flows as community
from feedback.letters.flows import letter, nameless
from feedback.mirror.flows import mirror
from feedback.safety import flows as report
from feedback.ties.flows import anniversary, contact, network, short_note, tie
from members.audit.flows import beat


@shared_task
def release_letters() -> None:
    """Let the letters arrive whose morning has come."""
    now = timezone.now()
    letter.release_letters(now)
    beat("release-letters", now=now)


@shared_task
def release_nameless() -> None:
    """On the first of a month, or as soon after as this runs: let nameless picks out, and forget the oldest."""
    now = timezone.now()
    nameless.release_nameless(now)
    nameless.drop_nameless(now)
    beat("release-nameless", now=now)


@shared_task
def hand_over_texts() -> None:
    """Put the texts that wait for a moderator into the queue."""
    now = timezone.now()
    report.hand_over_texts(now)
    beat("hand-over-texts", now=now)


@shared_task
def form_ties() -> None:
    """Let the ties form whose morning has come."""
    now = timezone.now()
    tie.form_ties(now)
    beat("form-ties", now=now)


@shared_task
def recompute_mirrors() -> None:
    """Once a night: what is usual in the community, and what each mirror shows against it."""
    now = timezone.now()
    mirror.recompute_mirrors(now=now)
    beat("recompute-mirrors", now=now)


@shared_task
def note_evenings() -> None:
    """Let those have met who sat together at evenings that were closed."""
    now = timezone.now()
    network.note_evenings(now)
    beat("note-evenings", now=now)


@shared_task
def tell_statements() -> None:
    """In the first days of a month, sum up the last one for each member."""
    now = timezone.now()
    statement.tell_statements(now)
    beat("tell-statements", now=now)


@shared_task
def tell_anniversaries() -> None:
    """Remember with tied members the day on which they met, once a year."""
    now = timezone.now()
    anniversary.tell_anniversaries(now)
    beat("tell-anniversaries", now=now)


@shared_task
def climb_ladder() -> None:
    """Write the mails of the days and weeks after an evening that are due."""
    now = timezone.now()
    ladder.climb(now=now)
    beat("climb-ladder", now=now)


@shared_task
def freeze_months() -> None:
    """Count what a month that is over gave the community, once and for all."""
    now = timezone.now()
    community.freeze_months(now)
    beat("freeze-months", now=now)


@shared_task
def forget_ended_ties() -> None:
    """Delete contacts of ties that ended, and short notes of those that ended long ago."""
    now = timezone.now()
    contact.forget_contacts()
    short_note.forget_notes(now)
    beat("forget-ended-ties", now=now)
