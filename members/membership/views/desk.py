"""The desk that confirms transfers and gives days."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.desk.views import at_open_page
from members.membership import queries, refusals
from members.membership.choices import DueState
from members.membership.flows.grants import give_period
from members.membership.flows.transfers import confirm_transfer
from members.membership.forms import ConfirmTransferForm, GrantForm
from members.models import Due, User

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
