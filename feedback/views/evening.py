"""The people of my groups after an evening: thank them, write to them, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Event
from feedback import impressions, queries, refusals
from feedback.flows.skip import think_again
from feedback.flows.thanks import thank as thank_somebody
from feedback.forms.letter import ThanksForm
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to
from members.flows.screening import NeedsMending
from members.forms.mending import Mend, to_mend


@dataclass(frozen=True)
class Line:
    """One of the people of my groups, with the form of a thank-you."""

    companion: queries.Companion
    form: ThanksForm


@open_to(Access.MEMBER)
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with whom I sat in a group, what I have given them, and until when I can write."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not queries.was_there(event, request.user):
        raise Http404
    return _show(request, event)


@require_POST
@open_to(Access.MEMBER)
def thank(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Say thanks with a ready sentence, a line of one's own or none; what cannot go is shown again as typed."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    companion = _companion_or_404(request, event, member_pk)
    back = reverse("feedback:evening", args=[pk])
    form, mend = ThanksForm(request.POST, auto_id=f"%s-{companion.person.reference}"), []
    if form.is_valid():
        line, now = form.cleaned_data["line"], timezone.now()
        try:
            thank_somebody(by=request.user, receiver_id=member_pk, event_id=pk, line=line, now=now)
        except NeedsMending as found:
            mend = to_mend(form, ["line"], found, is_letter=True)
        except Refused as refused:
            return web.refuse(request, refusals.explain(refused.reason), back=back, typed=form)
        else:
            messages.success(request, _("お礼を伝えました。"))
            return redirect(_afterwards(request, event, member_pk))
    return _show(request, event, typed={member_pk: form}, mend=mend)


@require_POST
@open_to(Access.MEMBER)
def reconsider(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Be asked about this person again."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    _companion_or_404(request, event, member_pk)
    think_again(by=request.user, receiver_id=member_pk, event_id=pk)
    return redirect("feedback:write", pk, member_pk)


def _companion_or_404(request: HttpRequest, event: Event, member_pk: int) -> queries.Companion:
    for companion in queries.companions(event, request.user, timezone.now()):
        if companion.person.pk == member_pk:
            return companion
    raise Http404


def _afterwards(request: HttpRequest, event: Event, member_pk: int) -> str:
    """Back to where the thanks were said: this person's own page, or everybody's."""
    if request.POST.get("at") == "write":
        return reverse("feedback:write", args=[event.pk, member_pk])
    return reverse("feedback:evening", args=[event.pk])


def _show(
    request: HttpRequest, event: Event, *, typed: dict[int, ThanksForm] | None = None, mend: Sequence[Mend] = ()
) -> HttpResponse:
    """The page; `typed` holds the form that could not be sent, by the receiver's id."""
    typed = typed or {}
    now, closes_at = timezone.now(), queries.letters_close_at(event)
    people = queries.companions(event, request.user, now)
    context = {
        "event": event,
        "companions": people,
        "lines": [
            Line(one, typed.get(one.person.pk) or ThanksForm(auto_id=f"%s-{one.person.reference}")) for one in people
        ],
        "form": next(iter(typed.values()), None),
        "mend": mend,
        "closes_at": closes_at,
        "asks_questions": impressions.asks(event, request.user, now),
        "may_write": event.starts_at <= now <= closes_at,
        "next": next((one for one in people if one.is_undecided), None),
    }
    return render(request, "feedback/evening/evening.html", context, status=422 if typed else 200)
