"""What every page may show: the reader, their choices of look, and the operator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from members.accounts.news import news_for
from members.entrance.middleware import reader_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Context for all templates: `reader` (None for visitors), `news`, `look`, `operator`, and what settings say."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    reader = getattr(request, "reader", None)
    # Public pages ask for nobody, but their menu does. In the very request that signs somebody in, the account came
    # from the password check and not from the session, without its standing: the next page knows it.
    if reader is None and signed_in and user.standing is not None:
        reader = reader_of(request)
    is_member = bool(reader and reader.paid and reader.pledged and not reader.suspended)
    return {
        "reader": reader,
        "news": SimpleLazyObject(lambda: news_for(user, timezone.now())) if is_member else {},
        "look": {
            "theme": user.theme if signed_in else request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto"),
            "large": signed_in and user.large_type,
        },
        "operator": settings.OPERATOR,
        "service_label": settings.OPENID.label if settings.OPENID else "",
        "entrance": settings.ENTRANCE,
        "takes_cards": settings.STRIPE is not None,
        "members_invite": settings.MEMBERS_INVITE,
        "has_mailbox": not settings.PRODUCTION,
    }
