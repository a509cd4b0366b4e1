"""Emptying the words of mails that are over: who got which mail when stays, what it said does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kouryu.sweeps import DAILY, sweep
from members.mail.choices import ENDED_MAIL
from members.mail.models import OutgoingMailQuerySet
from members.models import NO_WORDS, OutgoingMail

MAILS_AT_ONCE = 500  # in one short transaction, so that no deliverer waits for it


@sweep("forget-words", every=DAILY)
def forget_words(*, now: datetime) -> int:
    """Empty the words that nobody may need any more; returns of how many mails. Safe to repeat and side by side."""
    return sum(mails.update(**NO_WORDS) for mails in _batches(OutgoingMail.objects.to_be_forgotten(now)))


@sweep("delete-mails-to-nobody", every=DAILY)
def delete_mails_to_nobody(*, now: datetime | None = None) -> int:
    """Delete what was written for addresses without an account, once nothing more becomes of it; returns how many.

    So goes the address of somebody whose account went, when their last mail has left.
    """
    over = OutgoingMail.objects.filter(to=None, state__in=ENDED_MAIL)
    return sum(mails.delete()[0] for mails in _batches(over))


def _batches(mails: OutgoingMailQuerySet) -> Iterator[OutgoingMailQuerySet]:
    last = 0
    while numbers := list(mails.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MAILS_AT_ONCE]):
        yield OutgoingMail.objects.filter(pk__in=numbers)
        last = numbers[-1]
