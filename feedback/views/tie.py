"""The people I am tied to, and how I would like to go on with somebody I met."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Event
from feedback import people as reads
from feedback import queries, refusals, short_notes, ties
from feedback.choices import CONTACT_KINDS, IntentionKind
from feedback.flows import network as network_flows
from feedback.flows import tie as flows
from feedback.forms.tie import IntentionForm
from feedback.models import Tie
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to

A_PAGE = 20


@require_safe
@open_to(Access.MEMBER)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody I am tied to, the latest first, or those for whom I chose one kind."""
    now, asked = timezone.now(), request.GET.get("kind", "")
    kind = asked if asked in CONTACT_KINDS else ""
    everybody = reads.ties_of(request.user)
    page = Paginator(everybody.filter(kind=kind) if kind else everybody, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "people": reads.people_at(request.user, page, now),
        "long_quiet": reads.long_quiet(request.user, now),
        "kinds": CONTACT_KINDS,
        "kind": kind,
        "new_since": now - settings.TIES_NEW_FOR,
        "news": short_notes.ties_with_news(request.user),
    }
    return render(request, "feedback/tie/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def intention(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """How I would like to go on with one of the people of my groups; nobody else ever learns it."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    people = queries.companions(event, request.user, timezone.now())
    companion = next((one for one in people if one.person.pk == member_pk), None)
    if companion is None:
        raise Http404
    mine = ties.my_choice(request.user, companion.person, event, timezone.now())
    form = IntentionForm(request.POST if request.method == "POST" else None, initial={"kind": mine.kind})
    if not form.is_valid():
        page = {"event": event, "companion": companion, "form": form, "mine": mine}
        return render(request, "feedback/tie/intention.html", page, status=422 if form.is_bound else 200)
    back = reverse("feedback:evening", args=[pk])
    try:
        _keep(request, event.pk, member_pk, form.cleaned_data["kind"])
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    messages.success(request, _("うかがいました。あなたの選択は、だれにも伝わりません。"))
    return redirect(back)


@require_POST
@open_to(Access.MEMBER)
def note_help(request: HttpRequest, member_pk: int) -> HttpResponse:
    """Thank somebody for help: they find it beside my name."""
    get_object_or_404(Tie.objects.listed_between(request.user, member_pk))
    try:
        network_flows.note_help(by=request.user, helper_id=member_pk, now=timezone.now())
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=reverse("feedback:people"))
    messages.success(request, _("書きとめました。相手の方のつながりのページに、そっと並びます。"))
    return redirect("feedback:people")


@require_POST
@open_to(Access.MEMBER)
def end(request: HttpRequest, member_pk: int) -> HttpResponse:
    """A second click finds the tie ended and changes nothing; without any there is nothing to find."""
    get_object_or_404(Tie.objects.between(request.user, member_pk))
    flows.end_tie(by=request.user, other_id=member_pk, now=timezone.now())
    messages.success(request, _("つながりを終えました。相手の方には、お知らせしません。"))
    return redirect("feedback:people")


def _keep(request: HttpRequest, event_id: int, person_id: int, kind: str) -> None:
    now = timezone.now()
    if not kind:
        flows.take_back_intention(by=request.user, person_id=person_id, event_id=event_id, now=now)
        return
    flows.choose_intention(
        by=request.user,
        person_id=person_id,
        event_id=event_id,
        kind=IntentionKind(kind),
        now=now,
        night=settings.LETTER_NIGHT,
    )
