"""Signing in with the service's own accounts, and linking one to a member who is here already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from hashlib import sha256

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from kouryu import web
from kouryu.openid import PROVIDER
from members.accounts.access import Access, open_to
from members.linking import flows, queries, refusals
from members.linking.adapter import refused
from members.linking.choices import CallResult
from members.linking.limits import SERVICE
from members.linking.provider import AWAY, ServiceAdapter, way_to
from members.linking.rules import NoCall, NoLink, PaidCall, read_call
from members.models import Period

View = Callable[..., HttpResponse]


def where_the_service_has_accounts(view: View) -> View:
    """404 on a site without OpenID Connect."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.OPENID is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_POST
@open_to(Access.PUBLIC)
@where_the_service_has_accounts
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the service: to sign in, or, for who is signed in, to link its account.

    By a page and not a redirect: the site's forms lead nowhere else (`form-action`), wherever the service may send on.
    """
    process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
    then = request.POST.get("next", "")
    is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
    try:
        there = way_to(request, process=process, next_url=then if is_ours else "")
    except AWAY:
        return refused(request, NoLink.AWAY)
    return render(request, "members/linking/leaving.html", {"there": there})


@require_safe
@open_to(Access.PUBLIC)
@where_the_service_has_accounts
def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the service sends somebody back to."""
    if provider_id != PROVIDER:
        raise Http404
    return OAuth2CallbackView.adapter_view(ServiceAdapter(request, provider_id))(request)


@require_safe
@open_to(Access.ACCOUNT)
@where_the_service_has_accounts
def service_account(request: HttpRequest) -> HttpResponse:
    """Whether an account of the service is linked."""
    account = queries.service_account_of(request.user)
    return render(request, "members/linking/service_account.html", {"account": account})


@require_POST
@open_to(Access.ACCOUNT)
@where_the_service_has_accounts
@reauthentication_required
def unlink(request: HttpRequest) -> HttpResponse:
    """Sign in with the service's account no more."""
    flows.unlink(member=request.user, here=request.session.session_key, now=timezone.now())
    messages.success(request, _("つながりを外しました。ログインは、メールのコードでもできます。"))
    return redirect("members:service_account")


# --- calls of the service's own server (docs/operations.md)

CALL_STATUS = {NoCall.LONG: 413, NoCall.UNSIGNED: 401, NoCall.MALFORMED: 422, NoCall.LATE: 401, NoCall.ID_USED: 409}


@require_POST
@open_to(Access.PUBLIC)
@csrf_exempt  # a server posts here, without cookie and page: its signature says who it is
def paid_there(request: HttpRequest) -> HttpResponse:
    """The service's server says until when one of its accounts is paid."""
    if settings.OPENID is None or not settings.OPENID.call_secret:
        raise Http404
    if len(request.body) > SERVICE.longest_call:
        return _not_heard(NoCall.LONG)
    if not queries.is_signed(request.body, request.headers.get("Kouryu-Signature", "")):
        return _not_heard(NoCall.UNSIGNED)
    call = read_call(request.body)
    if call is None:
        return _not_heard(NoCall.MALFORMED)
    return web.attempt(
        partial(flows.hear_call, call=call, digest=sha256(request.body).hexdigest(), now=timezone.now()),
        refused=lambda refused: _not_heard(NoCall(refused.reason)),
        done=lambda heard: _heard(call, *heard),
    )


def _not_heard(reason: NoCall) -> JsonResponse:
    return JsonResponse({"error": reason, "message": refusals.explain(reason).sentence}, status=CALL_STATUS[reason])


def _heard(call: PaidCall, result: CallResult, period: Period | None) -> JsonResponse:
    given = {"first_day": period.starts_on, "last_day": period.last_day} if period else None
    return JsonResponse({"call": call.id, "result": result, "given": given})
