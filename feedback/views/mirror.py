"""The mirror: what I chose, what others saw, and where the two meet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from feedback import mirrors, nameless, queries
from feedback.flower import draw
from members.access import Access, open_to

LETTERS_SHOWN = 3


@open_to(Access.MEMBER)
def mirror(request: HttpRequest) -> HttpResponse:
    """As much as the number of givers allows; ten queries, however many letters."""
    now = timezone.now()
    letters, own = queries.letters_to(request.user), queries.own_strengths(request.user)
    if queries.asks_for_own_strengths(own, letters) and "look" not in request.GET:
        return render(request, "feedback/mirror/ask.html", {"own": own})
    reflected = mirrors.mirror_of(request.user, letters, own, now=now)
    counted = [letter for letter in letters if letter.put_away_at is None]
    context = {
        "mirror": reflected,
        "own": own,
        "letters": counted if not reflected.is_open else counted[:LETTERS_SHOWN],
        "sealed": [letter for letter in counted if letter.opened_at is None],
        "nameless_added": nameless.was_added(request.user, now),
        "nameless_off": nameless.is_off(request.user),
        "flower": draw(reflected.seen, own.picks if own else ()) if reflected.is_open else None,
    }
    return render(request, "feedback/mirror/mirror.html", context)
