"""The host's plan: write an event down, change it, publish it, call it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.event.choices import Right
from events.event.rules.event import EventPlan, NoHosting, why_not_edit
from events.event.views import desk_of, event_to_run, refuse, refused_at_desk, tell_if_waiting
from events.hosting import refusals
from events.hosting.flows.event import call_off_event, change_event, plan_event, publish_event
from events.hosting.flows.matching import count_leftover
from events.hosting.flows.series import ChangedSeries, change_series
from events.hosting.forms.conditions import ConditionsForm
from events.hosting.forms.event import (
    ROWS_TO_LOOK_AT,
    CallOffForm,
    EventForm,
    RunSheetForms,
    answers_of,
    rows_of,
    typed_answers,
    typed_rows,
)
from events.hosting.queries import hosting as queries
from events.hosting.rules import DATES, thawed
from events.hosting.starting_points import STARTING_POINTS
from events.hosting.views import conditions
from events.models import Event
from kouryu import references, web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.accounts.choices import Role
from members.models import User
from members.texts.flows import NeedsMending
from members.texts.forms import Mend, ScreenedField, mend_at, to_mend
from members.texts.views import mended_or

TEXTS = ("title", "description", "host_words", "place")  # in the order in which they are screened; then the rows


@require_GET
@open_to(Access.HOST, can=gettext_lazy("会を計画して、公開する"))
def new(request: HttpRequest) -> HttpResponse:
    """What a new event starts from: a proven shape, a template of one's own, or an earlier event."""
    page = {
        "points": STARTING_POINTS.values(),
        "templates": request.user.event_templates.all(),
        "events": queries.events_to_copy(request.user),
    }
    return render(request, "events/hosting/new.html", page)


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("参加する方に知らせる"))
def write(request: HttpRequest, start: str) -> HttpResponse:
    """The form, filled with what the host starts from. For an unknown start, or somebody else's: 404."""
    now = timezone.now()
    answers, rows = _start_from(request.user, start, now)
    form = _form(request, answers=answers, rows=rows, now=now)
    if _wants_a_row(request):
        return _with_another_row(request, form, {})
    if _wants_a_count(request):
        return _with_count(request, form, {})
    if not (form.is_bound and form.is_valid()):
        return _show_form(request, form, {})

    def done(event: Event) -> HttpResponse:
        tell_if_waiting(request, event.pk)
        return redirect("events:desk", event.pk)

    return web.attempt(
        partial(plan_event, by=request.user, plan=form.plan, now=now),
        refused=mended_or(
            web.refused_on_form(form, refusals.explain, lambda: _show_form(request, form, {})),
            mend=partial(_to_mend, form),
            show=lambda mend: _show_form(request, form, {"mend": mend}),
        ),
        done=done,
    )


@require_http_methods(["GET", "POST"])
@open_to(Access.HOSTING, can=gettext_lazy("会を計画して、公開する"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an event; two hosts at once: the later is told and keeps what they typed."""
    now, event = timezone.now(), event_to_run(request, pk, Right.EVERYTHING)
    if reason := why_not_edit(queries.event_facts_of(event), now=now):
        return refuse(request, refusals.explain(reason, event=event), event)
    plan = queries.plan_of(event)
    form = _form(request, answers=answers_of(plan, version=event.version), rows=rows_of(plan), now=now, event=event)
    if _wants_a_row(request):
        return _with_another_row(request, form, {"event": event})
    if _wants_a_count(request):
        return _with_count(request, form, {"event": event})
    if form.is_bound and form.is_valid():
        if form.plan.asks != plan.asks and not form.has_been_warned:
            return _warn_about_conditions(request, form, event, now)
        return _save(request, form, event, now)
    return _show_form(request, form, {"event": event})


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("会を計画して、公開する"))
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the event to members, from now on."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    return web.carry_out(
        request,
        partial(publish_event, event_id=event.pk, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("公開しました。会員の一覧に出ています。"),
        to=desk_of(event),
    )


@require_http_methods(["GET", "POST"])
@open_to(Access.HOSTING, can=gettext_lazy("会を取りやめる"))
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the event off and tell whoever has a seat or waits."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    form = CallOffForm(request.POST if request.method == "POST" else None, event=event)

    def show(mend: Sequence[Mend] = ()) -> HttpResponse:
        concerned = event.registrations.live().count()
        page = {"event": event, "form": form, "concerned": concerned, "mend": mend}
        return render(request, "events/hosting/call_off.html", page, status=422 if form.is_bound else 200)

    if not form.is_valid():
        return show()
    reason = form.cleaned_data.get("reason", "")
    return web.carry_out(
        request,
        partial(call_off_event, event_id=event.pk, by=request.user, reason=reason, now=timezone.now()),
        refused=mended_or(
            refused_at_desk(request, refusals.explain, event), mend=partial(to_mend, form, ("reason",)), show=show
        ),
        done=_("中止にしました。申し込んでいた方にはメールでお知らせします。"),
        to=desk_of(event),
    )


def _start_from(member: User, start: str, now: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Answers and rows: of a shape by its key, or of `template-…` or `copy-34` without their dates."""
    if point := STARTING_POINTS.get(start):
        return point.answers(now), point.rows()
    kind, _dash, which = start.partition("-")
    if kind == "template":
        number = references.number_behind("template", which)
        plan = thawed(get_object_or_404(member.event_templates, pk=number).plan, now)
    elif kind == "copy":
        plan = queries.plan_of(get_object_or_404(Event, host=member, pk=web.as_id(which)))
    else:
        raise Http404
    return {**answers_of(plan, version=0), **dict.fromkeys(DATES)}, rows_of(plan)


def _form(
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
    return EventForm(data, initial=answers, run_sheet=sheet, event=event, now=now)


def _wants_a_row(request: HttpRequest) -> bool:
    return request.method == "POST" and "add-row" in request.POST


def _with_another_row(request: HttpRequest, form: EventForm, page: dict[str, Any]) -> HttpResponse:
    """The page of planning with one more empty row at the end; nothing is judged or saved."""
    return _show_unjudged(request, form, [*typed_rows(form.run_sheet), {}], page)


def _wants_a_count(request: HttpRequest) -> bool:
    return request.method == "POST" and "count" in request.POST


def _with_count(request: HttpRequest, form: EventForm, page: dict[str, Any]) -> HttpResponse:
    """The page of planning with what the chosen conditions mean: the button for those without scripts."""
    counted = conditions.counted(request, ConditionsForm(request.POST))
    return _show_unjudged(request, form, typed_rows(form.run_sheet), {**page, "counted": counted})


def _show_unjudged(
    request: HttpRequest, form: EventForm, rows: list[dict[str, Any]], page: dict[str, Any]
) -> HttpResponse:
    form.initial = {**form.initial, **typed_answers(form)}
    form.is_bound = False
    form.run_sheet = RunSheetForms(initial=rows, prefix="rows")
    return _show_form(request, form, {**page, "has_new_row": True})


def _warn_about_conditions(request: HttpRequest, form: EventForm, event: Event, now: datetime) -> HttpResponse:
    """New conditions for an event with registrations: say what they mean for those, and save at the second click."""
    left = count_leftover(by=request.user, event=event, conditions=form.plan.asks, now=now)
    if left is None:
        return _save(request, form, event, now)
    form.data = form.data.copy()
    form.data["conditions_seen"] = form.fingerprint
    page = {"event": event, "form": form, "run_sheet": form.run_sheet, "leftover": left}
    return render(request, "events/hosting/form.html", page)


def _show_form(request: HttpRequest, form: EventForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    event = page.get("event")
    page = {**page, "form": form, "run_sheet": form.run_sheet}
    page["may_change_series"] = event is not None and _may_change_series(request.user, event)
    return render(request, "events/hosting/form.html", page, status=status)


def _save(request: HttpRequest, form: EventForm, event: Event, now: datetime) -> HttpResponse:
    seen = form.cleaned_data["seen_version"] or 0
    is_for_all = "all" in request.POST and _may_change_series(request.user, event)
    change = change_series if is_for_all else change_event

    def done(changed: Event | ChangedSeries) -> HttpResponse:
        messages.success(request, _("保存しました。"))
        tell_if_waiting(request, event.pk)
        if isinstance(changed, ChangedSeries):
            _tell_which(request, changed)
        return redirect("events:desk", event.pk)

    return web.attempt(
        partial(change, event_id=event.pk, by=request.user, plan=form.plan, seen_version=seen, now=now),
        refused=mended_or(
            partial(_show_refused, request, form, event),
            mend=partial(_to_mend, form),
            show=lambda mend: _show_form(request, form, {"event": event, "mend": mend}),
        ),
        done=done,
    )


def _to_mend(form: EventForm, found: NeedsMending) -> list[Mend]:
    """What to highlight of the plan, and of the rows of its run sheet those that need it."""
    places = [ScreenedField(form, name, str(form.fields[name].label)) for name in TEXTS]
    for number, row in enumerate(form.run_sheet.forms, 1):
        if not row.is_empty:
            places += [
                ScreenedField(row, name, _label_in_row(number, row.fields[name].label)) for name in ("title", "note")
            ]
    mend = mend_at(places, found)
    if any(row.errors for row in form.run_sheet.forms):
        form.add_error(None, ROWS_TO_LOOK_AT)
    return mend


def _label_in_row(number: int, label: Any) -> str:
    return _("進行表の%(number)s行目・%(label)s") % {"number": number, "label": label}


def _may_change_series(member: User, event: Event) -> bool:
    """A co-host helps with one event: the rest of its series is none of theirs."""
    return event.series_id is not None and (event.host_id == member.pk or Role.OWNER in member.roles)


def _tell_which(request: HttpRequest, done: ChangedSeries) -> None:
    """Which dates follow, and which stay as they are."""
    if done.changed:
        said = _("同じように直した回：%(dates)s") % {"dates": _in_words(done.changed)}
        messages.success(request, said)
    if done.left:
        said = _("そのままの回（公開したか、その回だけ変えたもの）：%(dates)s") % {"dates": _in_words(done.left)}
        messages.info(request, said)
    if not done.changed and not done.left:
        messages.info(request, _("この先に、ほかの回はありません。"))


def _in_words(events: list[Event]) -> str:
    return _("、").join(date_format(localtime(event.starts_at), "MONTH_DAY_FORMAT") for event in events)


def _show_refused(request: HttpRequest, form: EventForm, event: Event, refused: Refused) -> HttpResponse:
    """Everything typed, and the reason. Where somebody else saved first, what they wrote stands beside it."""
    form.add_error(None, refusals.explain(refused.reason, event=event).sentence)
    if refused.reason != NoHosting.CHANGED_MEANWHILE:
        return _show_form(request, form, {"event": event})
    event.refresh_from_db()
    stored = queries.plan_of(event)
    form.data = form.data.copy()
    form.data["seen_version"] = str(event.version)
    theirs = {"differing": _differences(form, stored), "stored_rows": []}
    if stored.run_sheet != form.plan.run_sheet:
        theirs["stored_rows"] = stored.run_sheet
    return _show_form(request, form, {"event": event, **theirs})


def _differences(form: EventForm, stored: EventPlan) -> list[tuple[BoundField, str]]:
    """The fields in which what is stored differs from what was typed, with what is stored, in words."""
    theirs, mine = (answers_of(plan, version=0) for plan in (stored, form.plan))
    return [(form[name], _said(form[name], theirs[name])) for name in theirs if theirs[name] != mine[name]]


def _said(field: BoundField, stored: Any) -> str:
    """What is stored, as the form's own labels say it."""
    if isinstance(stored, bool):
        return _("はい") if stored else _("いいえ")
    if isinstance(stored, datetime):
        return date_format(localtime(stored), "DATETIME_FORMAT")
    if choices := dict(getattr(field.field, "choices", ())):
        chosen = stored if isinstance(stored, list | tuple) else [stored]
        return _("、").join(str(choices[one]) for one in chosen if one in choices) or "—"
    return str(stored or "—")
