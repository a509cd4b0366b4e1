"""Setting up plans and their prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from members.audit import audit
from members.models import PlanPrice, PricePlan


@transaction.atomic
def set_up_plan(fields: Mapping[str, Any], *, price_yen: int, tax_percent: int, now: datetime) -> PricePlan:
    """Make the plan with this key at this price from today. A plan that is there stays as its owner has it."""
    plan, is_new = PricePlan.objects.get_or_create(key=fields["key"], defaults=fields)
    if is_new:
        price = PlanPrice.objects.create(
            plan=plan,
            price_yen=price_yen,
            tax_percent=tax_percent,
            from_on=timezone.localdate(now),
            set_at=now,
        )
        audit.record("set-price", price, by=None, now=now, why=price.terms)
    return plan
