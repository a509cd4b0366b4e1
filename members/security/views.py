"""Where a member is signed in, the way of the staff to a second factor, and the way back of who lost them all."""

from __future__ import annotations

from functools import partial

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from kouryu.limits import Limit
from kouryu.numbers import HOUR, hours, with_numbers
from members.accounts.access import Access, open_to
from members.desk.views import ActWords, act_for_a_reason, at_open_page
from members.models import User
from members.security import flows, queries, refusals
from members.security.choices import OPEN_RESETS
from members.security.forms import LostForm
from members.security.limits import RESETS


@require_safe
@open_to(Access.ACCOUNT)
def second_factor(request: HttpRequest) -> HttpResponse:
    """What a role asks for before its pages open: a second factor that is set up, then used in this session."""
    then = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
    if not request.reader.roles_to_prove:
        return redirect(then if is_ours else "members:account")
    if queries.has_factor(request.user):
        return redirect_to_login(then if is_ours else reverse("home"), reverse("mfa_reauthenticate"))
    return render(request, "members/security/second_factor.html")


@require_safe
@open_to(Access.SIGNED_IN)
def sessions(request: HttpRequest) -> HttpResponse:
    """The devices in which the reader is signed in, each with its button."""
    found = queries.open_sessions(request.user, here=request.session.session_key, now=timezone.now())
    return render(request, "members/security/sessions.html", {"sessions": found})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("会員をすべての端末からログアウトする"))
@at_open_page
def end_sessions_of(request: HttpRequest, member: User) -> HttpResponse:
    """The desk ends all sessions of a member."""
    says = ActWords(
        title=_("すべての端末からログアウトする"),
        lead=_("なくした端末や、身に覚えのないログインのときに。ご本人は、もう一度ログインできます。"),
        done=_("すべての端末からログアウトしました。"),
    )
    return act_for_a_reason(request, member, flows.end_sessions_of, says=says)


@require_POST
@open_to(Access.SIGNED_IN)
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    flows.end_session(member=request.user, handle=handle, here=request.session.session_key, now=timezone.now())
    messages.success(request, _("その端末からログアウトしました。"))
    return redirect("members:sessions")


@require_POST
@open_to(Access.SIGNED_IN)
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    flows.end_other_sessions(member=request.user, here=request.session.session_key, now=timezone.now())
    messages.success(request, _("ほかの端末は、すべてログアウトしました。"))
    return redirect("members:sessions")


# --- the way back of who lost everything

ASKED = Limit("lost", RESETS.an_hour, HOUR)
_CAN_RESET = gettext_lazy("二段階認証をなくした会員を確かめる（もうひとりの担当と）")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
def lost(request: HttpRequest) -> HttpResponse:
    """The way back without phone and recovery codes. The answer is the same for every address."""
    form = LostForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "members/security/lost.html", {"form": form}, status=422 if form.errors else 200)
    now = timezone.now()
    if not ASKED.is_spent(get_adapter(request).get_client_ip(request), now):
        flows.ask_for_reset(address=form.cleaned_data["address"], words=form.cleaned_data["words"], now=now)
    return render(request, "members/security/lost_asked.html")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
def stop_reset(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mail leads its reader who did not ask for it. Looking changes nothing."""
    reset = queries.reset_by(token)
    if reset is None:
        raise Http404
    if request.method != "POST":
        return render(request, "members/security/stop_reset.html", {"is_open": reset.state in OPEN_RESETS})
    return web.carry_out(
        request,
        partial(flows.stop_reset, number=reset.pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("home")),
        done=_("止めました。二段階認証は、そのままです。"),
        to="account_login",
    )


@require_safe
@open_to(Access.DESK, can=_CAN_RESET)
def resets(request: HttpRequest) -> HttpResponse:
    """Who waits for the way back."""
    return render(request, "members/security/resets.html", {"resets": queries.open_resets()})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_RESET)
@at_open_page
def propose_reset(request: HttpRequest, member: User) -> HttpResponse:
    """The first of the staff says how they found out who asks."""
    says = ActWords(
        title=_("二段階認証を外すことを申し出る"),
        lead=_("ご本人だと、どうやって確かめましたか。もうひとりの担当が読んで、同意するかを決めます。"),
        done=_("申し出ました。もうひとりの担当の同意を待っています。"),
    )
    return act_for_a_reason(request, member, flows.propose_reset, says=says, explain=refusals.explain)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_RESET)
@at_open_page
def confirm_reset(request: HttpRequest, member: User) -> HttpResponse:
    """A second of the staff agrees."""
    says = ActWords(
        title=_("二段階認証を外すことに同意する"),
        lead=with_numbers(
            _(
                "申し出の理由を、メモで読んでから決めてください。同意すると、ご本人にメールが届き、%(wait)s後に外れます。"
            ),
            wait=hours(RESETS.wait),
        ),
        done=_("同意しました。ご本人に、メールでお知らせしました。"),
    )
    return act_for_a_reason(request, member, flows.confirm_reset, says=says, explain=refusals.explain)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_RESET)
@at_open_page
def decline_reset(request: HttpRequest, member: User) -> HttpResponse:
    """One of the staff stops it."""
    says = ActWords(
        title=_("二段階認証を外すのを見送る"),
        lead=_("ご本人だと確かめられなかったときに。二段階認証は、そのままです。"),
        done=_("見送りました。"),
    )
    return act_for_a_reason(request, member, flows.decline_reset, says=says, explain=refusals.explain)
