"""The three questions after an evening, and what its host sees once they have closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.choices import Right
from events.models import Event
from events.rules.figures import FEWEST_SHOWN
from events.views.finding import event_to_run
from feedback import impressions, refusals
from feedback.flows.impression import answer_questions
from feedback.forms.impression import ImpressionForm
from feedback.rules.impression import NoImpression, why_not_answer
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to


@open_to(Access.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """My answers; to be changed until the questions close."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    now, back = timezone.now(), reverse("feedback:evening", args=[pk])
    reason = why_not_answer(impressions.evening_of(event, request.user), now)
    if reason == NoImpression.NOT_THERE:
        raise Http404
    if reason:
        return web.refuse(request, refusals.explain(reason), back=back)
    given = impressions.impression_of(event, request.user)
    initial = {name: getattr(given, name) for name in impressions.QUESTIONS} if given else None
    form = ImpressionForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        page = {"event": event, "form": form, "given": given, "closes_at": impressions.closes_at(event)}
        return render(request, "feedback/impression/questions.html", page, status=422 if form.is_bound else 200)
    try:
        answer_questions(by=request.user, event_id=pk, now=now, **form.cleaned_data)
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    messages.success(request, _("ありがとうございます。締め切りまでは、答えなおせます。"))
    return redirect(back)


@open_to(Access.HOSTING)
@require_safe
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of them, for the host: nothing before they have closed, nothing under five."""
    event, now = event_to_run(request, pk, Right.EVERYTHING), timezone.now()
    page = {
        "event": event,
        "closes_at": impressions.closes_at(event),
        "has_closed": now >= impressions.closes_at(event),
        "answers": impressions.answers_of(event, now),
        "fewest": FEWEST_SHOWN,
    }
    return render(request, "feedback/impression/answers.html", page)
