"""Reads of letters and thanks for the pages, a page at a time: the same queries for three and for three thousand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from feedback.models import SelfStrengthSet, StrengthFeedback, Thanks
from members.models import User
from members.standing.queries import blocked_by


def received(member: User) -> QuerySet[StrengthFeedback]:
    """What reached `member` and is not put away, the latest first."""
    return _in_order(member).filter(put_away_at=None)


def put_away(member: User) -> QuerySet[StrengthFeedback]:
    """What `member` put away, the latest first."""
    return _in_order(member).exclude(put_away_at=None)


def given(member: User) -> QuerySet[StrengthFeedback]:
    """What `member` wrote, the latest first; the page never shows whether it was opened, counted or put away."""
    letters = StrengthFeedback.objects.given_by(member).select_related("receiver__profile", "event")
    return letters.order_by("-written_at", "-pk")


def thanks_to(member: User) -> QuerySet[Thanks]:
    """The thanks that `member` got, the latest first."""
    thanks = Thanks.objects.filter(receiver=member).exclude(giver__in=blocked_by(member))
    return thanks.select_related("giver__profile", "event").order_by("-thanked_at", "-pk")


def letters_since(member: User, since: datetime, now: datetime) -> QuerySet[StrengthFeedback]:
    """The letters that reached `member` since then and are sealed."""
    letters = StrengthFeedback.objects.visible_to(member).filter(
        released_at__gt=since, opened_at=None, put_away_at=None
    )
    return letters.annotate(news_at=F("released_at"))


def thanks_since(member: User, since: datetime, now: datetime) -> QuerySet[Thanks]:
    """The thanks that reached `member` since then."""
    return thanks_to(member).filter(thanked_at__gt=since).annotate(news_at=F("thanked_at"))


def asks_before_the_first(member: User) -> bool:
    """Whether `member` is to be asked for own strengths once more: none chosen yet, and no seal broken."""
    if SelfStrengthSet.objects.filter(member=member).exists():
        return False
    return not StrengthFeedback.objects.visible_to(member).exclude(opened_at=None).exists()


def _in_order(member: User) -> QuerySet[StrengthFeedback]:
    letters = StrengthFeedback.objects.visible_to(member).select_related("giver__profile", "event")
    return letters.order_by("-released_at", "-pk")
