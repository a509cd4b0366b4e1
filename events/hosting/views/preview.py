"""The pages that others see, shown to the host."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from events.event.choices import EventState, Right
from events.event.views import event_to_run
from events.hosting.pages import Onlooker, preview_page, why_strangers_do_not_match
from events.models import Event
from events.registration.queries import registration as registrations
from members.accounts.access import Access, open_to
from members.accounts.rules import Reader

MEMBER = Reader(signed_in=True, paid=True, pledged=True)
UNPAID = Reader(signed_in=True, pledged=True)


@require_safe
@open_to(Access.HOSTING, can=gettext_lazy("会を計画して、公開する"))
def preview(request: HttpRequest, pk: int, who: str) -> HttpResponse:
    """The real page through another's eyes, with a banner. Once an event is over there is nothing to look at: 404."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    if who not in set(Onlooker) or event.state not in {EventState.DRAFT, EventState.PUBLISHED}:
        raise Http404
    banner = {"event": event, "who": who, "others": [one.value for one in Onlooker if one != who]}
    if who == Onlooker.UNPAID:
        return render(request, "members/entrance/access/unpaid.html", {"preview": banner, "reader": UNPAID})
    return _event_page(request, event, Onlooker(who), banner)


def _event_page(request: HttpRequest, event: Event, who: Onlooker, banner: dict) -> HttpResponse:
    not_eligible = None
    if who == Onlooker.NOT_MATCHING:
        not_eligible = why_strangers_do_not_match(registrations.conditions_of(event))
        if not_eligible is None:
            banner["remark"] = _("この会には条件がないので、合わない方はいません。どなたにも、こう見えます。")
    shown, page = preview_page(event, request.user, not_eligible, now=timezone.now())
    values = {"event": shown, "page": page, "preview": banner, "reader": MEMBER}
    return render(request, "events/registration/event/event.html", values)
