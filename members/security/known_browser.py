"""Browsers in which a member signed in before: guesses of other people do not bind them."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from kouryu import references
from members.models import User

SALT = "members.known-browser.by-reference"
OWNER = "browser-of"  # the kind of reference in the cookie: signed is not hidden, and a number would count accounts
PROVED = "proved_account"  # in the session of somebody who just chose a new password with a code from their mail


def remember(response: HttpResponse, member: User) -> None:
    """Mark the browser that gets this response. It proves no right, only that guessing is counted apart."""
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps([references.reference_to(OWNER, member.pk), get_random_string(8)], salt=SALT),
        max_age=settings.BROWSER_KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def id_for(request: HttpRequest, member: User | None) -> str:
    """The name of this browser, if `member` signed in with it before; otherwise empty."""
    if member is None:
        return ""
    if (request.user.is_authenticated and request.user.pk == member.pk) or request.session.get(PROVED) == member.pk:
        return f"session-of-{member.pk}"
    owner, browser = _in_cookie(request)
    return browser if owner == member.pk else ""


def owner_of(request: HttpRequest) -> int | None:
    """The member who signed in with this browser last, or None."""
    return _in_cookie(request)[0]


def _in_cookie(request: HttpRequest) -> tuple[int | None, str]:
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        owner, browser = signing.loads(cookie, salt=SALT, max_age=settings.BROWSER_KNOWN_FOR)
    except signing.BadSignature:
        return None, ""
    return references.number_behind(OWNER, owner), browser
