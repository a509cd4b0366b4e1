"""Suspensions: what their member reads of one, and how staff end one before its time."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.models import Suspension
from members.standing import flows, queries, refusals
from members.standing.forms import LiftForm
from members.standing.rules import NoSuspension

A_PAGE = 50


@require_safe
@open_to(Access.SIGNED_IN)
def standing(request: HttpRequest) -> HttpResponse:
    """What was decided, why, until when, whom to ask."""
    suspension = queries.open_suspension(request.user, timezone.now())
    return render(request, "members/standing/standing.html", {"suspension": suspension})


@require_safe
@open_to(Access.MODERATOR, can=gettext_lazy("利用の停止を早く終える"))
def suspensions(request: HttpRequest) -> HttpResponse:
    """Members who are suspended now, the latest first."""
    page = Paginator(_open_now(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "members/standing/suspensions.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MODERATOR, can=gettext_lazy("利用の停止を早く終える"))
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: why they are out, and a form. POST: let them in again; what cannot be done is said above what was typed."""
    suspension = get_object_or_404(_open_now(), pk=pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _lift_page(request, suspension, form)

    def refused(why: Refused) -> HttpResponse:
        explanation = refusals.explain(why.reason)
        if why.reason != NoSuspension.LIFT_UNEXPLAINED:
            return web.refuse(request, explanation, back=reverse("members:suspensions"), typed=form)
        form.add_error("reason", explanation.sentence)
        return _lift_page(request, suspension, form)

    reason = form.cleaned_data["reason"]
    return web.carry_out(
        request,
        partial(flows.lift, member=suspension.member, by=request.user, reason=reason, now=timezone.now()),
        refused=refused,
        done=_("利用を再開しました。ご本人にメールが届きます。"),
        to="members:suspensions",
    )


def _open_now():
    rows = Suspension.objects.open_at(timezone.now()).select_related("member__profile", "imposed_by__profile")
    return rows.order_by("-starts_at", "-pk")


def _lift_page(request: HttpRequest, suspension: Suspension, form: LiftForm) -> HttpResponse:
    context = {"suspension": suspension, "form": form}
    return render(request, "members/standing/lift.html", context, status=422 if form.errors else 200)
