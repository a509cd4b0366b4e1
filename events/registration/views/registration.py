"""Registering, withdrawing, answering an offer, and the reader's own events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.event.views import tell_if_waiting
from events.models import Event, Registration
from events.registration import calendar, refusals
from events.registration.flows import registration as flows
from events.registration.flows import waitlist
from events.registration.forms.registration import RegistrationForm
from events.registration.limits import SEATS
from events.registration.pages.event import event_page
from events.registration.pages.my_events import my_events
from events.registration.queries import marks, own_limits
from events.registration.queries import registration as queries
from events.registration.rules.follow_up import is_late_withdrawal
from events.registration.sql import find_event, find_visible
from events.registration.words.event import line_rule
from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.accounts.news import see_news
from members.texts.forms import Mend, to_mend
from members.texts.views import mended_or

TEXTS = ("wants_to_talk", "can_offer")  # in the order in which they are screened


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and what becomes of it: a seat, or a place in line. A second click shows the same page.

    Beyond the member's own limits the page is a question, which its button answers.
    """
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _registration_form(request, pk, form)
    if not form.is_valid():
        return _registration_form(request, pk, form, status=422)
    found = find_visible(request.user, pk)
    if found is None:
        raise Http404
    answers = dict(form.cleaned_data)
    if not answers.pop("anyway") and own_limits.beyond(request.user, found):
        return _registration_form(request, pk, form)

    def done(_registration: Registration) -> HttpResponse:
        tell_if_waiting(request, pk)
        return redirect(found)

    return web.attempt(
        partial(flows.register, member=request.user, event_id=pk, now=timezone.now(), **answers),
        refused=mended_or(
            partial(_refuse, request, found),
            mend=partial(to_mend, form, TEXTS),
            show=lambda mend: _registration_form(request, pk, form, mend=mend, status=422),
        ),
        done=done,
    )


@require_POST
@open_to(Access.MEMBER)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the seat or the place in line back."""
    found = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    is_ill = request.POST.get("is_ill") == "on"
    return web.carry_out(
        request,
        partial(flows.withdraw, member=request.user, event_id=pk, is_ill=is_ill, now=timezone.now()),
        refused=partial(_refuse, request, found),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The held seat with two buttons; only a button answers, so that no mail scanner can."""
    found = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    if request.method != "POST":
        see_news("offers", member=request.user, now=now)
        return _offer_page(request, found, now)
    answers = {"accept": waitlist.accept_offer, "decline": waitlist.decline_offer}
    answer = answers.get(request.POST.get("answer", ""))
    if answer is None:
        return _offer_page(request, found, now, status=422)
    return web.carry_out(
        request,
        partial(answer, member=request.user, event_id=pk, now=now),
        refused=partial(_refuse, request, found),
        to=found,
    )


@require_POST
@open_to(Access.MEMBER)
def take_free_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """A free seat for somebody in line, shortly before the start."""
    found = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    return web.carry_out(
        request,
        partial(waitlist.take_free_seat, member=request.user, event_id=pk, now=timezone.now()),
        refused=partial(_refuse, request, found),
        to=found,
    )


@require_safe
@open_to(Access.MEMBER)
def mine(request: HttpRequest) -> HttpResponse:
    """What the reader has a seat in, waits for, and went to."""
    now = timezone.now()
    context = my_events(request.user, now=now)
    see_news("offers", member=request.user, now=now)
    return render(request, "events/registration/mine.html", context)


@require_safe
@open_to(Access.MEMBER)
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The event for the reader's calendar; only who holds a seat gets it."""
    seats = request.user.registrations.confirmed().select_related("event")
    registration = get_object_or_404(seats, event__pk=pk)
    return HttpResponse(
        calendar.download(registration, now=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="kouryu-{pk}.ics"'},
    )


def _registration_form(
    request: HttpRequest, pk: int, form: RegistrationForm, *, mend: Sequence[Mend] = (), status: int = 200
) -> HttpResponse:
    found = find_event(request.user, pk)
    if found is None:
        raise Http404
    page = event_page(request.user, found, now=timezone.now())
    if page.mine.refusal:
        return web.refuse(request, page.mine.refusal, back=found.get_absolute_url())
    if not page.can_register:  # registered already: their page says how it stands
        return redirect(found)
    if not found.has_groups:
        form.leave_groups_out()
    beyond = refusals.beyond_limits(own_limits.beyond(request.user, found), own_limits.limits_of(request.user), found)
    context = {"page": page, "event": found, "form": form, "beyond": beyond, "mend": mend}
    return render(request, "events/registration/register.html", context, status=status)


def _offer_page(request: HttpRequest, found: Event, now, status: int = 200) -> HttpResponse:
    registration = get_object_or_404(found.registrations, member=request.user)
    open_offer = queries.open_offer(registration, now)
    if open_offer is None:
        return redirect(found)
    context = {
        "event": found,
        "offer": open_offer,
        "elsewhere": queries.at_that_time(request.user, found),
        "line_rule": line_rule(settings.OFFER_FOR),
        "late_from": found.starts_at - SEATS.late_from,
        "is_late": is_late_withdrawal(now, found.starts_at),
    }
    return render(request, "events/registration/offer.html", context, status=status)


def _refuse(request: HttpRequest, found: Event, refused: Refused) -> HttpResponse:
    other = queries.overlapping_event(request.user, found)
    opens_at = marks.opens_at_for(request.user, found, timezone.now())
    explanation = refusals.explain(refused.reason, event=found, other=other, opens_at=opens_at)
    return web.refuse(request, explanation, back=found.get_absolute_url())
