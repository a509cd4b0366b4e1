"""A draft as its members will see it, and when they will."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from events.event.choices import EventState, Promise, Right
from events.event.queries.leaders import rights_in
from events.event.rules.event import why_not_publish
from events.event.views import desk_of, event_to_run, refused_at_desk
from events.hosting import refusals
from events.hosting.flows import publishing
from events.hosting.forms.publishing import PublishLaterForm
from events.hosting.queries.hosting import event_facts_of, plan_of
from events.models import Event
from events.registration.queries.registration import conditions_of
from events.registration.words.conditions import conditions_in_words
from kouryu import web
from members.accounts.access import Access, open_to


def show_draft(request: HttpRequest, event: Event, now: datetime, form: PublishLaterForm | None = None) -> HttpResponse:
    """What stands in the draft, and what it lacks to be published."""
    plan, conditions = plan_of(event), conditions_of(event)
    reason = why_not_publish(plan, event_facts_of(event), now=now)
    page = {
        "event": event,
        "run_sheet": plan.run_sheet,
        "promises": [label for value, label in Promise.choices if value in plan.promises],
        "conditions": conditions_in_words(conditions),
        "asks_for_invitation": "invited" in conditions,
        "explanation": refusals.explain(reason, event=event) if reason else None,
        "may": rights_in(event, request.user),
        "form": form or PublishLaterForm(initial={"publish_at": event.publish_at}, event=event, now=now),
    }
    return render(request, "events/hosting/draft.html", page, status=422 if form else 200)


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("会を計画して、公開する"))
def publish_later(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the moment, or wait for none."""
    now, event = timezone.now(), event_to_run(request, pk, Right.EVERYTHING)
    if "stop" in request.POST:
        publishing.do_not_publish_later(event_id=event.pk, by=request.user, now=now)
        messages.success(request, _("自動では公開しません。準備ができたら、ここから公開してください。"))
        return redirect("events:desk", event.pk)
    form = PublishLaterForm(request.POST, event=event, now=now)
    if not form.is_valid() and event.state == EventState.DRAFT:
        return show_draft(request, event, now, form)
    at = form.cleaned_data.get("publish_at", now)
    return web.carry_out(
        request,
        partial(publishing.publish_later, event_id=event.pk, at=at, by=request.user, now=now),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("その日時に、自動で公開します。"),
        to=desk_of(event),
    )
