"""A host asks for help; a member helps."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from events.event.rules.cohost import why_not_ask, why_not_help
from events.event.views import desk_of, hosted_event, refused_at_desk
from events.hosting import refusals
from events.hosting.flows import cohost
from events.hosting.forms.cohost import CoHostForm
from events.models import CoHost
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("手伝いを頼む、終える"))
def co_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    """The helpers of an event, and a form to invite one more. Only the host decides about it, never a helper."""
    event = hosted_event(request, pk)
    form = CoHostForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return web.carry_out(
            request,
            partial(cohost.ask_for_help, event_id=event.pk, by=request.user, now=timezone.now(), **form.cleaned_data),
            refused=refused_at_desk(request, refusals.explain, event),
            done=_("招待のリンクを作りました。お願いする人に、あなたから送ってください。"),
            to=reverse("events:co_hosts", args=[event.pk]),
        )
    helpers = list(event.co_hosts.select_related("member__profile"))
    reason = why_not_ask(event.state, asked=len(helpers))
    page = {
        "event": event,
        "form": form,
        "helpers": helpers,
        "explanation": refusals.explain(reason, event=event) if reason else None,
    }
    return render(request, "events/hosting/co_hosts.html", page, status=422 if form.is_bound else 200)


@require_POST
@open_to(Access.HOST, can=gettext_lazy("手伝いを頼む、終える"))
def end_help(request: HttpRequest, pk: int, co_host_pk: int) -> HttpResponse:
    """End somebody's help with this event; they lose its pages at once."""
    event, was_open = hosted_event(request, pk), "was-open" in request.POST
    help_of = {"event_id": event.pk, "co_host_id": co_host_pk, "was_open": was_open}
    called_back = _("招待を取り消しました。リンクは、もう使えません。")
    ended = _("お手伝いを終わりにしました。この会の運営のページは、もう開けません。")
    return web.carry_out(
        request,
        partial(cohost.end_help, **help_of, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=called_back if was_open else ended,
        to=reverse("events:co_hosts", args=[event.pk]),
    )


@require_http_methods(["GET", "POST"])
@open_to(Access.MEMBER)
def help_host(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation, with a button to take it; for its taker, a button to stop. For all others it does not exist."""
    invitations = CoHost.objects.select_related("event__host__profile")
    invitation = get_object_or_404(invitations, token=token)
    if invitation.member_id not in {None, request.user.pk}:
        raise Http404
    if request.method == "POST":
        return _answer(request, invitation)
    event = invitation.event
    if reason := why_not_help(event.state, is_host=event.host_id == request.user.pk):
        return web.refuse(request, refusals.explain(reason, event=event), back=event.get_absolute_url())
    return render(request, "events/hosting/help.html", {"event": event, "invitation": invitation})


def _answer(request: HttpRequest, invitation: CoHost) -> HttpResponse:
    event, now = invitation.event, timezone.now()
    if request.POST.get("answer") == "stop":
        if invitation.member_id:
            cohost.end_help(event_id=event.pk, co_host_id=invitation.pk, by=request.user, now=now)
        messages.success(request, _("お手伝いを終わりにしました。ありがとうございました。"))
        return redirect("events:mine")
    return web.carry_out(
        request,
        partial(cohost.help_host, event_id=event.pk, token=invitation.token, member=request.user, now=now),
        refused=web.refused_page(request, partial(refusals.explain, event=event), back=event.get_absolute_url()),
        to=desk_of(event),
    )
