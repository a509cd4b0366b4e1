"""The host's pages: plan an event, publish it, see who comes, run the evening, close it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events import queries, refusals
from events.choices import EventState, Promise
from events.flows import checking_in
from events.flows.closing import close_event
from events.flows.event import call_off_event, change_event, plan_event, publish_event
from events.flows.grouping import draw_groups
from events.forms.event import (
    PRESET_RUN_SHEET,
    CallOffForm,
    EventForm,
    RunSheetForms,
    answers_of,
    preset,
    rows_of,
    typed_answers,
    typed_rows,
)
from events.models import Event, Registration
from events.rules.event import NoHosting, why_not_edit, why_not_publish
from events.words import conditions_in_words
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to

AT_THE_DOOR = {
    "present": checking_in.check_in,
    "excused": checking_in.excuse,
    "undo": checking_in.undo_check_in,
}


@open_to(Access.HOST)
@require_GET
def hosting(request: HttpRequest) -> HttpResponse:
    events = queries.hosted_events(request.user, timezone.now())
    return render(request, "events/hosting/list.html", {"events": events})


@open_to(Access.HOST)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = _bound_or(request, answers=preset(now), rows=PRESET_RUN_SHEET, now=now)
    if _wants_a_row(request):
        return _with_another_row(request, form, {})
    if form.is_bound and form.is_valid():
        event = plan_event(by=request.user, plan=form.plan, now=now)
        return redirect("events:desk", event.pk)
    return _show_form(request, form, {})


@open_to(Access.HOST)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    now, event = timezone.now(), _hosted(request, pk)
    if reason := why_not_edit(queries.standing_of(event), now=now):
        return _refuse(request, reason, event)
    plan = queries.plan_of(event)
    form = _bound_or(request, answers=answers_of(plan, version=event.version), rows=rows_of(plan), now=now, event=event)
    if _wants_a_row(request):
        return _with_another_row(request, form, {"event": event})
    if form.is_bound and form.is_valid():
        return _save(request, form, event, now)
    return _show_form(request, form, {"event": event})


@open_to(Access.HOST)
@require_GET
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as its members will see it; from publishing on, who comes."""
    now, event = timezone.now(), _hosted(request, pk)
    if event.state == EventState.DRAFT:
        return _preview(request, event, now)
    return render(request, "events/hosting/desk.html", {"event": event, "page": queries.host_desk(event, now)})


@open_to(Access.HOST)
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    event = _hosted(request, pk)
    try:
        publish_event(event_id=event.pk, by=request.user, now=timezone.now())
    except Refused as refused:
        return _refuse(request, refused.reason, event)
    messages.success(request, _("公開しました。会員の一覧に出ています。"))
    return redirect("events:desk", event.pk)


@open_to(Access.HOST)
@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    event = _hosted(request, pk)
    form = CallOffForm(request.POST if request.method == "POST" else None, event=event)
    if not form.is_valid():
        page = {"event": event, "form": form, "concerned": event.registrations.live().count()}
        return render(request, "events/hosting/call_off.html", page, status=422 if form.is_bound else 200)
    try:
        reason = form.cleaned_data.get("reason", "")
        call_off_event(event_id=event.pk, by=request.user, reason=reason, now=timezone.now())
    except Refused as refused:
        return _refuse(request, refused.reason, event)
    messages.success(request, _("中止にしました。申し込んでいた方にはメールでお知らせします。"))
    return redirect("events:desk", event.pk)


@open_to(Access.HOST)
@require_POST
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    event = _hosted(request, pk)
    note = AT_THE_DOOR.get(request.POST.get("what", ""))
    number = request.POST.get("registration", "")
    if note is None or not number.isdecimal() or len(number) > 18:
        return web.bad_request(request, ValueError("not a button of the desk"))
    get_object_or_404(Registration, pk=int(number), event=event)
    try:
        note(event_id=event.pk, registration_id=int(number), by=request.user, now=timezone.now())
    except Refused as refused:
        return _refuse(request, refused.reason, event)
    return redirect(reverse("events:desk", args=[event.pk]) + f"#registration-{int(number)}")


@open_to(Access.HOST)
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest, pk: int) -> HttpResponse:
    now, event = timezone.now(), _hosted(request, pk)
    if request.method == "GET":
        page = {"event": event, "rounds": queries.groups_by_round(event), "can_draw": queries.can_draw(event, now)}
        return render(request, "events/hosting/groups.html", page)
    try:
        drawn = draw_groups(event_id=event.pk, by=request.user, now=now)
    except Refused as refused:
        return _refuse(request, refused.reason, event)
    done = ngettext("%(count)s回分の組を作りました。", "%(count)s回分の組を作りました。", len(drawn))
    messages.success(request, done % {"count": len(drawn)})
    return redirect("events:groups", event.pk)


@open_to(Access.HOST)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    event = _hosted(request, pk)
    try:
        close_event(event_id=event.pk, by=request.user, now=timezone.now())
    except Refused as refused:
        return _refuse(request, refused.reason, event)
    messages.success(request, _("会を終えました。このあとのお知らせは、参加の記録にそって届きます。"))
    return redirect("events:desk", event.pk)


def _hosted(request: HttpRequest, pk: int) -> Event:
    return get_object_or_404(Event.objects.hosted_by(request.user).select_related("host__profile"), pk=pk)


def _preview(request: HttpRequest, event: Event, now: datetime) -> HttpResponse:
    plan = queries.plan_of(event)
    reason = why_not_publish(plan, queries.standing_of(event), now=now)
    page = {
        "event": event,
        "run_sheet": plan.run_sheet,
        "promises": [label for value, label in Promise.choices if value in plan.promises],
        "conditions": conditions_in_words(queries.conditions_from(event.conditions.all())),
        "explanation": refusals.explain(reason, event=event) if reason else None,
    }
    return render(request, "events/hosting/draft.html", page)


def _refuse(request: HttpRequest, reason: Any, event: Event) -> HttpResponse:
    back = reverse("events:desk", args=[event.pk])
    return web.refuse(request, refusals.explain(reason, event=event), back=back)


def _bound_or(
    request: HttpRequest,
    *,
    answers: dict[str, Any],
    rows: list[dict[str, Any]],
    now: datetime,
    event: Event | None = None,
) -> EventForm:
    """The form as it was sent, or filled with `answers` and `rows`."""
    data = request.POST if request.method == "POST" else None
    sheet = RunSheetForms(data, initial=None if data else rows, prefix="rows")
    taken = event.registrations.seated().count() if event else 0
    return EventForm(data, initial=answers, run_sheet=sheet, event=event, seats_taken=taken, now=now)


def _wants_a_row(request: HttpRequest) -> bool:
    return request.method == "POST" and "add-row" in request.POST


def _with_another_row(request: HttpRequest, form: EventForm, page: dict[str, Any]) -> HttpResponse:
    """The same page with an empty row at the end; nothing is judged or saved."""
    rows = [*typed_rows(form.run_sheet), {}]
    form.initial = {**form.initial, **typed_answers(form)}
    form.is_bound = False
    form.run_sheet = RunSheetForms(initial=rows, prefix="rows")
    return _show_form(request, form, page)


def _show_form(request: HttpRequest, form: EventForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    page = {**page, "form": form, "run_sheet": form.run_sheet}
    return render(request, "events/hosting/form.html", page, status=status)


def _save(request: HttpRequest, form: EventForm, event: Event, now: datetime) -> HttpResponse:
    try:
        change_event(
            event_id=event.pk,
            by=request.user,
            plan=form.plan,
            seen_version=form.cleaned_data["seen_version"] or 0,
            now=now,
        )
    except Refused as refused:
        if refused.reason == NoHosting.CHANGED_MEANWHILE:
            return _show_conflict(request, form, event)
        return _refuse(request, refused.reason, event)
    messages.success(request, _("保存しました。"))
    return redirect("events:desk", event.pk)


def _show_conflict(request: HttpRequest, form: EventForm, event: Event) -> HttpResponse:
    """Somebody else saved first: show what they wrote beside what was typed here, and let this host decide."""
    event.refresh_from_db()
    stored = answers_of(queries.plan_of(event), version=event.version)
    typed = answers_of(form.plan, version=event.version)
    differing = [(form[name], stored[name]) for name in form.fields if stored.get(name) != typed.get(name)]
    form.data = form.data.copy()
    form.data["seen_version"] = str(event.version)
    form.add_error(None, refusals.explain(NoHosting.CHANGED_MEANWHILE, event=event).sentence)
    return _show_form(request, form, {"event": event, "differing": differing})
