"""The people I am tied to, and how I would like to go on with somebody I met."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from events.models import Event
from feedback.letters.queries import encounter as encounters
from feedback.models import Tie
from feedback.ties import refusals
from feedback.ties.choices import IntentionKind
from feedback.ties.flows import network as network_flows
from feedback.ties.flows import tie as flows
from feedback.ties.forms.tie import IntentionForm
from feedback.ties.queries import tie as ties
from kouryu import web
from members.accounts.access import Access, open_to

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def intention(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """How I would like to go on with one of the people of my groups; nobody else ever learns it."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    people = encounters.companions(event, request.user, timezone.now())
    companion = next((one for one in people if one.person.pk == member_pk), None)
    if companion is None:
        raise Http404
    mine = ties.my_choice(request.user, companion.person, event, timezone.now())
    form = IntentionForm(request.POST if request.method == "POST" else None, initial={"kind": mine.kind})
    if not form.is_valid():
        page = {"event": event, "companion": companion, "form": form, "mine": mine}
        return render(request, "feedback/ties/tie/intention.html", page, status=422 if form.is_bound else 200)
    back, kind = reverse("feedback:evening", args=[pk]), form.cleaned_data["kind"]
    about = {"by": request.user, "person_id": member_pk, "event_id": pk, "now": timezone.now()}
    if kind:
        flow = partial(flows.choose_intention, kind=IntentionKind(kind), **about)
    else:
        flow = partial(flows.take_back_intention, **about)
    return web.carry_out(
        request,
        flow,
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("うかがいました。あなたの選択は、だれにも伝わりません。"),
        to=back,
    )


@require_POST
@open_to(Access.MEMBER)
def note_help(request: HttpRequest, member_pk: int) -> HttpResponse:
    """Thank somebody for help: they find it beside my name."""
    get_object_or_404(Tie.objects.listed_between(request.user, member_pk))
    return web.carry_out(
        request,
        partial(network_flows.note_help, by=request.user, helper_id=member_pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("feedback:people")),
        done=_("書きとめました。相手の方のつながりのページに、そっと並びます。"),
        to="feedback:people",
    )


@require_POST
@open_to(Access.MEMBER)
def end(request: HttpRequest, member_pk: int) -> HttpResponse:
    """A second click finds the tie ended and changes nothing; without any there is nothing to find."""
    get_object_or_404(Tie.objects.between(request.user, member_pk))
    flows.end_tie(by=request.user, other_id=member_pk, now=timezone.now())
    messages.success(request, _("つながりを終えました。相手の方には、お知らせしません。"))
    return redirect("feedback:people")
