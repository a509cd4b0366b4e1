"""Choosing a rhythm, and saying "not now". Neither is in the audit: it is nobody's business but the member's."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from feedback.growth.choices import Pace
from feedback.growth.limits import RHYTHMS
from feedback.growth.rules.rhythm import silent_until
from feedback.models import Rhythm
from members.accounts.locks import lock_member
from members.models import User


def every(pace: str) -> timedelta | None:
    """The time between two suggestions; None at one's own pace."""
    return RHYTHMS.every.get(pace)


@transaction.atomic
def choose_rhythm(*, by: User, pace: Pace, now: datetime) -> Rhythm:
    """Keep the pace. A "not now" that was said goes on, for no longer than the new rhythm."""
    rhythm = _locked(by)
    rhythm.pace = pace
    if rhythm.silent_until is not None:
        longest = every(pace)
        rhythm.silent_until = min(rhythm.silent_until, now + longest) if longest else None
    rhythm.save(update_fields=["pace", "silent_until"])
    return rhythm


@transaction.atomic
def say_not_now(*, by: User, now: datetime) -> Rhythm:
    """Silence for one rhythm from the first time this is said. At one's own pace it is silent anyway."""
    rhythm = _locked(by)
    rhythm.silent_until = silent_until(every(rhythm.pace), rhythm.silent_until, now)
    rhythm.save(update_fields=["silent_until"])
    return rhythm


def _locked(member: User) -> Rhythm:
    lock_member(member.pk)
    return Rhythm.objects.get_or_create(member=member)[0]
