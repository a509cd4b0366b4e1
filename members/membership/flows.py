"""Ordering, paying, renewing and stopping a membership. Access follows from periods alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.membership import mails, queries
from members.membership.choices import PAYMENT_MOVES, PaymentState, PeriodSource
from members.membership.limits import ORDERS, RENEWALS
from members.membership.rules import (
    NoCancellation,
    NoGrant,
    NoOrder,
    days_bought,
    fresh_reference,
    plan_terms,
    why_not_confirm,
    why_not_order,
    why_not_renew,
)
from members.models import Membership, Payment, Period, PricePlan, User

PERIODS_AT_ONCE = 500


@transaction.atomic
def set_plan(fields: Mapping[str, Any], *, now: datetime) -> PricePlan:
    """Make the plan with this key, or bring it up to date. New terms are noted: old payments stay explained."""
    plan, _ = PricePlan.objects.update_or_create(key=fields["key"], defaults=fields)
    terms = plan_terms(plan.price_yen, plan.months)
    if queries.latest_terms(plan) != terms:
        audit.record("set-plan", plan, by=None, now=now, fields=["months", "price_yen"], why=terms)
    return plan


@transaction.atomic
def order_by_transfer(*, member: User, plan_key: str, screen_version: str, screen_text: str, now: datetime) -> Payment:
    """Note the order of a plan with the screen that was confirmed, and mail the reference.

    Ordering again while the order is open returns that order. Refused when the plan is offered no longer, another
    plan's order is open, more than a year is paid ahead, or many orders of today were taken back.
    """
    _lock(member)
    plan = PricePlan.objects.filter(key=plan_key).first()
    if plan is None:
        raise Refused(NoOrder.PLAN_GONE)
    open_order = queries.open_payment(member)
    if open_order and open_order.plan_id == plan.pk:
        return open_order
    today = timezone.localdate(now)
    if reason := why_not_order(queries.order_facts(member, plan, now), today):
        raise Refused(reason)
    payment = Payment.objects.create(
        member=member,
        plan=plan,
        reference=_fresh_reference(),
        amount_yen=plan.price_yen,
        ordered_at=now,
        due_on=today + timedelta(days=ORDERS.due_days),
        screen_version=screen_version,
        screen_text=screen_text,
    )
    # Who orders anew wants to hear of the next renewal, whatever was said before.
    Membership.objects.update_or_create(member=member, defaults={"stopped_at": None})
    audit.record("order-membership", payment, by=member, now=now)
    mails.order_received(payment, now=now)
    return payment


@transaction.atomic
def confirm_transfer(*, reference: str, by: User, amount_seen: int, note: str = "", now: datetime) -> Period:
    """Turn an open transfer into paid days, from today or after the days paid already, and mail them to the member.

    Confirming again returns the period made the first time. Refused for a cancelled order, for
    one's own, and for another amount.
    """
    member = User.objects.get(payments__reference=reference)
    _lock(member)
    payment = Payment.objects.select_related("plan", "member").get(reference=reference)
    if payment.state == PaymentState.CONFIRMED:
        return payment.period
    if reason := why_not_confirm(
        cancelled=payment.state == PaymentState.CANCELLED,
        own_order=payment.member_id == by.pk,
        amount_due=payment.amount_yen,
        amount_seen=amount_seen,
    ):
        raise Refused(reason)
    days = days_bought(
        payment.plan.months, today=timezone.localdate(now), paid_until=queries.paid_until(payment.member)
    )
    _settle(payment, PaymentState.CONFIRMED, by=by, note=note, now=now)
    period = Period.objects.create(
        member=payment.member,
        plan=payment.plan,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        source=PeriodSource.PAID,
        payment=payment,
    )
    audit.record("confirm-transfer", payment, by=by, now=now, fields=["note", "state"] if note else ["state"])
    mails.payment_confirmed(period, now=now)
    return period


@transaction.atomic
def cancel_order(*, reference: str, by: User, now: datetime) -> Payment:
    """Take back an order that nobody paid. A second time changes nothing; refused once it is confirmed."""
    member = User.objects.get(payments__reference=reference)
    _lock(member)
    payment = Payment.objects.get(reference=reference)
    if payment.state == PaymentState.CANCELLED:
        return payment
    if payment.state == PaymentState.CONFIRMED:
        raise Refused(NoCancellation.CONFIRMED)
    _settle(payment, PaymentState.CANCELLED, by=by, now=now)
    audit.record("cancel-order", payment, by=by, now=now, fields=["state"])
    return payment


@transaction.atomic
def stop_membership(*, member: User, now: datetime) -> Membership:
    """No further renewal notice; an open order is taken back. Paid days stay, and a mail says until when."""
    _lock(member)
    membership, _ = Membership.objects.get_or_create(member=member)
    if membership.stopped_at:
        return membership
    membership.stopped_at = now
    membership.save(update_fields=["stopped_at"])
    if open_order := queries.open_payment(member):
        _settle(open_order, PaymentState.CANCELLED, by=member, now=now)
    audit.record("stop-membership", membership, by=member, now=now, fields=["stopped_at"])
    mails.membership_stopped(member, paid_until=queries.paid_until(member), now=now)
    return membership


@transaction.atomic
def withdraw_open_order(*, member: User, now: datetime) -> None:
    """Take back the order that waits for a transfer, since its member goes. Without one nothing changes."""
    _lock(member)
    if open_order := queries.open_payment(member):
        _settle(open_order, PaymentState.CANCELLED, by=None, now=now)
        audit.record("cancel-order", open_order, by=None, now=now, fields=["state"])


@transaction.atomic
def resume_membership(*, member: User, now: datetime) -> Membership:
    """Renewal notices go out again. Nothing is ordered by this."""
    _lock(member)
    membership, _ = Membership.objects.get_or_create(member=member)
    if membership.stopped_at:
        membership.stopped_at = None
        membership.save(update_fields=["stopped_at"])
        audit.record("resume-membership", membership, by=member, now=now, fields=["stopped_at"])
    return membership


@transaction.atomic
def grant_period(
    *, member: User, months: int, by: User | None, source: PeriodSource = PeriodSource.GRANTED, now: datetime
) -> Period:
    """Give days of membership without a payment, from today or after the days held already."""
    _lock(member)
    days = days_bought(months, today=timezone.localdate(now), paid_until=queries.paid_until(member))
    period = Period.objects.create(
        member=member,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        source=source,
        granted_by=by,
    )
    audit.record("grant-period", period, by=by, now=now, why=str(months))
    return period


@transaction.atomic
def grant_until(last_days: Iterable[tuple[User, date]], *, by: User, now: datetime) -> list[Period]:
    """Give new members, who have no days yet, those from today to a last day, a few hundred rows in a statement."""
    today = timezone.localdate(now)
    periods = Period.objects.bulk_create(
        [
            Period(
                member=member,
                starts_on=today,
                ends_on=last_day + timedelta(days=1),
                source=PeriodSource.GRANTED,
                granted_by=by,
            )
            for member, last_day in last_days
        ],
        PERIODS_AT_ONCE,
    )
    audit.record_all("grant-period", periods, by=by, now=now, why=lambda period: str(period.ends_on))
    return periods


@transaction.atomic
def give_period(*, member: User, months: int, by: User, why: str, seen_until: date | None, now: datetime) -> Period:
    """Give days from the desk, with the reason among the member's notes.

    Refused without a reason, and when the paid days are no longer those that the page showed: two clicks give once.
    """
    _lock(member)
    if queries.paid_until(member) != seen_until:
        raise Refused(NoGrant.CHANGED_MEANWHILE)
    keep_reason(StaffAct.GRANT_PERIOD, member=member, by=by, words=why, now=now)
    return grant_period(member=member, months=months, by=by, now=now)


@sweep("renew-memberships", every=EVERY_TEN_MINUTES)
def send_renewals(*, now: datetime) -> int:
    """Send the references for renewal and the farewell mails that are due; returns how many mails were written.

    One transaction per member, and nothing goes out twice: a second run finds the order or the mail of the first.
    """
    today = timezone.localdate(now)
    notices = [_send_renewal(period_id, today, now) for period_id in queries.period_ids_ending_soon(today)]
    farewells = [
        _send_ended(period_id, now) for period_id in queries.period_ids_ended(today - RENEWALS.ended_mail_within, today)
    ]
    return sum(notices) + sum(farewells)


@transaction.atomic
def _send_renewal(period_id: int, today: date, now: datetime) -> bool:
    member = User.objects.get(periods=period_id)
    _lock(member)
    period = Period.objects.select_related("plan", "member").get(pk=period_id)
    if why_not_renew(queries.renewal_facts(period), today, RENEWALS.notice_days) or period.plan is None:
        return False
    payment = Payment.objects.create(
        member=period.member,
        plan=period.plan,
        reference=_fresh_reference(),
        amount_yen=period.plan.price_yen,
        ordered_at=now,
        due_on=period.last_day,
        renews=period,
    )
    audit.record("send-renewal", payment, by=None, now=now)
    mails.renewal_due(payment, now=now)
    return True


@transaction.atomic
def _send_ended(period_id: int, now: datetime) -> bool:
    period = Period.objects.select_related("member").get(pk=period_id)
    return mails.period_ended(period, open_payment=queries.open_payment(period.member), now=now)


def _lock(member: User) -> None:
    """One money matter per member at a time: two desks, two clicks, or the sweep and a click."""
    User.objects.select_for_update(no_key=True).get(pk=member.pk)


def _settle(payment: Payment, state: PaymentState, *, by: User | None, note: str = "", now: datetime) -> None:
    if state not in PAYMENT_MOVES[PaymentState(payment.state)]:
        raise ValueError(f"{payment.state} does not become {state}")
    payment.state, payment.settled_by, payment.settled_at, payment.note = state, by, now, note
    payment.save(update_fields=["state", "settled_by", "settled_at", "note"])


def _fresh_reference() -> str:
    # Two orders in the same moment could still draw one of 3·10⁹ references: the constraint then fails one of them.
    return fresh_reference(lambda reference: Payment.objects.filter(reference=reference).exists())
