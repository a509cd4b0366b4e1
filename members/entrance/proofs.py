"""Who proved lately that they are the one signed in: by a code from the mail, or by having just signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest

from members.entrance import mails
from members.entrance.limits import CODES
from members.models import User
from members.security import known_browser
from members.security.queries import has_factor

CODE, PROVED_AT = "proof_code", "proved_by_mail_at"  # in the session


def send_code(request: HttpRequest, *, now: datetime) -> bool:
    """Mail the reader a code; the one before counts no more. False where they had their share: that one stays.

    Each code has tries of its own, so whoever sits in somebody's session gets no more tries by asking for more codes.
    """
    browser = known_browser.id_for(request, request.user)
    if not ratelimit.consume(request, action="proof_code", key=f"{browser} {request.user.pk}"):
        return False
    code = get_adapter(request).generate_login_code()
    request.session[CODE] = {"code": code, "at": now.timestamp(), "tries": 0}
    mails.proof_code(
        request.user, address=request.user.email, code=code, until=now + CODES.holds_for, now=now, browser=browser
    )
    return True


def expected_code(request: HttpRequest, *, now: datetime) -> str:
    """The code that was sent last, while it holds; empty without one."""
    sent = request.session.get(CODE)
    if not sent or now.timestamp() - sent["at"] > CODES.holds_for.total_seconds():
        return ""
    return sent["code"]


def has_tries_left(request: HttpRequest) -> bool:
    """Count a wrong code; after the last try it is over, and a new one has to be sent."""
    sent = request.session.get(CODE)
    if not sent:
        return False
    sent["tries"] += 1
    request.session[CODE] = sent
    if sent["tries"] >= CODES.tries:
        del request.session[CODE]
        return False
    return True


def note_proof(request: HttpRequest, *, now: datetime) -> None:
    """The reader has proved it: for us, and for what allauth asks before it changes something."""
    request.session.pop(CODE, None)
    request.session[PROVED_AT] = now.timestamp()
    proof = {"method": "code", "at": now.timestamp(), "reauthenticated": True}
    records = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records, proof]


def can_prove_otherwise(member: User) -> bool:
    """Whether allauth itself has something to ask `member` for: a password, or a second factor."""
    return member.has_usable_password() or has_factor(member)


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether this session began, or was proved by a code, within the last minutes."""
    limit = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    proved_at = request.session.get(PROVED_AT, 0)
    return now - request.session.signed_in_at < limit or now.timestamp() - proved_at < limit.total_seconds()
