"""Noticing two people who write to each other every time they meet."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from feedback.cases.choices import ReportReason, SubjectKind, Urgency
from feedback.letters.limits import MUTUAL_PAIRS
from feedback.letters.queries.mutual import exchanges_until
from feedback.letters.rules import LetterExchange, is_a_habit, is_same_at_once
from feedback.models import Case, StrengthFeedback
from members.audit import audit
from members.models import User


def notice(letter: StrengthFeedback, now: datetime) -> None:
    """Look at the two of a letter that has just arrived, in the caller's transaction; two queries.

    The same strengths picked at the same time are flagged in the book. A habit of several evenings opens one case of
    low priority, once for ever; nobody else is told.
    """
    exchanges = exchanges_until(letter, MUTUAL_PAIRS.rounds)
    if exchanges and is_same_at_once(exchanges[0], MUTUAL_PAIRS.same_picks_within):
        audit.record("flag-same-picks", letter, by=None, now=now)
    if is_a_habit(exchanges, MUTUAL_PAIRS.rounds):
        _open_case(letter, exchanges, now)


def _open_case(letter: StrengthFeedback, exchanges: list[LetterExchange], now: datetime) -> None:
    first, second = sorted([letter.giver, letter.receiver], key=lambda person: person.pk)
    key = f"{SubjectKind.PAIR.value}/{first.pk}-{second.pk}"
    if Case.objects.filter(subject_key=key).exists():
        return
    try:
        with transaction.atomic():
            case = Case.objects.create(member=first, other=second, subject_key=key, urgency=Urgency.LOW, opened_at=now)
    except IntegrityError:
        return  # the other one's letter arrived in this very moment
    case.reports.create(reason=ReportReason.MUTUAL, snapshot=_seen(first, second, exchanges), reported_at=now)
    audit.record("notice-pair", case, by=None, now=now)


def _seen(first: User, second: User, exchanges: list[LetterExchange]) -> dict[str, object]:
    return {
        "person": {"id": first.pk, "called_name": first.called_name},
        "other": {"id": second.pk, "called_name": second.called_name},
        "evenings": len(exchanges),
        "same_at_once": sum(is_same_at_once(exchange, MUTUAL_PAIRS.same_picks_within) for exchange in exchanges),
    }
