"""Ordering a plan, and taking the order back before it is paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.membership import mails, queries
from members.membership.choices import DueState, PaymentWay
from members.membership.flows.paying import take_back_due
from members.membership.limits import ORDERS
from members.membership.rules import NoCancellation, NoOrder, folded_kana, fresh_reference, why_not_order
from members.models import Due, Membership, Period, PlanAgreement, PricePlan, User


@transaction.atomic
def order_by_transfer(
    *, member: User, plan_key: str, screen_version: str, screen_text: str, payer_kana: str = "", now: datetime
) -> Due:
    """Note the order of a plan with the screen that was confirmed, and mail the reference; refused as `place_order` is.

    Ordering again while the order is open returns that order.
    """
    screen = {"screen_version": screen_version, "screen_text": screen_text, "payer_kana": payer_kana}
    due, is_new = place_order(member=member, plan_key=plan_key, way=PaymentWay.TRANSFER, **screen, now=now)
    if is_new:
        mails.order_received(due, now=now)
    return due


@transaction.atomic
def place_order(
    *,
    member: User,
    plan_key: str,
    way: PaymentWay,
    screen_version: str,
    screen_text: str,
    payer_kana: str = "",
    now: datetime,
) -> tuple[Due, bool]:
    """Ask for a plan's price, to be paid in this way, with the screen that was confirmed; and whether that is new.

    An open order of the same plan is returned; one that was to be paid in another way is taken back first. Refused when
    the plan is offered no longer, another plan's order is open or partly paid, a card is charged for the next period
    anyway, more than a year is paid ahead, or many orders of today were taken back.
    """
    lock_member(member.pk)
    today = timezone.localdate(now)
    plan = PricePlan.objects.priced(today).filter(key=plan_key).first()
    if plan is None:
        raise Refused(NoOrder.PLAN_GONE)
    open_order = queries.open_due(member)
    if open_order and open_order.agreement.plan_id == plan.pk:
        if open_order.way == way:
            return open_order, False
        _take_back_for_another_way(open_order, now=now)
    if reason := why_not_order(queries.order_facts(member, plan, now), today):
        raise Refused(reason)
    agreement = PlanAgreement.objects.create(
        member=member,
        plan=plan,
        price_yen=plan.price_yen,
        tax_percent=plan.tax_percent,
        from_on=today,
        made_at=now,
        screen_version=screen_version,
        screen_text=screen_text,
    )
    due = make_due(agreement, due_on=today + timedelta(days=ORDERS.due_days), way=way, payer_kana=payer_kana, now=now)
    # Who orders anew wants to hear of the next renewal, whatever was said before.
    Membership.objects.update_or_create(member=member, defaults={"stopped_at": None})
    audit.record("order-membership", due, by=member, now=now)
    return due, True


def _take_back_for_another_way(due: Due, *, now: datetime) -> None:
    """Two references for one period would be paid twice. What is paid in part is finished in its own way."""
    if queries.paid_yen(due):
        raise Refused(NoOrder.OTHER_ORDER_OPEN)
    take_back_due(due, by=due.member, now=now)
    audit.record("cancel-order", due, by=due.member, now=now, fields=["state"])


@transaction.atomic
def cancel_order(*, reference: str, by: User, now: datetime) -> Due:
    """Take back an order that nobody paid. A second time changes nothing; refused once it is confirmed."""
    member = User.objects.get(dues__reference=reference)
    lock_account(member.pk)
    due = Due.objects.get(reference=reference)
    if due.state == DueState.CANCELLED:
        return due
    if due.state == DueState.CONFIRMED:
        raise Refused(NoCancellation.CONFIRMED)
    take_back_due(due, by=by, now=now)
    audit.record("cancel-order", due, by=by, now=now, fields=["state"])
    return due


@transaction.atomic
def withdraw_open_order(*, member: User, now: datetime) -> None:
    """Take back the order that waits for a transfer, since its member goes. Without one nothing changes."""
    lock_account(member.pk)
    if open_order := queries.open_due(member):
        take_back_due(open_order, by=None, now=now)
        audit.record("cancel-order", open_order, by=None, now=now, fields=["state"])


def make_due(
    agreement: PlanAgreement,
    *,
    due_on: date,
    renews: Period | None = None,
    way: PaymentWay = PaymentWay.TRANSFER,
    payer_kana: str = "",
    now: datetime,
) -> Due:
    """Ask for what was agreed, for the plan's months, under a new reference."""
    return Due.objects.create(
        member=agreement.member,
        agreement=agreement,
        reference=_fresh_reference(),
        amount_yen=agreement.price_yen,
        months=agreement.plan.months,
        way=way,
        ordered_at=now,
        due_on=due_on,
        renews=renews,
        payer_kana=folded_kana(payer_kana),
    )


def _fresh_reference() -> str:
    # Two orders in the same moment could still draw one of 3·10⁹ references: the constraint then fails one of them.
    return fresh_reference(lambda reference: Due.objects.filter(reference=reference).exists())
