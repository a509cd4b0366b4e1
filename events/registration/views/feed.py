"""The feed that calendar programs fetch, and the page on which a member makes, renews and ends it."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.models import CalendarFeed
from events.registration.flows.feed import renew_feed, revoke_feed
from events.registration.limits import FEED
from events.registration.queries import feed as feeds
from kouryu import web
from kouryu.limits import Limit
from kouryu.numbers import HOUR, MINUTE
from members.accounts.access import Access, open_to

FETCHES = Limit("feed", FEED.fetches_an_hour, HOUR)
WRONG_TOKENS = Limit("feed-not-found", FEED.wrong_addresses_a_minute, MINUTE)


@require_safe
@open_to(Access.PUBLIC)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address: the token alone opens it, and no cookie is read or set.

    A program that has this very file already is told so in a line (304). The answer to a wrong token is the answer
    to a revoked one.
    """
    now = timezone.now()
    owner = feeds.owner_of(token, now)
    if owner is None:
        if WRONG_TOKENS.is_spent(get_adapter().get_client_ip(request), now):
            return _too_often(WRONG_TOKENS)
        return _sentence(_("このカレンダーはありません。マイページの「カレンダー」で、新しいアドレスを作れます。"), 404)
    if FETCHES.is_spent(str(owner.pk), now):
        return _too_often(FETCHES)
    file = feeds.written_for(owner, now).encode()
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-cache"  # keep it, and ask each time whether it still holds
    answer["ETag"] = f'"{hashlib.sha256(file).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=answer["ETag"], response=answer)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def feed_page(request: HttpRequest) -> HttpResponse:
    """The member's own feed. POST `renew` (with the `seen` one) or `revoke`."""
    if request.method == "POST":
        return _change_feed(request)
    found = CalendarFeed.objects.filter(member=request.user).first()
    address = feeds.address_of(found) if found else ""
    # The same address for programs that subscribe at a click.
    subscribe = "webcal" + address[address.index(":") :] if address else ""
    return render(
        request, "events/registration/calendar/feed.html", {"feed": found, "address": address, "subscribe": subscribe}
    )


def _change_feed(request: HttpRequest) -> HttpResponse:
    now, what, seen = timezone.now(), request.POST.get("what"), request.POST.get("seen", "")
    if what == "revoke":
        revoke_feed(member=request.user, now=now)
        messages.success(request, _("止めました。前のアドレスは、もう開けません。"))
    elif what == "renew" and (not seen or (seen.isdecimal() and len(seen) < 19)):
        renew_feed(member=request.user, seen=int(seen) if seen else None, now=now)
        messages.success(request, _("アドレスを作りました。"))
    else:
        return web.bad_request(request, ValueError("not a button of the page"))
    return redirect("events:feed_page")


def _sentence(text: str, status: int) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")


def _too_often(limit: Limit) -> HttpResponse:
    answer = _sentence(_("回数が多すぎます。少し間をおいて、もう一度お試しください。"), 429)
    answer["Retry-After"] = str(int(limit.per.total_seconds()))
    return answer
