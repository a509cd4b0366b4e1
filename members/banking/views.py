"""The desk's pages of the bank's list: sending it, whose each line is, accepting one or many, undoing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from kouryu.refusal import Refused
from kouryu.uploads import takes_file
from members.accounts.access import Access, open_to
from members.banking import flows, queries, refusals
from members.banking.choices import BankLineState
from members.banking.forms import AcceptForm, BankListForm
from members.banking.limits import BANK_DESK, BANK_LISTS
from members.membership.forms import UndoForm
from members.membership.queries import second_person_from
from members.models import BankLine

Flow = Callable[..., BankLine]
_CAN_READ = gettext_lazy("銀行の明細を読みこんで、入金を記帳する")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_READ)
@takes_file(largest=BANK_LISTS.largest, longest_body=BANK_LISTS.body)
def bank_lines(request: HttpRequest) -> HttpResponse:
    """The lines of a state, each with whose it may be. POST: take a list in; nothing is booked by it."""
    form = BankListForm(request.POST, request.FILES) if request.method == "POST" else BankListForm()
    if not form.is_valid():
        return _lines_page(request, form)
    flow = partial(flows.take_in, form.statement, by=request.user, now=timezone.now())
    return web.carry_out(
        request,
        partial(flow, file_name=form.cleaned_data["file"].name),
        refused=web.refused_on_form(form, refusals.explain, partial(_lines_page, request, form)),
        done=_("明細を読みこみました。まだ記帳していません。"),
        to=reverse("members:desk_bank"),
    )


def _lines_page(request: HttpRequest, form: BankListForm) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = BankLineState(asked) if asked in BankLineState.values else BankLineState.WAITING
    page = Paginator(queries.lines_in(state), BANK_DESK.a_page).get_page(request.GET.get("page"))
    lines = list(page)
    proposals = queries.proposals_of(lines) if state == BankLineState.WAITING else {}
    names = queries.names_of(proposals.values())
    values = {
        "form": form,
        "state": state,
        "states": BankLineState,
        "page": page,
        "rows": [(line, [(one, names[one.due.member_id]) for one in proposals.get(line.pk, ())]) for line in lines],
        "lists": queries.latest_lists(),
    }
    return render(request, "members/banking/lines.html", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_READ)
def bank_line(request: HttpRequest, line_pk: int) -> HttpResponse:
    """One line, and whose it may be. POST: it pays the due with this reference."""
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _line_page(request, line_pk, form=form)
    flow = partial(flows.accept_line, line_id=line_pk, reference=form.cleaned_data["reference"])
    refused = web.refused_on_form(
        form, refusals.explain, lambda: _line_page(request, line_pk, form=form), field="reference"
    )
    return _carry_out(request, flow, line_pk, refused=refused, done=_("記帳しました。"))


@require_POST
@open_to(Access.DESK, can=_CAN_READ)
def bank_line_unknown(request: HttpRequest, line_pk: int) -> HttpResponse:
    """Nobody ordered it: the money is booked under nobody's name."""
    flow = partial(flows.book_as_unknown, line_id=line_pk)
    return _carry_out(request, flow, line_pk, done=_("持ち主不明の入金として記帳しました。"))


@require_POST
@open_to(Access.DESK, can=_CAN_READ)
def bank_line_join(request: HttpRequest, line_pk: int) -> HttpResponse:
    """It is a transfer that was confirmed by hand."""
    payment_id = web.posted_reference(request, "payment", "payment") or 0
    flow = partial(flows.join_to_payment, line_id=line_pk, payment_id=payment_id)
    return _carry_out(request, flow, line_pk, done=_("手で確認ずみの入金と、ひとつにしました。"))


@require_POST
@open_to(Access.DESK, can=gettext_lazy("入金の記帳を、理由をつけて取り消す"))
def bank_line_undo(request: HttpRequest, line_pk: int) -> HttpResponse:
    """What was booked for it is reversed; it waits again."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _line_page(request, line_pk, undo=form)
    flow = partial(flows.undo_line, line_id=line_pk, **form.cleaned_data)
    refused = web.refused_on_form(
        form, refusals.explain, lambda: _line_page(request, line_pk, undo=form), field="reason"
    )
    return _carry_out(
        request, flow, line_pk, refused=refused, done=_("記帳を取り消しました。この行は、また確認待ちです。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_READ)
def bank_together(request: HttpRequest) -> HttpResponse:
    """What is sure, to be booked together. POST: the next few, each by itself; the page goes on by itself."""
    if request.method == "POST":
        left = flows.accept_sure(by=request.user, now=timezone.now())
        total = max(web.as_id(request.POST.get("total", "")) or 0, left)
        values = {"left": left, "total": total, "done": total - left, "is_running": True}
        if not left:
            values["for_two"] = len(_sure(request)[1])
        return render(request, "members/banking/together.html", values)
    sure, for_two = _sure(request)
    values = {
        "left": len(sure),
        "total": len(sure),
        "shown": sure[: BANK_DESK.a_page],
        "sum_yen": sum(line.amount_yen for line, _due in sure),
        "for_two": len(for_two),
    }
    return render(request, "members/banking/together.html", values)


def _sure(request: HttpRequest) -> tuple[queries.Sure, queries.Sure]:
    return queries.sure_proposals(list(queries.waiting_lines()), reader=request.user)


def _carry_out(
    request: HttpRequest,
    flow: Flow,
    line_pk: int,
    *,
    done: str,
    refused: Callable[[Refused], HttpResponse] | None = None,
) -> HttpResponse:
    """Do it for this reader, and come back to the line."""
    page = reverse("members:desk_bank_line", args=[line_pk])
    return web.carry_out(
        request,
        partial(flow, by=request.user, now=timezone.now()),
        refused=refused or web.refused_page(request, refusals.explain, back=page),
        done=done,
        to=page,
    )


def _line_page(
    request: HttpRequest, line_pk: int, *, form: AcceptForm | None = None, undo: UndoForm | None = None
) -> HttpResponse:
    lines = BankLine.objects.select_related("source__by__profile", "payment__member__profile", "payment__booking")
    line = get_object_or_404(lines, pk=line_pk)
    form, undo = form or AcceptForm(), undo or UndoForm()
    is_waiting = line.state == BankLineState.WAITING
    proposals = queries.proposals_of([line])[line.pk] if line.state != BankLineState.BOOKED else []
    names = queries.names_of([proposals])
    values = {
        "line": line,
        "form": form,
        "undo": undo,
        "proposals": [(one, names[one.due.member_id]) for one in proposals],
        "by_hand": queries.confirmed_by_hand(line)[: BANK_DESK.proposals] if is_waiting else [],
        "allocations": line.payment.allocations.standing().select_related("due") if line.payment else [],
        "is_waiting": is_waiting,
        "is_for_two": line.amount_yen >= second_person_from(),
    }
    has_errors = form.errors or undo.errors
    return render(request, "members/banking/line.html", values, status=422 if has_errors else 200)
