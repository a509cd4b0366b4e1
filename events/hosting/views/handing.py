"""The owner's page for an evening whose host may not lead it."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.event.queries import leaders
from events.event.views import desk_of, refused_at_desk
from events.hosting import refusals
from events.hosting.flows.handing import hand_over as hand_over_flow
from events.hosting.forms.handing import HandOverForm
from events.hosting.rules import why_not_hand_over
from events.models import Event
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=gettext_lazy("会をほかの進行役に渡す"))
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another host, or go on to calling it off."""
    event = get_object_or_404(Event.objects.select_related("host__profile"), pk=pk)
    people = {person.pk: person for person in leaders.who_may_lead(event)}
    form = HandOverForm(request.POST if request.method == "POST" else None, people=list(people.values()))
    if not form.is_valid():
        reason = why_not_hand_over(event.state, is_able=True)
        page = {
            "event": event,
            "form": form,
            "people": people,
            "has_leader": leaders.has_leader(event),
            "explanation": refusals.explain(reason, event=event) if reason else None,
        }
        return render(request, "events/hosting/hand_over.html", page, status=422 if form.is_bound else 200)
    to = people[form.cleaned_data["to"]]
    return web.carry_out(
        request,
        partial(hand_over_flow, event_id=event.pk, to=to, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("進行役を替えました。新しい進行役と、申し込んでいる方に、メールでお知らせします。"),
        to=desk_of(event),
    )
