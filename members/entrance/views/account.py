"""The account page, and how the site looks and writes to its reader."""

from __future__ import annotations

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.accounts.access import Access, open_to
from members.accounts.queries import themes_of
from members.affinity.queries import shown_to
from members.entrance import flows
from members.entrance.forms.account import LimitsForm, SettingsForm
from members.entrance.limits import COOKIES
from members.entrance.rules import next_undone
from members.membership.queries import membership_state


@require_safe
@open_to(Access.ACCOUNT)
def account(request: HttpRequest) -> HttpResponse:
    """The member's own page: what they are called, until when they have paid, and where everything of theirs is."""
    values = {
        "membership": membership_state(request.user, timezone.now()),
        "profile": request.user.profile,
        "themes": themes_of(request.user),
        "has_affinities": shown_to(request.user).exists(),
        "next_step": next_undone(request.user.profile.steps_done),
    }
    return render(request, "members/entrance/account/account.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=request.user)
    if not form.is_valid():
        return render(
            request, "members/entrance/account/settings.html", {"form": form}, status=422 if form.errors else 200
        )
    member = flows.save_settings(member=request.user, looks=form.looks, muted_mail=form.muted_mail, now=timezone.now())
    with translation.override(member.language):
        messages.success(request, _("保存しました。"))
    response = redirect("members:account")
    # The pages before signing in look the same then, without a flash of the other theme.
    for name, value in ((site.THEME_COOKIE_NAME, member.theme), (site.LANGUAGE_COOKIE_NAME, member.language)):
        response.set_cookie(
            name, value, max_age=COOKIES.kept_for, samesite="Lax", secure=site.PRODUCTION, httponly=True
        )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def limits(request: HttpRequest) -> HttpResponse:
    """How many evenings the member wants, and how close together."""
    profile = request.user.profile
    form = LimitsForm(request.POST if request.method == "POST" else None, instance=profile)
    if not form.is_valid():
        context = {"form": form, "length": profile.get_length_display()}
        return render(request, "members/entrance/account/limits.html", context, status=422 if form.errors else 200)
    form.instance.save(update_fields=["most_events_a_month", "quiet_evening_after"])
    messages.success(request, _("保存しました。"))
    return redirect("members:account")
