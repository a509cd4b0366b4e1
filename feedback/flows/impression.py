"""Answering the three questions after an evening. Not in the audit: who answered is nobody's business."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback import impressions
from feedback.models import Impression
from feedback.rules.impression import NoImpression, why_not_answer
from kouryu.refusal import Refused
from members.models import User


@transaction.atomic
def answer_questions(
    *, by: User, event_id: int, at_home: str, was_heard: str, would_return: str, now: datetime
) -> Impression:
    """Keep the answers, or put them in the place of earlier ones. Empty ones are not answered.

    Refused for who was not there, for the host, before the end, after the questions have closed, and for no answer
    at all.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    event = Event.objects.get(pk=event_id)
    if reason := why_not_answer(impressions.evening_of(event, by), now):
        raise Refused(reason)
    answers = {"at_home": at_home, "was_heard": was_heard, "would_return": would_return}
    if not any(answers.values()):
        raise Refused(NoImpression.NOTHING_SAID)
    return Impression.objects.update_or_create(event=event, member=by, defaults={**answers, "answered_at": now})[0]
