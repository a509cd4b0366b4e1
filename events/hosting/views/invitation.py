"""Inviting people to an event; the answer is the same for every address."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.event.choices import Right
from events.event.views import event_to_run, refuse, refused_at_desk
from events.hosting import refusals
from events.hosting.flows import invitation as flows
from events.hosting.forms.invitation import InvitationForm
from events.hosting.rules import NoInvitation
from events.registration.queries import registration as registrations
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "POST"])
@open_to(Access.HOSTING, can=gettext_lazy("会に招く"))
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A field for addresses. Who was invited is listed nowhere: it would tell who is a member."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    if "invited" not in registrations.conditions_of(event):
        return refuse(request, refusals.explain(NoInvitation.NOT_ASKED_FOR, event=event), event)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = {"event": event, "form": form}
        return render(request, "events/hosting/invite.html", page, status=422 if form.is_bound else 200)
    addresses = form.cleaned_data["addresses"]
    return web.carry_out(
        request,
        partial(flows.invite, event_id=event.pk, by=request.user, addresses=addresses, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("受けつけました。会員の方にだけ、ご招待が届きます。だれに届いたかは、お伝えしません。"),
        to=reverse("events:invite", args=[event.pk]),
    )
