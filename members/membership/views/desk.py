"""The desk that confirms transfers and gives days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.desk.views import at_open_page
from members.membership import queries, refusals
from members.membership.choices import BookAct, DueState
from members.membership.flows import second
from members.membership.flows.grants import give_period
from members.membership.flows.transfers import forgive_difference, pay_refund
from members.membership.forms import AssignForm, ConfirmTransferForm, GrantForm, NotePaymentForm, RefundForm, UndoForm
from members.membership.rules import why_not_forgive
from members.models import Booking, BookProposal, Due, PaymentIn, User

PER_PAGE = 50
RECENT = 20
LONGEST_SEARCH = 50
_CAN_CONFIRM = gettext_lazy("お振り込みを確かめて、会員期間を始める")


@require_safe
@open_to(Access.DESK, can=_CAN_CONFIRM)
def transfers(request: HttpRequest) -> HttpResponse:
    """Open transfers, oldest first, and what was confirmed lately."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    values = {
        "search": search,
        "page": Paginator(queries.open_transfers(search), PER_PAGE).get_page(request.GET.get("page")),
        "unknown": queries.payments_without_a_member(),
        "proposals": queries.open_proposals(),
        "refunds": queries.refunds_to_pay(),
        "recent": queries.recent_confirmations()[:RECENT],
        "today": timezone.localdate(),
    }
    return render(request, "members/membership/desk/transfers.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_CONFIRM)
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """One order. POST: money has arrived, of whatever amount; a second click shows the same page."""
    dues = Due.objects.select_related("member__profile", "agreement__plan", "renews", "settled_by__profile")
    due = get_object_or_404(dues, reference=reference)
    form = ConfirmTransferForm(
        request.POST if request.method == "POST" else None, initial={"seen": queries.times_noted(due)}
    )

    def show() -> HttpResponse:
        missing, paid = queries.missing_yen(due), queries.paid_yen(due)
        values = {
            "due": due,
            "periods": queries.periods_of(due),
            "payments": PaymentIn.objects.standing().filter(allocations__due=due).distinct(),
            "paid_yen": paid,
            "missing_yen": missing,
            "can_forgive": due.state == DueState.OPEN and why_not_forgive(paid_yen=paid, missing_yen=missing) is None,
            "form": form,
            "today": timezone.localdate(),
        }
        return render(request, "members/membership/desk/transfer.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    return _act(
        request,
        BookAct.CONFIRM,
        {"reference": due.reference, **form.cleaned_data},
        amount_yen=form.cleaned_data["amount_seen"],
        member=due.member,
        refused=web.refused_on_form(form, refusals.explain, show, field="amount_seen"),
        done=_("入金を記しました。ご本人にメールでお知らせします。"),
        to=reverse("members:desk_transfer", args=[due.reference]),
    )


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def forgive(request: HttpRequest, reference: str) -> HttpResponse:
    """Let go the few yen that are missing."""
    due = get_object_or_404(Due, reference=reference)
    return web.carry_out(
        request,
        partial(forgive_difference, reference=due.reference, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("不足を免除しました。会員期間が始まることを、ご本人にメールでお知らせします。"),
        to=reverse("members:desk_transfer", args=[due.reference]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_CONFIRM)
def note_unordered(request: HttpRequest) -> HttpResponse:
    """Note a payment that nobody ordered, or of which nobody knows yet whose it is."""
    form = NotePaymentForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})

    def show() -> HttpResponse:
        values = {"form": form}
        return render(request, "members/membership/desk/note_payment.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    typed = form.cleaned_data
    return _act(
        request,
        BookAct.NOTE,
        {
            "key": str(typed["key"]),
            "amount_yen": typed["amount_seen"],
            "received_on": typed["received_on"] or timezone.localdate(),
            "payer_name": typed["payer_name"],
        },
        amount_yen=typed["amount_seen"],
        member=None,
        refused=web.refused_on_form(form, refusals.explain, show, field="received_on"),
        done=_("入金を記しました。だれのものか分かったら、会費にあてられます。"),
        to=reverse("members:desk_transfers"),
    )


@require_safe
@open_to(Access.DESK, can=_CAN_CONFIRM)
def payment(request: HttpRequest, payment_pk: int) -> HttpResponse:
    """One payment: what it paid, and what can be done with it."""
    return _payment_page(request, get_object_or_404(PaymentIn, pk=payment_pk), {})


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def assign(request: HttpRequest, payment_pk: int) -> HttpResponse:
    """Use what is left of a payment for an order."""
    one = get_object_or_404(PaymentIn, pk=payment_pk)
    form = AssignForm(request.POST)
    show = partial(_payment_page, request, one, {"assign_form": form})
    if not form.is_valid():
        return show()
    return _act(
        request,
        BookAct.ASSIGN,
        {"payment_pk": one.pk, **form.cleaned_data},
        amount_yen=queries.unspent_yen(one),
        member=one.member,
        refused=web.refused_on_form(form, refusals.explain, show, field="reference"),
        done=_("入金を会費にあてました。ご本人にメールでお知らせします。"),
        to=reverse("members:desk_payment", args=[one.pk]),
    )


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def undo(request: HttpRequest, payment_pk: int) -> HttpResponse:
    """Reverse a payment, with all that it paid."""
    one = get_object_or_404(PaymentIn, pk=payment_pk)
    form = UndoForm(request.POST)
    show = partial(_payment_page, request, one, {"undo_form": form})
    if not form.is_valid():
        return show()
    return _act(
        request,
        BookAct.UNDO,
        {"payment_pk": one.pk, **form.cleaned_data},
        amount_yen=one.amount_yen,
        member=one.member,
        refused=web.refused_on_form(form, refusals.explain, show, field="reason"),
        done=_("入金を取り消しました。関わる方にメールでお知らせします。"),
        to=reverse("members:desk_payment", args=[one.pk]),
    )


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def give_back(request: HttpRequest, payment_pk: int) -> HttpResponse:
    """Decide that what is left of a payment goes back."""
    one = get_object_or_404(PaymentIn, pk=payment_pk)
    form = RefundForm(request.POST)
    show = partial(_payment_page, request, one, {"refund_form": form})
    if not form.is_valid():
        return show()
    return _act(
        request,
        BookAct.REFUND,
        {"payment_pk": one.pk, **form.cleaned_data},
        amount_yen=queries.unspent_yen(one),
        member=one.member,
        refused=web.refused_on_form(form, refusals.explain, show, field="reason"),
        done=_("返すことを記しました。振り込んだら、会費の窓口のページで記してください。"),
        to=reverse("members:desk_payment", args=[one.pk]),
    )


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def refund_paid(request: HttpRequest, refund_pk: int) -> HttpResponse:
    """Money went back."""
    return web.carry_out(
        request,
        partial(pay_refund, refund_pk=refund_pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("返金したことを記しました。"),
        to=reverse("members:desk_transfers"),
    )


@require_POST
@open_to(Access.DESK, can=_CAN_CONFIRM)
def settle_proposal(request: HttpRequest, proposal_pk: int) -> HttpResponse:
    """Be the second person, or let it be."""
    agrees = request.POST.get("answer") == "agree"
    flow = second.agree if agrees else second.decline
    return web.carry_out(
        request,
        partial(flow, proposal_pk=proposal_pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("ふたりで確認しました。") if agrees else _("見送りました。何も記していません。"),
        to=reverse("members:desk_transfers"),
    )


def _act(
    request: HttpRequest,
    act: BookAct,
    values: Mapping[str, Any],
    *,
    amount_yen: int,
    member: User | None,
    refused: Callable[[Refused], HttpResponse],
    done: str,
    to: str,
) -> HttpResponse:
    """Carry out what needs a second person above the owner's limit, and say which of the two happened."""

    def lead_on(proposal: BookProposal | None) -> HttpResponse:
        messages.success(request, _("もうひとりの担当者が確認すると、記されます。") if proposal else done)
        return redirect(to)

    asked = {"amount_yen": amount_yen, "member": member, "by": request.user, "now": timezone.now()}
    return web.attempt(partial(second.act_or_propose, act, values, **asked), refused=refused, done=lead_on)


def _payment_page(request: HttpRequest, one: PaymentIn, forms: Mapping[str, Form]) -> HttpResponse:
    values = {
        "payment": one,
        "reversal": Booking.objects.filter(reverses=one.booking).select_related("by__profile").first(),
        "allocations": one.allocations.standing().select_related("due__member__profile", "due__agreement__plan"),
        "unspent_yen": queries.unspent_yen(one),
        "assign_form": AssignForm(),
        "undo_form": UndoForm(),
        "refund_form": RefundForm(),
        **forms,
    }
    return render(request, "members/membership/desk/payment.html", values, status=422 if forms else 200)


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
