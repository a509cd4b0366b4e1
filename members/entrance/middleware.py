"""Closed by default: asks the access rule before any view runs, ends sessions of staff, sets the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from members.accounts.access import access_of
from members.accounts.rules import STAFF, Access, NoEntry, Reader, is_paid, why_not_open
from members.audit.refused import note_refusal
from members.standing import queries

Handler = Callable[[HttpRequest], HttpResponse]


def reader_of(request: HttpRequest) -> Reader:
    """What the access rule may know of whoever sent this request."""
    user = request.user
    if not user.is_authenticated:
        return Reader()
    profile, standing = getattr(user, "profile", None), user.standing
    return Reader(
        signed_in=True,
        suspended=standing.is_suspended,
        awaits_admission=user.awaits_admission,
        paid=is_paid(standing.paid_until, timezone.localdate(), settings.GRACE_DAYS),
        was_member=standing.paid_until is not None,
        pledged=bool(profile and "pledge" in profile.steps_done),
        roles=standing.roles,
        roles_to_prove=standing.roles_to_prove,
    )


def _to_standing(request: HttpRequest) -> HttpResponse:
    """The way of a suspended member: their own page; for a form that they sent, the same page as the refusal."""
    if request.method in {"GET", "HEAD"}:
        return redirect("members:standing")
    suspension = queries.open_suspension(request.user, timezone.now())
    return render(request, "members/standing/standing.html", {"suspension": suspension}, status=403)


def _lead_to(page: str, request: HttpRequest) -> HttpResponse:
    """The way to this page and back to where the reader was; a part of a page brings the whole page along."""
    if request.htmx:
        there = redirect_to_login(request.htmx.current_url_abs_path or "/", reverse(page))
        return HttpResponseClientRedirect(there["Location"])
    return redirect_to_login(_page_of(request), reverse(page))


def _page_of(request: HttpRequest) -> str:
    """This address; for a form that was sent, the page it stood on, since the address may know no other method."""
    came_from = request.headers.get("Referer", "")
    if request.method in {"GET", "HEAD"} or not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return request.get_full_path()
    return urlsplit(came_from).path or "/"


class AccessMiddleware:
    """Refuses what the view's label does not allow; the label is set by `members.accounts.access.open_to`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        access = access_of(view, request.resolver_match.url_name if request.resolver_match else None)
        if access == Access.PUBLIC:
            return None
        request.reader = reader_of(request)
        reason = why_not_open(access, request.reader)
        if reason is None:
            return None
        if reason == NoEntry.NOT_SIGNED_IN:
            return _lead_to("account_login", request)
        if reason == NoEntry.SUSPENDED:
            return _to_standing(request)
        if reason == NoEntry.NOT_ADMITTED:
            return redirect("members:admission")
        if reason == NoEntry.UNPAID:
            return render(request, "members/entrance/access/unpaid.html", status=403)
        if reason == NoEntry.PLEDGE_MISSING:
            return redirect("members:pledge")
        if reason == NoEntry.SECOND_FACTOR_MISSING:
            return _lead_to("members:second_factor", request)
        if access in STAFF:
            note_refusal(request, access)
        raise Http404


class LanguageMiddleware:
    """Japanese first: English only for those who chose it (account setting, else the cookie)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            chosen = request.user.language
        if chosen not in dict(settings.LANGUAGES):
            chosen = settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response
