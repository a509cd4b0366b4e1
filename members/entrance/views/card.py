"""What a member tells others of themselves, who sees it, and how it looks to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.accounts.card import card_for
from members.accounts.choices import Audience
from members.affinity.queries import shown_to
from members.entrance import flows, refusals
from members.entrance.forms.card import ProfileCardForm
from members.texts.flows import Screened
from members.texts.forms import Mend, to_mend
from members.texts.rules.texts import NoText
from members.texts.views import mended_or


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def card(request: HttpRequest) -> HttpResponse:
    """The facts, and beside each who sees it."""
    initial = ProfileCardForm.answers_of(request.user.profile)
    form = ProfileCardForm(request.POST if request.method == "POST" else None, initial=initial)

    def show(mend: Sequence[Mend] = ()) -> HttpResponse:
        context = {"form": form, "mend": mend, "affinities": shown_to(request.user)}
        return render(request, "members/entrance/card/card.html", context, status=422 if form.errors else 200)

    def refused(why: Refused) -> HttpResponse:
        form.add_error(
            "links" if why.reason == NoText.HIDDEN else "name_reading", refusals.explain(why.reason).sentence
        )
        return show()

    def done(screened: Screened) -> HttpResponse:
        messages.success(request, _("保存しました。"))
        if screened.held:
            messages.info(request, _("リンクは、運営が先に目を通します。それまでは、前のままです。"))
        return redirect("members:as_seen")

    if not form.is_valid():
        return show()
    save = partial(flows.save_card, member=request.user, card=form.facts, now=timezone.now())
    return web.attempt(save, refused=mended_or(refused, mend=partial(to_mend, form, ["links"]), show=show), done=done)


@require_safe
@open_to(Access.ACCOUNT)
def as_seen(request: HttpRequest) -> HttpResponse:
    """One's own card, as each audience sees it."""
    cards = [(one, card_for(one, request.user)) for one in Audience if one != Audience.NOBODY]
    return render(request, "members/entrance/card/as_seen.html", {"cards": cards})
