"""Choosing to write nothing to somebody, and thinking again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.letters.flows.letter import withdraw_letter
from feedback.letters.queries import encounter as encounters
from feedback.letters.rules import NoLetter, NoReach, why_not_thank
from feedback.models import Skip
from kouryu.refusal import Refused
from members.accounts.locks import lock_member
from members.models import User


@transaction.atomic
def skip(*, by: User, receiver_id: int, event_id: int, now: datetime) -> None:
    """Take back what was written to them about this evening, and ask `by` no longer.

    Nobody is told, and there is no audit line: staff must not know either. Refused once a letter was delivered, and
    unless both were there in one group.
    """
    giver = lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    if problem := why_not_thank(encounters.encounter(giver, receiver_id, event, None, now), ""):
        raise Refused(problem if problem == NoReach.NOW else NoLetter.NOT_TOGETHER)
    withdraw_letter(by=giver, receiver_id=receiver_id, event_id=event_id, now=now)
    Skip.objects.get_or_create(giver=giver, receiver_id=receiver_id, event=event)


def think_again(*, by: User, receiver_id: int, event_id: int) -> None:
    """Let the page ask about this person again."""
    Skip.objects.filter(giver=by, receiver_id=receiver_id, event_id=event_id).delete()
