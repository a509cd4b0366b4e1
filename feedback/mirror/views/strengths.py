"""Choosing own strengths: the last welcome step, and again whenever one likes."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback.letters.forms import OwnStrengthsForm
from feedback.mirror import refusals
from feedback.mirror.flows import strengths as flows
from feedback.mirror.queries import received
from kouryu import web
from members.accounts.access import Access, open_to
from members.entrance.rules import Step

# Where to go afterwards; names and not addresses, so that nobody can send a member elsewhere.
AFTERWARDS = {"letters": "feedback:letters", "mirror": "feedback:mirror"}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def welcome_strengths(request: HttpRequest) -> HttpResponse:
    """Up to five strengths that I see in myself, or later."""
    then = request.GET.get("then", "")
    afterwards = AFTERWARDS.get(then, "members:welcome")
    if request.method == "POST" and "later" in request.POST:
        flows.choose_later(member=request.user)
        return redirect(afterwards)
    own = received.own_strengths(request.user)
    form = OwnStrengthsForm(
        request.POST if request.method == "POST" else None, initial={"picks": own.picks if own else []}
    )
    if not form.is_valid():
        is_welcome = Step.STRENGTHS not in request.user.profile.steps_done
        context = {"form": form, "own": own, "is_welcome": is_welcome}
        return render(request, "feedback/mirror/strengths/choose.html", context, status=422 if form.errors else 200)
    picks = form.cleaned_data["picks"]
    return web.carry_out(
        request,
        partial(flows.choose_own_strengths, member=request.user, picks=picks, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        to=afterwards,
    )
