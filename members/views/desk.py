"""The membership desk: which transfers are expected, and this one has arrived."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kouryu.refusal import Refused
from members import queries, refusals
from members.access import Access, open_to
from members.choices import PaymentState
from members.flows import membership as flows
from members.forms.membership import ConfirmTransferForm
from members.models import Payment

PER_PAGE = 50
RECENT = 20
LONGEST_SEARCH = 50


@open_to(Access.DESK)
def transfers(request: HttpRequest) -> HttpResponse:
    """Open transfers, oldest first, and what was confirmed lately."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    values = {
        "search": search,
        "page": Paginator(queries.open_transfers(search), PER_PAGE).get_page(request.GET.get("page")),
        "recent": queries.recent_confirmations()[:RECENT],
        "today": timezone.localdate(),
    }
    return render(request, "members/desk/transfers.html", values)


@open_to(Access.DESK)
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """One order. POST: the money has arrived; a second click shows the same page."""
    payments = Payment.objects.select_related("member__profile", "plan", "period", "renews", "settled_by__profile")
    payment = get_object_or_404(payments, reference=reference)
    form = ConfirmTransferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and payment.state == PaymentState.CONFIRMED:
        return redirect("members:desk_transfer", payment.reference)
    if not form.is_valid():
        values = {"payment": payment, "form": form, "today": timezone.localdate()}
        return render(request, "members/desk/transfer.html", values, status=422 if form.errors else 200)
    try:
        flows.confirm_transfer(reference=payment.reference, by=request.user, **form.cleaned_data, now=timezone.now())
    except Refused as refused:
        form.add_error("amount_seen", refusals.explain(refused.reason).sentence)
        values = {"payment": payment, "form": form, "today": timezone.localdate()}
        return render(request, "members/desk/transfer.html", values, status=422)
    messages.success(request, _("お振り込みを確認しました。会員期間が始まることを、ご本人にメールでお知らせします。"))
    return redirect("members:desk_transfer", payment.reference)
