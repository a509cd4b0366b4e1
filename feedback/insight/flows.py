"""Freezing a month's numbers, keeping impressions of an evening, and handing out one's own data."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.insight import queries as community
from feedback.insight import queries as impressions
from feedback.insight.limits import EXPORTS
from feedback.insight.rules import NoImpression, why_not_answer, why_not_export
from feedback.mirror.rules.month import Month
from feedback.models import Impression, MonthFigures
from kouryu.clock import within
from kouryu.numbers import DAY
from kouryu.refusal import Refused
from kouryu.sweeps import HOURLY, sweep
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import AuditEntry, User


@sweep("freeze-months", every=HOURLY)
def freeze_months(now: datetime) -> int:
    """Count and keep each month that is over and not kept yet; returns how many were kept."""
    return sum(freeze_month(month, now=now) for month in community.months_to_freeze(now))


@transaction.atomic
def freeze_month(month: Month, *, now: datetime) -> bool:
    """Keep the numbers of one month; what another worker kept meanwhile stands."""
    numbers = community.numbers_of(month)
    _, created = MonthFigures.objects.get_or_create(
        month=month.first_day,
        defaults={
            "measures": {
                key: None if bounds is None else [bounds.low, bounds.high] for key, bounds in numbers.measures.items()
            },
            "groups": numbers.groups,
            "frozen_at": now,
        },
    )
    return created


VERB = "export-own-data"


@transaction.atomic
def note_export(*, by: User, now: datetime) -> None:
    """Write down that `by` took their data, not what was in it. Refused after so many within a day."""
    member = lock_member(by.pk)
    made = AuditEntry.objects.filter(by=member, verb=VERB, at__range=within(DAY, now)).count()
    if reason := why_not_export(made, EXPORTS.a_day):
        raise Refused(reason)
    audit.record(VERB, member, by=member, now=now)


@transaction.atomic
def answer_questions(
    *, by: User, event_id: int, at_home: str, was_heard: str, would_return: str, now: datetime
) -> Impression:
    """Keep the answers, or put them in the place of earlier ones. Empty ones are not answered.

    Refused for who was not there, for the host, before the end, after the questions have closed, and for no answer
    at all.
    """
    lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    if reason := why_not_answer(impressions.evening_of(event, by), now):
        raise Refused(reason)
    answers = {"at_home": at_home, "was_heard": was_heard, "would_return": would_return}
    if not any(answers.values()):
        raise Refused(NoImpression.NOTHING_SAID)
    return Impression.objects.update_or_create(event=event, member=by, defaults={**answers, "answered_at": now})[0]
