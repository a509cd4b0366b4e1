"""The pages of plans and orders, and of stopping."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.membership import queries, refusals
from members.membership import words as order_screen
from members.membership.flows.credit import extend_with_credit
from members.membership.flows.ordering import cancel_order, order_by_transfer
from members.membership.flows.stopping import resume_membership, stop_membership
from members.membership.flows.transfers import ask_for_credit_back
from members.membership.forms import KanaForm
from members.membership.limits import ORDERS
from members.membership.rules import why_not_order
from members.models import Due, PricePlan


@require_safe
@open_to(Access.ACCOUNT)
def plans(request: HttpRequest) -> HttpResponse:
    """What members get, and what it costs."""
    values = {
        "plans": queries.offered_plans(timezone.localdate()),
        "membership": queries.membership_state(request.user, timezone.now()),
        "grace_days": settings.GRACE_DAYS,
    }
    return render(request, "members/membership/plans.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def order(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the last screen (特定商取引法12条の6). POST: order exactly what that screen said."""
    now = timezone.now()
    plan = get_object_or_404(queries.offered_plans(timezone.localdate(now)), key=key)
    screen = _screen(request, plan, timezone.localdate(now))
    kana = KanaForm(request.POST if request.method == "POST" else None)
    values = {"plan": plan, "screen": screen, "kana": kana}
    if request.method != "POST":
        reason = why_not_order(queries.order_facts(request.user, plan, now), timezone.localdate(now))
        values["obstacle"] = refusals.explain(reason) if reason else None
        return render(request, "members/membership/order.html", values)
    if not kana.is_valid():
        return render(request, "members/membership/order.html", values, status=422)
    if request.POST.get("screen") != screen.fingerprint:
        return render(request, "members/membership/order.html", {**values, "has_changed": True}, status=422)
    agreed = {"plan_key": plan.key, "screen_version": order_screen.VERSION, "screen_text": screen.text}
    agreed["payer_kana"] = kana.cleaned_data["payer_kana"]
    return web.attempt(
        partial(order_by_transfer, member=request.user, **agreed, now=now),
        refused=web.refused_page(request, refusals.explain),
        done=lambda due: redirect("members:payment", due.reference),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """GET: where and how to transfer, or what became of it. POST: take the order back."""
    dues = Due.objects.filter(member=request.user).select_related("agreement__plan", "renews")
    mine = get_object_or_404(dues, reference=reference)
    if request.method != "POST":
        values = {
            "due": mine,
            "periods": queries.periods_of(mine),
            "paid_yen": queries.paid_yen(mine),
            "missing_yen": queries.missing_yen(mine),
            "today": timezone.localdate(),
        }
        return render(request, "members/membership/payment.html", values)
    return web.carry_out(
        request,
        partial(cancel_order, reference=mine.reference, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("お申し込みを取り消しました。お支払いは必要ありません。"),
        to=reverse("members:payment", args=[mine.reference]),
    )


@require_POST
@open_to(Access.ACCOUNT)
def credit(request: HttpRequest) -> HttpResponse:
    """What becomes of money that we hold of this member: another period, or back to them."""
    extends = request.POST.get("choice") == "extend"
    flow = extend_with_credit if extends else ask_for_credit_back
    extended = _("会員期間をのばしました。メールでもお知らせします。")
    return web.carry_out(
        request,
        partial(flow, member=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=extended if extends else _("お返しします。窓口から、振込先をおたずねします。"),
        to=reverse("members:plans"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def stop(request: HttpRequest) -> HttpResponse:
    """GET: what stopping means. POST: stop."""
    if request.method != "POST":
        values = {"membership": queries.membership_state(request.user, timezone.now())}
        return render(request, "members/membership/stop.html", values)
    return web.carry_out(
        request,
        partial(stop_membership, member=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("やめる手続きが終わりました。内容をメールでもお送りします。"),
        to=reverse("members:account"),
    )


@require_POST
@open_to(Access.ACCOUNT)
def resume(request: HttpRequest) -> HttpResponse:
    resume_membership(member=request.user, now=timezone.now())
    messages.success(request, _("次の期間のご案内を、またお送りします。"))
    return redirect("members:account")


def _screen(request: HttpRequest, plan: PricePlan, today) -> order_screen.OrderScreen:
    starts_on = queries.next_days(request.user, plan, today).starts_on
    return order_screen.OrderScreen(
        plan=plan,
        starts_on_if_confirmed_now=starts_on,
        due_on=today + timedelta(days=ORDERS.due_days),
        continues=starts_on > today,
    )
