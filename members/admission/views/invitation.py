"""Inviting, and the page to which an invitation leads."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.admission import queries, refusals
from members.admission.flows import invitation as flows
from members.admission.forms import InviteForm, InviteFriendForm
from members.admission.limits import INVITES
from members.admission.rules import NoInviting, NoWayIn, why_not_use
from members.models import MemberInvitation

_CAN_INVITE = gettext_lazy("招待をつくり、取り消す")
_FIELD_OF = {
    NoInviting.DAY_PAST: "last_day",
    NoInviting.DAY_FAR: "last_day",
    NoInviting.ONE_ADDRESS_ONE_PLACE: "places",
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation leads. Looking changes nothing: programs that read mails look, too. POST: accept it."""
    invitation = queries.invitation_by(token)
    if invitation is None:
        return _not_usable(request, NoWayIn.UNKNOWN, status=404)
    if reason := why_not_use(queries.invitation_facts(invitation), timezone.now()):
        return _not_usable(request, reason, status=410)
    if request.method != "POST":
        return render(request, "members/admission/join.html", {"invitation": invitation})
    if not request.user.is_authenticated:
        request.session[queries.PENDING] = invitation.pk
        return redirect("account_signup")
    return web.carry_out(
        request,
        partial(flows.accept_invitation, number=invitation.pk, member=request.user, now=timezone.now()),
        refused=lambda why: _not_usable(request, why.reason, status=409),
        done=_("ようこそ。ご招待をうけとりました。"),
        to="home",
    )


def _not_usable(request: HttpRequest, reason: NoWayIn, *, status: int) -> HttpResponse:
    values = {"explanation": refusals.explain(reason)}
    return render(request, "members/admission/not_usable.html", values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def invitations(request: HttpRequest) -> HttpResponse:
    """What the member invited, and the form for another; not there where only staff invite."""
    if not settings.MEMBERS_INVITE:
        raise Http404
    form = InviteFriendForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _own_page(request, form)
    return web.carry_out(
        request,
        partial(flows.invite, by=request.user, wish=form.wish, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, lambda: _own_page(request, form)),
        done=_("招待をつくりました。"),
        to="members:invitations",
    )


def _own_page(request: HttpRequest, form: InviteFriendForm) -> HttpResponse:
    made = queries.invitations_of(request.user)[: INVITES.shown]
    values = {
        "form": form,
        "invitations": _shown(list(made)),
        "gives_month": queries.gives_month_now(request.user, timezone.now()),
    }
    return render(request, "members/admission/invitations.html", values, status=422 if form.errors else 200)


@require_POST
@open_to(Access.MEMBER)
def take_back(request: HttpRequest, invitation_pk: int) -> HttpResponse:
    """Take back an invitation of one's own."""
    flows.take_back_invitation(number=invitation_pk, by=request.user, by_staff=False, now=timezone.now())
    messages.success(request, _("招待を取り消しました。"))
    return redirect("members:invitations" if settings.MEMBERS_INVITE else "members:account")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_INVITE)
def desk_invitations(request: HttpRequest) -> HttpResponse:
    """The invitations of the staff, and the form for another."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _desk_page(request, form)

    def refused(why: Refused) -> HttpResponse:
        form.add_error(_FIELD_OF.get(why.reason), refusals.explain(why.reason).sentence)
        return _desk_page(request, form)

    wanted = {"wish": form.wish, "gift_months": form.gift_months, "label": form.cleaned_data["label"]}
    return web.carry_out(
        request,
        partial(flows.invite, by=request.user, **wanted, now=timezone.now()),
        refused=refused,
        done=_("招待をつくりました。"),
        to="members:desk_invitations",
    )


def _desk_page(request: HttpRequest, form: InviteForm) -> HttpResponse:
    made = queries.invitations_of_staff()[: INVITES.shown]
    values = {"form": form, "invitations": _shown(list(made))}
    return render(request, "members/admission/desk/invitations.html", values, status=422 if form.errors else 200)


@require_POST
@open_to(Access.DESK, can=_CAN_INVITE)
def desk_take_back(request: HttpRequest, invitation_pk: int) -> HttpResponse:
    """Take back an invitation of the staff."""
    flows.take_back_invitation(number=invitation_pk, by=request.user, by_staff=True, now=timezone.now())
    messages.success(request, _("招待を取り消しました。"))
    return redirect("members:desk_invitations")


def _shown(made: list[MemberInvitation]) -> list[dict[str, object]]:
    """Each with its link while it lets somebody in."""
    now = timezone.now()
    return [{"invitation": one, "link": _link(one), "is_open": _is_open(one, now)} for one in made]


def _is_open(one: MemberInvitation, now: object) -> bool:
    return one.taken_back_at is None and one.expires_at > now and one.came < one.places


def _link(one: MemberInvitation) -> str:
    return settings.SITE_URL + reverse("members:join", args=[queries.token_of(one)])
