"""Where a member is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from members.accounts.access import Access, open_to
from members.desk.views import ActWords, act_for_a_reason, at_open_page
from members.models import User
from members.security import flows, queries


@require_safe
@open_to(Access.SIGNED_IN)
def sessions(request: HttpRequest) -> HttpResponse:
    """The devices in which the reader is signed in, each with its button."""
    found = queries.open_sessions(request.user, here=request.session.session_key, now=timezone.now())
    return render(request, "members/security/sessions.html", {"sessions": found})


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
