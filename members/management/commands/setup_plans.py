"""Make the plans that members can order, or bring them up to date. Safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from members.membership.flows import set_plan

PLANS = [
    {"key": "monthly", "name_ja": "月ごと", "name_en": "Monthly", "price_yen": 3300, "months": 1},
    {"key": "half-year", "name_ja": "半年", "name_en": "Half a year", "price_yen": 18000, "months": 6},
    {"key": "yearly", "name_ja": "1年", "name_en": "A year", "price_yen": 33000, "months": 12},
]


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for position, plan in enumerate(PLANS, 1):
            set_plan({**plan, "sort_order": position}, now=now)
        if options["verbosity"]:
            self.stdout.write(f"{len(PLANS)} plans are set up.")
