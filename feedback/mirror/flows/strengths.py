"""Choosing the strengths one sees in oneself, before others name theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from feedback.letters.rules import clean_picks, why_not_own_picks
from feedback.letters.strengths import strengths
from feedback.models import SelfStrengthSet
from kouryu.refusal import Refused
from members.audit import audit
from members.entrance.flows import finish_step
from members.entrance.rules import Step
from members.models import User


@transaction.atomic
def choose_own_strengths(*, member: User, picks: Sequence[str], now: datetime) -> SelfStrengthSet:
    """Keep up to five own strengths as a new version; earlier versions stay. The welcome step counts as done.

    Choosing the same again makes no new version. Refused for none, for more than five, and for unknown ones.
    """
    picks = clean_picks(picks)
    if problem := why_not_own_picks(picks, strengths()):
        raise Refused(problem)
    finish_step(member=member, step=Step.STRENGTHS)  # locks the member: versions are numbered in order
    latest = member.self_strengths.order_by("version").last()
    if latest and set(latest.picks) == set(picks):
        return latest
    chosen = member.self_strengths.create(version=latest.version + 1 if latest else 1, picks=picks, chosen_at=now)
    audit.record("choose-own-strengths", chosen, by=member, now=now, fields=["picks"])
    return chosen


@transaction.atomic
def choose_later(*, member: User) -> None:
    """Go on without choosing; the question comes back before the first letter is opened."""
    finish_step(member=member, step=Step.STRENGTHS)
