"""The pages of plans and orders, and the desk that confirms transfers."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.desk.views import at_open_page
from members.membership import queries, refusals
from members.membership import words as order_screen
from members.membership.choices import DueState
from members.membership.flows.grants import give_period
from members.membership.flows.ordering import cancel_order, order_by_transfer
from members.membership.flows.stopping import resume_membership, stop_membership
from members.membership.flows.transfers import confirm_transfer
from members.membership.forms import ConfirmTransferForm, GrantForm
from members.membership.limits import ORDERS
from members.membership.rules import why_not_order
from members.models import Due, PricePlan, User

PER_PAGE = 50


RECENT = 20


LONGEST_SEARCH = 50


@require_safe
@open_to(Access.DESK, can=gettext_lazy("お振り込みを確かめて、会員期間を始める"))
def transfers(request: HttpRequest) -> HttpResponse:
    """Open transfers, oldest first, and what was confirmed lately."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    values = {
        "search": search,
        "page": Paginator(queries.open_transfers(search), PER_PAGE).get_page(request.GET.get("page")),
        "recent": queries.recent_confirmations()[:RECENT],
        "today": timezone.localdate(),
    }
    return render(request, "members/membership/desk/transfers.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("お振り込みを確かめて、会員期間を始める"))
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """One order. POST: the money has arrived; a second click shows the same page."""
    dues = Due.objects.select_related("member__profile", "agreement__plan", "renews", "settled_by__profile")
    due = get_object_or_404(dues, reference=reference)
    form = ConfirmTransferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and due.state == DueState.CONFIRMED:
        return redirect("members:desk_transfer", due.reference)

    def show() -> HttpResponse:
        periods = queries.periods_of(due)
        values = {"due": due, "periods": periods, "form": form, "today": timezone.localdate()}
        return render(request, "members/membership/desk/transfer.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    confirmed = {"reference": due.reference, "by": request.user, **form.cleaned_data}
    return web.carry_out(
        request,
        partial(confirm_transfer, **confirmed, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, show, field="amount_seen"),
        done=_("お振り込みを確認しました。会員期間が始まることを、ご本人にメールでお知らせします。"),
        to=reverse("members:desk_transfer", args=[due.reference]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("会員期間をおくる"))
@at_open_page
def grant(request: HttpRequest, member: User) -> HttpResponse:
    """Give days without a payment."""
    until = queries.paid_until(member)
    form = GrantForm(request.POST if request.method == "POST" else None, initial={"seen_until": until})
    if not form.is_valid():
        return _grant_page(request, member, form)

    def show_what_stands() -> HttpResponse:
        form.data = {**form.data.dict(), "seen_until": until}
        return _grant_page(request, member, form)

    return web.carry_out(
        request,
        partial(give_period, member=member, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show_what_stands),
        done=_("会員期間をおくりました。"),
        to=reverse("members:desk_member", args=[member.pk]),
    )


def _grant_page(request: HttpRequest, member: User, form: GrantForm) -> HttpResponse:
    lead = _("お支払いなしで、会員期間をのばします。いまの期間があれば、そのあとに続きます。")
    values = {"member": member, "form": form, "title": _("期間をおくる"), "lead": lead}
    return render(request, "members/desk/act.html", values, status=422 if form.errors else 200)


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
    values = {"plan": plan, "screen": screen}
    if request.method != "POST":
        reason = why_not_order(queries.order_facts(request.user, plan, now), timezone.localdate(now))
        values["obstacle"] = refusals.explain(reason) if reason else None
        return render(request, "members/membership/order.html", values)
    if request.POST.get("screen") != screen.fingerprint:
        return render(request, "members/membership/order.html", {**values, "has_changed": True}, status=422)
    agreed = {"plan_key": plan.key, "screen_version": order_screen.VERSION, "screen_text": screen.text}
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
        values = {"due": mine, "periods": queries.periods_of(mine), "today": timezone.localdate()}
        return render(request, "members/membership/payment.html", values)
    return web.carry_out(
        request,
        partial(cancel_order, reference=mine.reference, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("お申し込みを取り消しました。お支払いは必要ありません。"),
        to=reverse("members:payment", args=[mine.reference]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def stop(request: HttpRequest) -> HttpResponse:
    """GET: what stopping means. POST: stop."""
    if request.method != "POST":
        values = {"membership": queries.membership_state(request.user, timezone.now())}
        return render(request, "members/membership/stop.html", values)
    stop_membership(member=request.user, now=timezone.now())
    messages.success(request, _("やめる手続きが終わりました。内容をメールでもお送りします。"))
    return redirect("members:account")


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
