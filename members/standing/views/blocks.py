"""Blocking somebody, and the list of whom I block."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from members.accounts.access import Access, open_to
from members.mail import tokens
from members.models import User
from members.standing import flows, queries, refusals


@require_safe
@open_to(Access.ACCOUNT)
def blocks(request: HttpRequest) -> HttpResponse:
    """The members whom the reader blocks; who blocks the reader is told to nobody."""
    return render(request, "members/standing/blocks/blocks.html", {"blocks": queries.blocks_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def block(request: HttpRequest, token: str) -> HttpResponse:
    """GET: what blocking does. POST: block, then the list."""
    person_id = tokens.person_of(token, viewer_id=request.user.pk)
    if person_id is None:
        raise Http404
    if request.method != "POST":
        people = User.objects.filter(is_active=True).select_related("profile")
        person = get_object_or_404(people, pk=person_id)
        is_blocked = queries.blocks_made(by=request.user, of=person).exists()
        return render(request, "members/standing/blocks/block.html", {"person": person, "is_blocked": is_blocked})
    return web.carry_out(
        request,
        partial(flows.block, member=request.user, other_id=person_id, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("ブロックしました。これから同じ組になることはありません。"),
        to="members:blocks",
    )


@require_POST
@open_to(Access.ACCOUNT)
def unblock(request: HttpRequest, person_pk: int) -> HttpResponse:
    flows.unblock(member=request.user, other_id=person_pk, now=timezone.now())
    messages.success(request, _("ブロックを取り消しました。"))
    return redirect("members:blocks")
