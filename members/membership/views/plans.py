"""The owner's pages of plans and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from members.accounts.access import Access, open_to
from members.membership import queries, refusals
from members.membership.flows import plans as flows
from members.membership.flows.second import set_limit
from members.membership.forms import LimitForm, PlanForm, PriceForm
from members.membership.rules import holds_from, told_from
from members.models import PricePlan

_CAN_PRICE = gettext_lazy("プランと会費を決める")


@dataclass(frozen=True)
class PricePreview:
    """What a new price would do, as the page showed it."""

    price_yen: int
    from_on: date
    told_on: date
    holds_on: date
    touched: int

    @property
    def fingerprint(self) -> str:
        return f"{self.price_yen}/{self.from_on}/{self.holds_on}/{self.touched}"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_PRICE)
def desk_plans(request: HttpRequest) -> HttpResponse:
    """All plans with what they cost and when. POST: add one."""
    form = PlanForm(request.POST if request.method == "POST" else None)
    show = partial(_plans_page, request, form)
    if not form.is_valid():
        return show()
    return web.carry_out(
        request,
        partial(flows.add_plan, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show, field="key"),
        done=_("プランを加えました。すぐに申し込めます。"),
        to=reverse("members:desk_plans"),
    )


@require_POST
@open_to(Access.OWNER, can=_CAN_PRICE)
def offer_plan(request: HttpRequest, key: str) -> HttpResponse:
    """Offer a plan, or offer it no longer."""
    plan = get_object_or_404(PricePlan, key=key)
    offered = request.POST.get("offered") == "yes"
    stopped = _("申し込みをとめました。お支払いずみの期間は、そのままです。")
    return web.carry_out(
        request,
        partial(flows.set_offered, plan_key=plan.key, is_offered=offered, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("申し込めるようにしました。") if offered else stopped,
        to=reverse("members:desk_plans"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_PRICE)
def price(request: HttpRequest, key: str) -> HttpResponse:
    """Change what a plan costs. POST: whom it touches; POST of what that page showed: change it."""
    today = timezone.localdate()
    plan = get_object_or_404(PricePlan.objects.priced(today), key=key)
    first = {"tax_percent": plan.tax_percent, "from_on": today, "seen": plan.prices.count()}
    form = PriceForm(request.POST if request.method == "POST" else None, initial=first)

    def show(preview: PricePreview | None = None) -> HttpResponse:
        values = {"plan": plan, "form": form, "preview": preview}
        return render(request, "members/membership/desk/price.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    preview = _preview(plan, form.cleaned_data["price_yen"], form.cleaned_data["from_on"], today)
    if request.POST.get("set") != preview.fingerprint:
        return show(preview)
    return web.carry_out(
        request,
        partial(flows.set_price, plan_key=plan.key, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show),
        done=_("会費を決めました。関わる会員には、前もって知らせます。"),
        to=reverse("members:desk_plans"),
    )


@require_POST
@open_to(Access.OWNER, can=_CAN_PRICE)
def limit(request: HttpRequest) -> HttpResponse:
    """From how many yen an act of the desk needs a second person."""
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _plans_page(request, PlanForm(), form)
    return web.carry_out(
        request,
        partial(set_limit, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_page(request, refusals.explain),
        done=_("金額を決めました。これからの入金と返金に使います。"),
        to=reverse("members:desk_plans"),
    )


def _plans_page(request: HttpRequest, form: PlanForm, limit_form: LimitForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    limit_form = limit_form or LimitForm(initial={"yen": queries.second_person_from()})
    values = {"plans": queries.plans_with_prices(today), "today": today, "form": form, "limit_form": limit_form}
    status = 422 if form.errors or limit_form.errors else 200
    return render(request, "members/membership/desk/plans.html", values, status=status)


def _preview(plan: PricePlan, price_yen: int, from_on: date, today: date) -> PricePreview:
    told_on = max(today, told_from(from_on))
    return PricePreview(
        price_yen=price_yen,
        from_on=from_on,
        told_on=told_on,
        holds_on=holds_from(from_on, today=told_on, is_dearer=price_yen > plan.price_yen),
        touched=queries.holders_of(plan.pk, today).count(),
    )
