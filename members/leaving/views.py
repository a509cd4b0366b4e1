"""Deleting one's account: what goes and what stays, asking for it, and changing one's mind."""

from __future__ import annotations

from functools import partial

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.choices import Role
from members.desk import sections
from members.desk.views import ActWords, act_for_a_reason, at_open_page
from members.leaving import flows, refusals
from members.leaving.queries import departure_of
from members.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.SIGNED_IN)  # also to the suspended: going is everybody's right
@reauthentication_required(allow_get=True)
def leave(request: HttpRequest) -> HttpResponse:
    """GET: what goes and what stays. POST: begin, once the member has proved lately that it is them."""
    if request.method != "POST":
        return _page(request)
    return web.carry_out(
        request,
        partial(flows.ask_to_leave, member=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("アカウントの消去を受けつけました。メールでもお知らせします。"),
        to="members:leave",
    )


@require_POST
@open_to(Access.SIGNED_IN)
def stay(request: HttpRequest) -> HttpResponse:
    """One click, and everything stays."""
    return web.carry_out(
        request,
        partial(flows.stay, member=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_("取り消しました。アカウントは、これまでどおり使えます。"),
        to="members:account",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("会員のアカウントの消去をはじめる"))
@at_open_page
def begin_leaving_of(request: HttpRequest, member: User) -> HttpResponse:
    """The desk begins it for a member who asked."""
    says = ActWords(
        title=_("アカウントの消去をはじめる"),
        lead=_("ご本人から申し出があったときに。ご本人にはメールが届き、期日までは取り消せます。"),
        done=_("アカウントの消去をはじめました。ご本人にメールをお送りします。"),
    )
    return act_for_a_reason(request, member, flows.begin_leaving_of, says=says, explain=refusals.explain)


def _page(request: HttpRequest) -> HttpResponse:
    parts = sections.shaken_by(Role.HOST, request.user, request.user, timezone.now())
    values = {"departure": departure_of(request.user), "leading": [part for part in parts if part["events"]]}
    return render(request, "members/leaving/leave.html", values)
