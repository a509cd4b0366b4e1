"""Emptying the words of mails that are over: who got which mail when stays, what it said does not."""

from __future__ import annotations

from datetime import datetime

from members.models import NO_WORDS, OutgoingMail

MAILS_AT_ONCE = 500  # in one short transaction, so that no deliverer waits for it


def forget_words(*, now: datetime) -> int:
    """Empty the words that nobody may need any more; returns of how many mails. Safe to repeat and side by side."""
    to_be_forgotten, done, last = OutgoingMail.objects.to_be_forgotten(now).order_by("pk"), 0, 0
    while batch := list(to_be_forgotten.filter(pk__gt=last).values_list("pk", flat=True)[:MAILS_AT_ONCE]):
        done += OutgoingMail.objects.filter(pk__in=batch).update(**NO_WORDS)
        last = batch[-1]
    return done
