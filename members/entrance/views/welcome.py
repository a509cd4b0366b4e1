"""The pledge and the short steps a new member goes through; each can be left, resumed and changed later."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.entrance import flows, refusals
from members.entrance.forms.welcome import JoinReasonForm, PledgeForm, PreferencesForm, ThemesForm, WorkForm
from members.entrance.middleware import reader_of
from members.entrance.rules import NUMBERED, PLEDGE_VERSION, Step, next_undone
from members.texts.flows import Screened
from members.texts.forms import Mend, to_mend
from members.texts.views import mended_or

PAGES = {
    Step.PLEDGE: "members:pledge",
    Step.WORK: "members:welcome_work",
    Step.THEMES: "members:welcome_themes",
    Step.REASON: "members:welcome_reason",
    Step.PREFERENCES: "members:welcome_preferences",
    Step.STRENGTHS: "feedback:welcome_strengths",
}


@require_safe
@open_to(Access.ACCOUNT)
def welcome(request: HttpRequest) -> HttpResponse:
    """To the first step that is not done; `?after=work` looks only behind that step, so that one can be left."""
    step = next_undone(request.user.profile.steps_done, after=request.GET.get("after", ""))
    if step:
        return redirect(PAGES[step])
    return redirect("events:events" if reader_of(request).paid else "members:plans")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def pledge(request: HttpRequest) -> HttpResponse:
    form = PledgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        flows.accept_pledge(member=request.user, now=timezone.now())
        return redirect("members:welcome")
    accepted = request.user.pledges.order_by("-accepted_at").first()
    values = {"form": form, "accepted": accepted, "pledge": f"members/entrance/pledge/{PLEDGE_VERSION}.html"}
    values["steps"] = len(NUMBERED)
    return render(request, "members/entrance/welcome/pledge.html", values, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def work(request: HttpRequest) -> HttpResponse:
    form = WorkForm(
        request.POST if request.method == "POST" else None, initial=WorkForm.answers_of(request.user.profile)
    )

    def show() -> HttpResponse:
        return _show(request, "members/entrance/welcome/work.html", form, Step.WORK)

    if not form.is_valid():
        return show()
    return web.attempt(
        partial(flows.save_work, member=request.user, **form.cleaned_data, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, show, field="called_name"),
        done=lambda _saved: _go_on(request, Step.WORK),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def themes(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ThemesForm(data, initial=ThemesForm.answers_of(request.user.profile))
    if form.is_valid():
        flows.save_themes(member=request.user, **form.cleaned_data, now=timezone.now())
        return _go_on(request, Step.THEMES)
    return _show(request, "members/entrance/welcome/themes.html", form, Step.THEMES)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def reason(request: HttpRequest) -> HttpResponse:
    """Why somebody joined, which may stay unsaid."""
    data = request.POST if request.method == "POST" else None
    form = JoinReasonForm(data, initial=JoinReasonForm.answers_of(request.user.profile))

    def show(mend: Sequence[Mend] = ()) -> HttpResponse:
        return _show(request, "members/entrance/welcome/reason.html", form, Step.REASON, mend=mend)

    def done(screened: Screened) -> HttpResponse:
        if screened.held:
            messages.info(request, _("ひとことは、運営が先に目を通します。それまでは、だれにも見えません。"))
        return _go_on(request, Step.REASON)

    if not form.is_valid():
        return show()
    save = partial(flows.save_reason, member=request.user, **form.cleaned_data, now=timezone.now())
    refused = web.refused_on_form(form, refusals.explain, show, field="words")
    return web.attempt(save, refused=mended_or(refused, mend=partial(to_mend, form, ["words"]), show=show), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def preferences(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, initial=PreferencesForm.answers_of(request.user.profile))
    if form.is_valid():
        flows.save_preferences(member=request.user, **form.cleaned_data, now=timezone.now())
        return _go_on(request, Step.PREFERENCES)
    return _show(request, "members/entrance/welcome/preferences.html", form, Step.PREFERENCES)


def _show(
    request: HttpRequest, template: str, form: forms.Form, step: Step, *, mend: Sequence[Mend] = ()
) -> HttpResponse:
    values: dict[str, Any] = {
        "form": form,
        "mend": mend,
        "step": step.value,
        "number": NUMBERED.index(step) + 1,
        "steps": len(NUMBERED),
        "is_done": step.value in request.user.profile.steps_done,
    }
    return render(request, template, values, status=_status(form))


def _go_on(request: HttpRequest, step: Step) -> HttpResponse:
    """The next step for newcomers; back to the account for those who came to change an answer."""
    if step.value in request.user.profile.steps_done:  # as it was when this request began
        messages.success(request, _("保存しました。"))
        return redirect("members:account")
    return redirect(reverse("members:welcome", query={"after": step.value}))


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
