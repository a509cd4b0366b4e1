"""Closed by default: asks the access rule before any view runs, and sets the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from members import queries
from members.access import access_of
from members.rules.access import Access, NoEntry, Reader, is_paid, why_not_open

Handler = Callable[[HttpRequest], HttpResponse]


def reader_of(request: HttpRequest) -> Reader:
    """What the access rule may know of whoever sent this request."""
    user = request.user
    if not user.is_authenticated:
        return Reader()
    profile = getattr(user, "profile", None)
    return Reader(
        signed_in=True,
        suspended=user.is_suspended,
        paid=is_paid(user.access_ends_on, timezone.localdate(), settings.GRACE_DAYS),
        pledged=bool(profile and "pledge" in profile.steps_done),
        roles=user.roles,
    )


def _to_standing(request: HttpRequest) -> HttpResponse:
    """The way of a suspended member: their own page; for a form that they sent, the same page as the refusal."""
    if request.method in {"GET", "HEAD"}:
        return redirect("members:standing")
    suspension = queries.open_suspension(request.user, timezone.now())
    return render(request, "members/standing/standing.html", {"suspension": suspension}, status=403)


class AccessMiddleware:
    """Refuses what the view's label does not allow; the label is set by `members.access.open_to`."""

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
            return redirect_to_login(request.get_full_path())
        if reason == NoEntry.SUSPENDED:
            return _to_standing(request)
        if reason == NoEntry.UNPAID:
            return render(request, "members/access/unpaid.html", status=403)
        if reason == NoEntry.PLEDGE_MISSING:
            return redirect("members:pledge")
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
