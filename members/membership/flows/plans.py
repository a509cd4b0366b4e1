"""Setting up plans and their prices, and telling members of a new one before it holds for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account
from members.audit import audit
from members.membership import mails, queries
from members.membership.limits import PRICES
from members.membership.rules import NoPrice, holds_from, why_no_price
from members.models import PlanAgreement, PlanPrice, PricePlan, User


@transaction.atomic
def set_up_plan(fields: Mapping[str, Any], *, price_yen: int, tax_percent: int, now: datetime) -> PricePlan:
    """Make the plan with this key at this price from today. A plan that is there stays as its owner has it."""
    plan, is_new = PricePlan.objects.get_or_create(key=fields["key"], defaults=fields)
    if is_new:
        _price(plan, price_yen, tax_percent, from_on=timezone.localdate(now), by=None, now=now)
    return plan


@transaction.atomic
def add_plan(
    *, key: str, name_ja: str, name_en: str, months: int, price_yen: int, by: User, now: datetime
) -> PricePlan:
    """Offer another plan from today. Refused where its key is taken."""
    last = PricePlan.objects.order_by("-sort_order").first()
    if PricePlan.objects.filter(key=key).exists():
        raise Refused(NoPrice.KEY_TAKEN)
    plan = PricePlan.objects.create(
        key=key, name_ja=name_ja, name_en=name_en, months=months, sort_order=last.sort_order + 1 if last else 1
    )
    audit.record("add-plan", plan, by=by, now=now)
    _price(plan, price_yen, PRICES.tax_percent, from_on=timezone.localdate(now), by=by, now=now)
    return plan


@transaction.atomic
def set_price(
    *, plan_key: str, price_yen: int, tax_percent: int, from_on: date, seen: int, by: User, now: datetime
) -> PlanPrice:
    """Let a plan cost something else from a day on. Who has the plan keeps their price until they are told in time.

    `seen` is the number of prices that the page knew of: of two tabs the later is refused. Refused for a day that is
    over or not after the latest price, and where nothing would change.
    """
    plan = PricePlan.objects.select_for_update().get(key=plan_key)
    last = plan.prices.latest("from_on")
    if plan.prices.count() != seen:
        raise Refused(NoPrice.CHANGED_MEANWHILE)
    reason = why_no_price(
        same=(last.price_yen, last.tax_percent) == (price_yen, tax_percent),
        from_on=from_on,
        last_from=last.from_on,
        today=timezone.localdate(now),
    )
    if reason:
        raise Refused(reason)
    return _price(plan, price_yen, tax_percent, from_on=from_on, by=by, now=now)


@transaction.atomic
def set_offered(*, plan_key: str, is_offered: bool, by: User, now: datetime) -> PricePlan:
    """Offer a plan, or offer it no longer: then it cannot be ordered, and no reference for its renewal goes out."""
    plan = PricePlan.objects.select_for_update().get(key=plan_key)
    if plan.is_offered != is_offered:
        plan.is_offered = is_offered
        plan.save(update_fields=["is_offered"])
        audit.record("offer-plan" if is_offered else "withdraw-plan", plan, by=by, now=now, fields=["is_offered"])
    return plan


@sweep("tell-prices", every=EVERY_TEN_MINUTES)
def tell_prices(*, now: datetime) -> int:
    """Tell whoever has a plan of its new price, from the days of notice before it; returns how many were told.

    One transaction each; nobody is told twice of one price, since the agreement that telling makes is the note of it.
    """
    today = timezone.localdate(now)
    return sum(
        _tell(member_id, price, now)
        for price in queries.prices_to_tell(today)
        for member_id in list(queries.untold_of(price, today).values_list("pk", flat=True))
    )


@transaction.atomic
def _tell(member_id: int, price: PlanPrice, now: datetime) -> bool:
    member = lock_account(member_id)
    today = timezone.localdate(now)
    before = queries.latest_agreement(member, price.plan_id)
    if before is None or not queries.untold_of(price, today).filter(pk=member_id).exists():
        return False
    told_in_time = holds_from(price.from_on, today=today, is_dearer=price.price_yen > before.price_yen)
    agreement = PlanAgreement.objects.create(
        member=member,
        plan=price.plan,
        price_yen=price.price_yen,
        tax_percent=price.tax_percent,
        from_on=max(told_in_time, before.from_on),  # in the place of one that was told and does not hold yet
        made_at=now,
    )
    audit.record("tell-price", agreement, by=None, now=now)
    mails.price_told(agreement, before=before, paid_until=queries.paid_until(member), now=now)
    return True


def _price(
    plan: PricePlan, price_yen: int, tax_percent: int, *, from_on: date, by: User | None, now: datetime
) -> PlanPrice:
    price = PlanPrice.objects.create(
        plan=plan, price_yen=price_yen, tax_percent=tax_percent, from_on=from_on, set_at=now, set_by=by
    )
    audit.record("set-price", price, by=by, now=now, why=price.terms)
    return price
