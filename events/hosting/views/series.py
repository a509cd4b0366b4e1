"""A host repeats an event: the dates are shown first, and made when they are confirmed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.event.rules.series import Recurrence, on_the_wall, why_not_begin
from events.event.views import hosted_event, refuse, refused_at_desk
from events.hosting import refusals
from events.hosting.flows import series as flows
from events.hosting.forms.series import AheadForm, DatesForm, RecurrenceForm
from events.models import Event, Series
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("くり返しの会を組む"))
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """How often and how far ahead; then the dates themselves."""
    now, event, zone = timezone.now(), hosted_event(request, pk), ZoneInfo(settings.TIME_ZONE)
    if reason := why_not_begin(event.state, in_series=event.series_id is not None):
        return refuse(request, refusals.explain(reason, event=event), event)
    form = _asked(request, RecurrenceForm)
    dates = None
    if form.is_valid():
        recurrence = Recurrence(form.cleaned_data["pattern"], on_the_wall(event.starts_at, zone))
        dates = _dates(request, recurrence, zone, passed=1, count=form.cleaned_data["count"], now=now)
    if not (dates and dates.is_valid()):
        return _show(request, form, dates, {"event": event})
    return web.attempt(
        partial(
            flows.begin_series,
            event_id=event.pk,
            chosen=dates.chosen,
            publish_before=dates.cleaned_data["publish_before"],
            zone=zone,
            by=request.user,
            now=now,
            **form.cleaned_data,
        ),
        refused=refused_at_desk(request, refusals.explain, event),
        done=lambda made: _go_on(request, made),
    )


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("くり返しの会を組む"))
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """All dates of a series, each an event of its own; and more of them."""
    now, found = timezone.now(), _series_of(request, pk)
    form = _asked(request, AheadForm)
    dates = None
    if form.is_valid():
        count = form.cleaned_data["count"]
        dates = _dates(request, found.recurrence, found.zone_info, passed=found.passed, count=count, now=now)
    events = list(found.events.order_by("starts_at", "pk"))
    if not (dates and dates.is_valid()):
        return _show(request, form, dates, {"series": found, "events": events})
    return web.attempt(
        partial(
            flows.continue_series,
            series_id=found.pk,
            count=form.cleaned_data["count"],
            chosen=dates.chosen,
            publish_before=dates.cleaned_data["publish_before"],
            by=request.user,
            now=now,
        ),
        refused=refused_at_desk(request, refusals.explain, events[-1]),
        done=lambda _made: _go_on(request, found),
    )


def _go_on(request: HttpRequest, found: Series) -> HttpResponse:
    messages.success(request, _("シリーズの下書きを作りました。"))
    return redirect("events:series", found.pk)


def _series_of(request: HttpRequest, pk: int) -> Series:
    own = Event.objects.hosted_by(request.user).exclude(series=None).values("series")
    return get_object_or_404(Series, pk=pk, pk__in=own)


def _asked(request: HttpRequest, form: type[Form]) -> Form:
    """How many dates: in the address while they are looked at, in the form when they are confirmed."""
    asked = request.POST if request.method == "POST" else request.GET
    return form(asked if request.method == "POST" or "count" in asked else None)


def _dates(
    request: HttpRequest, recurrence: Recurrence, zone: ZoneInfo, *, passed: int, count: int, now: datetime
) -> DatesForm:
    moments = flows.dates_ahead(recurrence, zone, passed=passed, count=count, now=now)
    return DatesForm(request.POST if request.method == "POST" else None, moments=moments)


def _show(request: HttpRequest, form: Form, dates: DatesForm | None, page: dict) -> HttpResponse:
    is_refused = form.errors or (dates and dates.errors)
    page = {**page, "recurrence": form, "form": dates if dates and not form.errors else form, "dates": dates}
    return render(request, "events/hosting/series.html", page, status=422 if is_refused else 200)
