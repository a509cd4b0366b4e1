"""Where a member is signed in, and the way of the staff to a second factor."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.accounts.access import Access, open_to
from members.desk.views import ActWords, act_for_a_reason, at_open_page
from members.models import User
from members.security import flows, queries


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
