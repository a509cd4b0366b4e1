"""What a member may take out of the mirror: a portrait in sentences, words for a CV, a card to show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.letters.strengths import strengths
from feedback.mirror.drawings import card as cards
from feedback.mirror.forms import CardForm
from feedback.mirror.queries import mirror as mirrors
from feedback.mirror.queries import received
from feedback.mirror.rules.mirror import Mirror
from feedback.mirror.words import sentences
from members.accounts.access import Access, open_to


def _once_open(view: Callable[[HttpRequest, Mirror], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Hands the view the reader's mirror; while it is closed they are led back to it."""

    @wraps(view)
    def lead(request: HttpRequest) -> HttpResponse:
        mirror = _mirror(request)
        if mirror.is_open:
            return view(request, mirror)
        messages.info(request, _("鏡がひらくと、ことばやカードにできるようになります。"))
        return redirect("feedback:mirror")

    return lead


@require_safe
@open_to(Access.KEPT)
@_once_open
def portrait(request: HttpRequest, mirror: Mirror) -> HttpResponse:
    """What people see in me, in sentences."""
    return render(request, "feedback/mirror/outside/portrait.html", {"mirror": mirror, "sentences": sentences(mirror)})


@require_safe
@open_to(Access.KEPT)
@_once_open
def words(request: HttpRequest, mirror: Mirror) -> HttpResponse:
    """The strengths of the mirror in the words of 社会人基礎力 and ポータブルスキル, to be copied into a CV."""
    rows = [(seen, strengths()[seen.key]) for seen in mirror.strengths if seen.key in strengths()]
    return render(request, "feedback/mirror/outside/words.html", {"mirror": mirror, "rows": rows})


@require_safe
@open_to(Access.KEPT)
@_once_open
def card(request: HttpRequest, mirror: Mirror) -> HttpResponse:
    """Choose what stands on the card, and see it."""
    form = CardForm(request.GET or None, choices=cards.choices(mirror))
    return render(request, "feedback/mirror/outside/card.html", {"form": form, "query": request.GET.urlencode()})


@require_safe
@open_to(Access.KEPT)
def card_picture(request: HttpRequest) -> HttpResponse:
    """The card itself; unknown and unseen strengths are left out, not answered."""
    mirror = _mirror(request)
    if not mirror.is_open:
        raise Http404
    drawn = cards.draw(
        mirror,
        request.GET.getlist("strengths"),
        name=request.user.profile.called_name if "name" in request.GET else "",
        people=mirror.givers if "people" in request.GET else None,
    )
    response = render(
        request, "feedback/mirror/outside/card.svg", {"card": drawn}, content_type="image/svg+xml; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _mirror(request: HttpRequest) -> Mirror:
    letters, own = received.letters_to(request.user), received.own_strengths(request.user)
    return mirrors.mirror_of(request.user, letters, own, now=timezone.now())
