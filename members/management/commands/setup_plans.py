"""Make the first plans that members can order. Safe to run again: plans that are there stay as their owner has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from members.membership.flows.plans import set_up_plan

PLANS = [
    ({"key": "monthly", "name_ja": "月ごと", "name_en": "Monthly", "months": 1}, 3300),
    ({"key": "half-year", "name_ja": "半年", "name_en": "Half a year", "months": 6}, 18000),
    ({"key": "yearly", "name_ja": "1年", "name_en": "A year", "months": 12}, 33000),
]
TAX_PERCENT = 10  # in these prices (消費税法 29条 and 地方税法 72条の83)


def set_up_plans(now: datetime) -> None:
    """Make each of them that is not there, at its price from this day on."""
    for position, (plan, price) in enumerate(PLANS, 1):
        set_up_plan({**plan, "sort_order": position}, price_yen=price, tax_percent=TAX_PERCENT, now=now)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        set_up_plans(timezone.now())
        self.stdout.write(f"{len(PLANS)} plans are set up.")
