"""あゆみ: what it all gave, for the member's own eyes, and one suggestion in their own rhythm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.growth.choices import Pace
from feedback.growth.flows import rhythm as flows
from feedback.growth.forms import RhythmForm
from feedback.growth.queries import own_view as own_views
from feedback.growth.queries import statement as statements
from feedback.growth.queries import suggestion as suggestions
from feedback.growth.queries.growth import growth_of
from feedback.ties.queries.network import history_of
from feedback.ties.queries.network_page import network_page
from members.accounts.access import Access, open_to


@require_safe
@open_to(Access.MEMBER)
def growth(request: HttpRequest) -> HttpResponse:
    """The page; `?look=1` asks for a suggestion at one's own pace."""
    return _page(request)


@require_POST
@open_to(Access.MEMBER)
def choose_rhythm(request: HttpRequest) -> HttpResponse:
    """Keep how often a suggestion is wanted; without a choice the page is shown again."""
    form = RhythmForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    flows.choose_rhythm(by=request.user, pace=Pace(form.cleaned_data["pace"]), now=timezone.now())
    messages.success(request, _("リズムを変えました。いつでも選びなおせます。"))
    return redirect("feedback:growth")


@require_POST
@open_to(Access.MEMBER)
def not_now(request: HttpRequest) -> HttpResponse:
    """Silence for one rhythm."""
    flows.say_not_now(by=request.user, now=timezone.now())
    messages.success(request, _("わかりました。しばらく、おすすめはしません。"))
    return redirect("feedback:growth")


def _page(request: HttpRequest, form: RhythmForm | None = None) -> HttpResponse:
    now = timezone.now()
    cadence, history = suggestions.cadence_of(request.user, now), history_of(request.user)
    may_ask = suggestions.may_ask(request.user, cadence)
    asked = may_ask and "look" in request.GET
    suggestion = suggestions.suggestion_for(request.user, cadence, asked=asked, now=now)
    page = {
        "growth": growth_of(request.user, history.ledger, now=now),
        "shown": network_page(request.user, history, "", now),
        "suggestion": suggestion,
        "may_ask": may_ask and not asked,
        "found_nothing": asked and suggestion is None,
        "asks_own_view": own_views.asks(request.user, now),
        "last_month": statements.last_month_of(request.user, now),
        "form": form or RhythmForm(initial={"pace": cadence.pace}),
    }
    return render(request, "feedback/growth/growth.html", page, status=422 if form else 200)
