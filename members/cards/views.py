"""Where Stripe sends its notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kouryu import web
from members.accounts.access import Access, open_to
from members.cards import flows, refusals

View = Callable[..., HttpResponse]


def where_cards_are_taken(view: View) -> View:
    """404 on a site without keys of Stripe's."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.STRIPE is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_POST
@open_to(Access.PUBLIC)
@csrf_exempt  # Stripe posts here, without cookie and page; its signature is asked for instead
@where_cards_are_taken
def notice(request: HttpRequest) -> HttpResponse:
    """Store a notice of Stripe's: 200 once it is stored, 400 for one that Stripe did not sign for us."""
    taken = {"body": request.body, "signature": request.headers.get("Stripe-Signature", "")}

    def refused(refusal: web.Refused) -> HttpResponse:
        sentence = refusals.explain(refusal.reason).sentence
        return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")

    return web.attempt(
        partial(flows.take_notice, **taken, now=timezone.now()), refused=refused, done=lambda stored: HttpResponse()
    )
