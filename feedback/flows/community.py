"""Freezing the numbers of a month, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback import community
from feedback.models import MonthFigures
from feedback.rules.month import Month


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
