"""Four questions to oneself, on three days of the membership."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.growth import refusals
from feedback.growth.flows.own_view import answer_own_view
from feedback.growth.forms import OwnViewForm
from feedback.growth.queries import own_view as own_views
from feedback.growth.rules.own_view import NoOwnView
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def own_view(request: HttpRequest) -> HttpResponse:
    """My answers of this day, with those of earlier days; to be changed until the days for them are over."""
    now, back = timezone.now(), reverse("feedback:growth")
    day = own_views.day_of(request.user, now)
    if day is None:
        return web.refuse(request, refusals.explain(NoOwnView.NOT_ASKED), back=back)
    given = own_views.view_of(request.user, day)
    initial = {name: getattr(given, name) for name in own_views.ITEMS} if given else None
    form = OwnViewForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        days, rows = own_views.rows_of(request.user)
        page = {"form": form, "given": given, "days": days, "rows": rows}
        return render(request, "feedback/growth/own_view/own_view.html", page, status=422 if form.is_bound else 200)
    return web.carry_out(
        request,
        partial(answer_own_view, by=request.user, answers=form.answers, now=now),
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("あなたにだけ、のこしました。"),
        to=back,
    )
