"""The public pages, and where somebody who is signed in begins."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from members.accounts.access import Access, open_to
from members.accounts.taxonomies import industries
from members.admission.queries import PENDING
from members.cards.limits import CARD_RENEWALS
from members.entrance.limits import COOKIES
from members.entrance.middleware import reader_of
from members.entrance.rules import PLEDGE_VERSION
from members.membership.limits import ORDERS, RENEWALS
from members.membership.queries import offered_plans


@require_safe
@open_to(Access.PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """The landing page; who is signed in goes on to what comes next for them."""
    if request.user.is_authenticated:
        return redirect(_first_page(request))
    plan = offered_plans(timezone.localdate()).order_by("price_yen").first()
    return render(request, "members/entrance/public/landing.html", {"plan": plan, "industries": industries().values()})


@require_safe
@open_to(Access.PUBLIC)
def pledge_text(request: HttpRequest) -> HttpResponse:
    """The pledge as it is accepted today."""
    template = f"members/entrance/pledge/{PLEDGE_VERSION}.html"
    return render(request, "members/entrance/public/pledge.html", {"version": PLEDGE_VERSION, "pledge": template})


@require_safe
@open_to(Access.PUBLIC)
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use."""
    return render(request, "members/entrance/public/terms.html")


@require_safe
@open_to(Access.PUBLIC)
def privacy(request: HttpRequest) -> HttpResponse:
    """What happens to personal data (個人情報保護法 21条・27条・32条, 電気通信事業法 27条の12)."""
    return render(request, "members/entrance/public/privacy.html")


@require_safe
@open_to(Access.PUBLIC)
def legal(request: HttpRequest) -> HttpResponse:
    """特定商取引法に基づく表記 (11条): who sells, for how much, and how to stop."""
    values = {
        "plans": offered_plans(timezone.localdate()),
        "due_days": ORDERS.due_days,
        "notice_days": RENEWALS.notice_days,
        "charge_notice_days": CARD_RENEWALS.notice_days,
        "charge_notice_days_of_a_year": CARD_RENEWALS.notice_days_of_a_year,
    }
    return render(request, "members/entrance/public/legal.html", values)


@require_safe
@open_to(Access.PUBLIC)
def contact(request: HttpRequest) -> HttpResponse:
    """The page of contacts."""
    return render(request, "members/entrance/public/contact.html")


@require_POST
@open_to(Access.PUBLIC)
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language, in the account or else in a cookie, and show the same page again."""
    back = request.POST.get("next", "")
    # A path of ours: anything else, `redirect` could also take for the name of a view.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    response = redirect(back if is_ours else "home")
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIES.kept_for,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
@open_to(Access.PUBLIC)
def start_over(request: HttpRequest) -> HttpResponse:
    """Leave a sign-up or a sign-in that waits for a code.

    With the whole session: allauth keeps more of it for an address that has an account, which its pages would tell.
    """
    if not request.user.is_authenticated:
        invitation = request.session.get(PENDING)
        request.session.flush()
        if invitation is not None:
            request.session[PENDING] = invitation
    return redirect("account_signup" if request.POST.get("then") == "signup" else "account_login")


def _first_page(request: HttpRequest) -> str:
    """The name of the page where this reader begins."""
    reader = reader_of(request)
    if reader.suspended:
        return "members:standing"
    if reader.awaits_admission:
        return "members:admission"
    if not reader.pledged:
        return "members:welcome"
    if not reader.paid:
        return "members:plans"
    return "events:events"  # a name, not an import: the page lives in the app above
