"""The member's payments with their receipts, and a receipt as a page and as a PDF."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.models import PaymentIn, Receipt, User
from members.papers import queries, refusals
from members.papers.drawings import receipt_pdf, title_of
from members.papers.flows import issue_receipt, reissue_receipt
from members.papers.forms import AddresseeForm
from members.papers.rules import why_not_reissue


@require_safe
@open_to(Access.ACCOUNT)
def receipts(request: HttpRequest) -> HttpResponse:
    """What the member paid, and the receipt of each payment."""
    values = {"payments": queries.payments_of(request.user)}
    return render(request, "members/papers/receipts.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def new_receipt(request: HttpRequest, paid_pk: int) -> HttpResponse:
    """GET: for whom. POST: issue it."""
    payment = get_object_or_404(PaymentIn.objects.standing(), pk=paid_pk, member=request.user)
    form = AddresseeForm(request.POST or None, initial={"addressee": _last_addressee(request.user)})

    def show() -> HttpResponse:
        values = {"payment": payment, "form": form, "parts": queries.allocations_without_receipt(payment)}
        status = 422 if form.errors else 200
        return render(request, "members/papers/new.html", values, status=status)

    if not form.is_valid():
        return show()
    return web.attempt(
        partial(issue_receipt, payment_pk=payment.pk, member=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show, field="addressee"),
        done=lambda receipt: redirect("members:receipt", receipt.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def receipt(request: HttpRequest, receipt_pk: int) -> HttpResponse:
    """GET: the receipt. POST: the same one for another addressee."""
    mine = get_object_or_404(queries.papers(), pk=receipt_pk, member=request.user)
    form = AddresseeForm(request.POST or None, initial={"addressee": mine.addressee})

    def show() -> HttpResponse:
        reason = why_not_reissue(has_returns=bool(mine.returned_by.all()), reissues=mine.reissues)
        values = {"receipt": mine, "title": title_of(mine), "form": form, "may_reissue": reason is None}
        status = 422 if form.errors else 200
        return render(request, "members/papers/receipt.html", values, status=status)

    if not form.is_valid():
        return show()
    return web.carry_out(
        request,
        partial(reissue_receipt, receipt_pk=mine.pk, member=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show, field="addressee"),
        done=_("宛名を変えて、領収書を出し直しました。"),
        to=reverse("members:receipt", args=[mine.pk]),
    )


@require_safe
@open_to(Access.ACCOUNT)
def receipt_file(request: HttpRequest, receipt_pk: int) -> HttpResponse:
    """The receipt as a PDF, for the member it is of."""
    return _as_pdf(get_object_or_404(queries.papers(), pk=receipt_pk, member=request.user))


@require_safe
@open_to(Access.DESK, can=gettext_lazy("会員の領収書を見る"))
def desk_receipt_file(request: HttpRequest, receipt_pk: int) -> HttpResponse:
    """The receipt as a PDF, for the desk that is asked about it."""
    return _as_pdf(get_object_or_404(queries.papers(), pk=receipt_pk))


def _as_pdf(paper: Receipt) -> HttpResponse:
    """A file that nobody on the way keeps."""
    headers = {
        "Content-Disposition": f'inline; filename="kouryu-{paper.reference}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(receipt_pdf(paper), content_type="application/pdf", headers=headers)


def _last_addressee(member: User) -> str:
    """Whom the last receipt was for; before the first, the name on record."""
    if last := queries.receipts_of(member).first():
        return last.addressee
    name = getattr(member, "name_on_record", None)
    return f"{name.name} 様" if name else ""
