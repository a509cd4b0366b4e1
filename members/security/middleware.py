"""Sessions of the staff: over after a day or an hour unused, and without effect of a role before a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.accounts.access import is_asked_by_a_page
from members.audit import audit
from members.security import queries as sessions
from members.security.limits import SESSIONS, STAFF_SESSIONS
from members.security.rules import is_over_for_staff

Handler = Callable[[HttpRequest], HttpResponse]


class StaffSessionMiddleware:
    """Signs out whoever has a role after a day, or an hour without use; members stay for their thirty days.

    In a session without a second factor no role counts, on whatever page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if not request.user.is_authenticated:
            return
        now = timezone.now()
        used_at = sessions.used_at(request.session.get(sessions.USED_AT), request.session.signed_in_at)
        is_staff = bool(request.user.roles)
        if is_staff and is_over_for_staff(request.session.signed_in_at, used_at, now):
            audit.record("end-session", request.user, by=None, now=now)
            logout(request)
            messages.info(request, _("時間がたったので、もう一度ログインしてください。役割のある方への、お願いです。"))
            return
        if is_staff and not sessions.is_proved(request.session, request.user):
            request.user.rest_roles()
        every = (STAFF_SESSIONS if is_staff else SESSIONS).use_noted_every
        if now - used_at >= every and not is_asked_by_a_page(view):
            request.session[sessions.USED_AT] = int(now.timestamp())
