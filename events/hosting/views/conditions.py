"""What a host learns while choosing conditions: about how many members fit, and what they could talk about."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from events.event.choices import Right
from events.hosting import refusals
from events.hosting.flows.matching import count_matching
from events.hosting.forms.conditions import ConditionsForm
from events.hosting.queries.matching import affinities_with_enough
from events.models import Event
from events.registration.words.conditions import affinities_in_words, estimate_for_hosts, estimate_for_staff, openers
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.rules import is_opened_by


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("業界のかたよりをやわらげる"))
def matching(request: HttpRequest) -> HttpResponse:
    """The part of the form that tells what the chosen conditions mean; asked for whenever one is chosen.

    For those who may write plans: hosts, and whoever helps one with everything.
    """
    is_host = is_opened_by(request.user.roles, Access.HOST)
    if not is_host and not Event.objects.run_by(request.user, Right.EVERYTHING).exists():
        raise Http404
    form = ConditionsForm(request.POST)
    status = 200 if form.is_valid() else 422
    return render(request, "events/hosting/_matching.html", {"counted": counted(request, form)}, status=status)


def counted(request: HttpRequest, form: ConditionsForm) -> dict[str, Any]:
    """A sentence about how many fit, in steps for staff and in words for members who host; and the questions."""
    if not form.is_valid():
        return {"errors": [error for errors in form.errors.values() for error in errors]}
    conditions = form.conditions()
    if not conditions:
        return {"sentence": "", "openers": []}
    sentence = web.attempt(
        partial(count_matching, by=request.user, conditions=conditions, now=timezone.now()),
        refused=lambda why: refusals.explain(why.reason).sentence,
        done=estimate_for_staff if is_opened_by(request.user.roles, Access.DESK) else estimate_for_hosts,
    )
    told = affinities_with_enough(conditions, now=timezone.now())
    return {"sentence": sentence, "affinities": affinities_in_words(told), "openers": openers(conditions)}
