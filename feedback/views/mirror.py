"""The mirror: what I chose, what others saw, and where the two meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from feedback import mirrors, nameless, ordinaries, queries
from feedback.flower import draw
from feedback.models import SelfStrengthSet, StrengthFeedback
from feedback.rules.mirror import seen_from, taken_for_granted
from members.access import Access, open_to

LETTERS_SHOWN = 3


@open_to(Access.MEMBER)
def mirror(request: HttpRequest) -> HttpResponse:
    """As much as the number of givers allows; the same few queries, however many letters.

    `?from=` is an industry: what its people saw.
    """
    member, now = request.user, timezone.now()
    letters, own = queries.letters_to(member), queries.own_strengths(member)
    if queries.asks_for_own_strengths(own, letters) and "look" not in request.GET:
        return render(request, "feedback/mirror/ask.html", {"own": own})
    reading = mirrors.reading_of(member, letters, own, now=now)
    context = page(reading, letters, own, industry=member.profile.industry, eyes=request.GET.get("from", ""))
    context["snapshots"] = mirrors.snapshots_of(member) if reading.mirror.shows_numbers else []
    context["nameless_added"] = nameless.was_added(member, now)
    context["nameless_off"] = nameless.is_off(member)
    context["wonders"] = ordinaries.wonders_of(member, now)
    return render(request, "feedback/mirror/mirror.html", context)


def page(
    reading: mirrors.Reading,
    letters: Sequence[StrengthFeedback],
    own: SelfStrengthSet | None,
    *,
    industry: str,
    eyes: str = "",
) -> dict[str, Any]:
    """What the templates of the mirror draw. `industry` is the member's own, `eyes` the one to look with."""
    mirror = reading.mirror
    table = seen_from(mirror)
    counted = [letter for letter in letters if letter.put_away_at is None]
    return {
        "mirror": mirror,
        "own": own,
        "letters": counted[:LETTERS_SHOWN] if mirror.is_open else counted,
        "sealed": [letter for letter in counted if letter.opened_at is None],
        "flower": draw(mirror.seen, own.picks if own else ()) if mirror.is_open else None,
        "table": table,
        "eyes": eyes if eyes in table.industries else "",
        "seen_by_eyes": table.by(eyes),
        "granted": taken_for_granted(mirror) if industry else (),
        "change": reading.change,
    }
