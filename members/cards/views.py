"""The pages of paying by card, and where Stripe sends its notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import references, web
from members.accounts.access import Access, open_to
from members.cards import flows, mails, refusals
from members.cards.words import VERSION, CardOrderScreen
from members.membership import queries as membership
from members.membership.flows.stopping import stop_membership
from members.membership.rules import why_not_order
from members.models import CardSubscription, Membership

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


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
@where_cards_are_taken
def order(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the last screen (特定商取引法12条の6). POST: order what that screen said, and lead to the payment."""
    now = timezone.now()
    today = timezone.localdate(now)
    plan = get_object_or_404(membership.offered_plans(today), key=key)
    starts_on = membership.next_days(request.user, plan, today).starts_on
    screen = CardOrderScreen(plan, starts_on, due_on=today, continues=starts_on > today)
    values: dict[str, object] = {"plan": plan, "screen": screen}
    if request.method != "POST":
        reason = why_not_order(membership.order_facts(request.user, plan, now), today)
        values["obstacle"] = refusals.explain(reason) if reason else None
        return render(request, "members/cards/order.html", values)
    if request.POST.get("screen") != screen.fingerprint:
        return render(request, "members/cards/order.html", {**values, "has_changed": True}, status=422)
    agreed = {"plan_key": plan.key, "screen_version": VERSION, "screen_text": screen.text}
    return web.attempt(
        partial(flows.order_by_card, member=request.user, **agreed, now=now),
        refused=web.refused_page(request, refusals.explain),
        done=lambda due: _lead_to_checkout(request, due.reference),
    )


@require_POST
@open_to(Access.ACCOUNT)
@where_cards_are_taken
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Lead to the page of Stripe's on which this order is paid, once more."""
    return _lead_to_checkout(request, reference)


@require_POST
@open_to(Access.ACCOUNT)
@where_cards_are_taken
def change_card(request: HttpRequest) -> HttpResponse:
    """Lead to the page of Stripe's on which another card is chosen."""
    back_url = settings.SITE_URL + reverse("members:account")
    return web.attempt(
        partial(flows.way_to_another_card, member=request.user, back_url=back_url),
        refused=web.refused_page(request, refusals.explain),
        done=lambda url: _leave(request, url),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
@where_cards_are_taken
def stop_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET: what is charged when, and one button. POST: nothing more is charged.

    From the mail, without signing in. Names nobody: whoever holds a forwarded mail can stop, and nothing else.
    """
    number = references.number_behind(mails.STOPS, token)
    found = CardSubscription.objects.filter(pk=number, member__is_active=True).select_related("member").first()
    if found is None:
        return render(request, "members/cards/stop_unknown.html", status=404)

    def show(_stopped: Membership | None = None) -> HttpResponse:
        has_stopped = Membership.objects.filter(member=found.member, stopped_at__isnull=False).exists()
        with translation.override(found.member.language):
            return render(request, "members/cards/stop.html", {"card": found, "has_stopped": has_stopped})

    if request.method != "POST":
        return show()
    return web.attempt(
        partial(stop_membership, member=found.member, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=show,
    )


def _lead_to_checkout(request: HttpRequest, reference: str) -> HttpResponse:
    back_url = settings.SITE_URL + reverse("members:payment", args=[reference])
    begun = {"member": request.user, "reference": reference, "back_url": back_url}
    return web.attempt(
        partial(flows.begin_checkout, **begun, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("members:payment", args=[reference])),
        done=lambda url: _leave(request, url),
    )


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    """By a page and not a redirect: the site's forms lead nowhere else (`form-action`)."""
    return render(request, "members/cards/leaving.html", {"there": url})
