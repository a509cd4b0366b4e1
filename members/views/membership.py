"""What members pay: the plans, the last screen before an order, the payment, and stopping."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kouryu import web
from kouryu.refusal import Refused
from members import order_screen, queries, refusals
from members.access import Access, open_to
from members.flows import membership as flows
from members.models import Payment, Plan
from members.rules.membership import why_not_order


@open_to(Access.ACCOUNT)
def plans(request: HttpRequest) -> HttpResponse:
    """What members get, and what it costs."""
    values = {
        "plans": queries.offered_plans(),
        "membership": queries.membership_state(request.user, timezone.now()),
        "grace_days": settings.GRACE_DAYS,
    }
    return render(request, "members/membership/plans.html", values)


@open_to(Access.ACCOUNT)
def order(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the last screen (特定商取引法12条の6). POST: order exactly what that screen said."""
    plan = get_object_or_404(Plan.objects.filter(is_offered=True), key=key)
    now = timezone.now()
    screen = _screen(request, plan, timezone.localdate(now))
    values = {"plan": plan, "screen": screen}
    if request.method != "POST":
        reason = why_not_order(queries.order_facts(request.user, plan, now), timezone.localdate(now))
        values["obstacle"] = refusals.explain(reason) if reason else None
        return render(request, "members/membership/order.html", values)
    if request.POST.get("screen") != screen.fingerprint:
        return render(request, "members/membership/order.html", {**values, "has_changed": True}, status=422)
    try:
        payment = flows.order_by_transfer(
            member=request.user,
            plan_key=plan.key,
            screen_version=order_screen.VERSION,
            screen_text=screen.text,
            now=now,
        )
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason))
    return redirect("members:payment", payment.reference)


@open_to(Access.ACCOUNT)
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """GET: where and how to transfer, or what became of it. POST: take the order back."""
    payments = Payment.objects.filter(member=request.user).select_related("plan", "period", "renews")
    mine = get_object_or_404(payments, reference=reference)
    if request.method != "POST":
        return render(request, "members/membership/payment.html", {"payment": mine, "today": timezone.localdate()})
    try:
        flows.cancel_order(reference=mine.reference, by=request.user, now=timezone.now())
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason))
    messages.success(request, _("お申し込みを取り消しました。お支払いは必要ありません。"))
    return redirect("members:payment", mine.reference)


@open_to(Access.ACCOUNT)
def stop(request: HttpRequest) -> HttpResponse:
    """GET: what stopping means. POST: stop."""
    if request.method != "POST":
        values = {"membership": queries.membership_state(request.user, timezone.now())}
        return render(request, "members/membership/stop.html", values)
    flows.stop_membership(member=request.user, now=timezone.now())
    messages.success(request, _("やめる手続きが終わりました。内容をメールでもお送りします。"))
    return redirect("members:account")


@require_POST
@open_to(Access.ACCOUNT)
def resume(request: HttpRequest) -> HttpResponse:
    flows.resume_membership(member=request.user, now=timezone.now())
    messages.success(request, _("次の期間のご案内を、またお送りします。"))
    return redirect("members:account")


def _screen(request: HttpRequest, plan: Plan, today) -> order_screen.OrderScreen:
    starts_on = queries.next_days(request.user, plan, today).starts_on
    return order_screen.OrderScreen(
        plan=plan,
        starts_on_if_confirmed_now=starts_on,
        due_on=today + timedelta(days=settings.TRANSFER_DUE_DAYS),
        continues=starts_on > today,
    )
