"""An event in numbers, and the one mail to members of industries that are missing."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from events.event.choices import Right
from events.event.limits import HOST_FIGURES, SHOWN
from events.event.queries import leaders
from events.event.rules.figures import why_not_balance
from events.event.views import event_to_run, refused_at_desk
from events.hosting import refusals
from events.hosting.drawings import drawing
from events.hosting.flows.balance import invite_missing_industries
from events.hosting.limits import BALANCE
from events.hosting.queries import figures as numbers
from events.registration.queries import registration as registrations
from events.registration.rules.registration import why_registration_is_closed
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.choices import Role

DAYS = HOST_FIGURES.weeks * 7


@require_safe
@open_to(Access.HOSTING, can=gettext_lazy("会の数字を読む"))
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Registrations against the usual, who comes by number, rates; for the owner, who keeps missing out."""
    now, event = timezone.now(), event_to_run(request, pk, Right.EVERYTHING)
    actual, usual = numbers.registrations_by_day(event, now=now)
    page = {
        "event": event,
        "figures": numbers.figures(event, now=now),
        "curve": drawing(actual, usual, DAYS),
        "days": [
            (DAYS - place, actual[place] if place < len(actual) else None, usual[place] if usual else None)
            for place in range(DAYS + 1)
        ],
        "has_usual": bool(usual),
        "fewest": SHOWN.fewest,
        "most_mails": BALANCE.mails,
        "no_balance": why_not_balance(
            is_open=why_registration_is_closed(
                registrations.registration_window_of(event), now, has_leader=leaders.has_leader(event)
            )
            is None,
            seats_left=event.capacity - event.registrations.seated().count(),
            was_done_at=event.balance_invited_at,
            asks_affinity="affinity" in registrations.conditions_of(event),
        ),
    }
    if Role.OWNER in request.user.roles:
        page["missing_out"], page["missing_industries"] = numbers.keep_missing_out(now=now)
        page["is_owner"] = True
    return render(request, "events/hosting/figures.html", page)


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("業界のかたよりをやわらげる"))
def balance(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite members of missing industries, once for an event."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    return web.carry_out(
        request,
        partial(invite_missing_industries, event_id=event.pk, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("まだいらっしゃらない業界の方へ、お知らせを送ります。何人に届いたかは、お伝えしません。"),
        to=reverse("events:figures", args=[event.pk]),
    )
