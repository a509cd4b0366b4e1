"""The people of my groups after an evening: thank them, write to them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Event
from feedback import queries, refusals
from feedback.flows.thanks import thank as thank_somebody
from feedback.forms.letter import ThanksForm
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to


@open_to(Access.MEMBER)
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with whom I sat in a group, what I have given them, and until when I can write."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not queries.was_there(event, request.user):
        raise Http404
    now, closes_at = timezone.now(), queries.letters_close_at(event)
    context = {
        "event": event,
        "companions": queries.companions(event, request.user),
        "closes_at": closes_at,
        "may_write": event.starts_at <= now <= closes_at,
    }
    return render(request, "feedback/evening/evening.html", context)


@require_POST
@open_to(Access.MEMBER)
def thank(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not any(companion.person.pk == member_pk for companion in queries.companions(event, request.user)):
        raise Http404
    back = reverse("feedback:evening", args=[pk])
    form = ThanksForm(request.POST)
    line = form.cleaned_data["line"] if form.is_valid() else ""
    try:
        thank_somebody(by=request.user, receiver_id=member_pk, event_id=pk, line=line, now=timezone.now())
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    messages.success(request, _("お礼を伝えました。"))
    return redirect(back)
