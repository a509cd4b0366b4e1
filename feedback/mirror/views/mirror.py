"""The mirror: what I chose, what others saw, and where the two meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.letters.queries import anonymous_picks
from feedback.letters.queries import letter as reads
from feedback.mirror.drawings.flower import draw
from feedback.mirror.queries import mirror as mirrors
from feedback.mirror.queries import ordinary as ordinaries
from feedback.mirror.queries import received
from feedback.mirror.rules.mirror import seen_from, taken_for_granted
from feedback.models import SelfStrengthSet, StrengthFeedback
from members.accounts.access import Access, open_to

LETTERS_SHOWN = 3  # beside an open mirror
LETTERS_WHILE_CLOSED = 20  # one or two people may have written for years
WONDERS_SHOWN = 6


@require_safe
@open_to(Access.KEPT)
def mirror(request: HttpRequest) -> HttpResponse:
    """As much as the number of givers allows; the same few queries, however many letters.

    `?from=` is an industry: what its people saw; `?wonders=` a page of the wonders.
    """
    member, now = request.user, timezone.now()
    letters, own = received.letters_to(member), received.own_strengths(member)
    if received.asks_for_own_strengths(own, letters) and "look" not in request.GET:
        return render(request, "feedback/mirror/ask.html", {"own": own})
    reading = mirrors.reading_of(member, letters, own, now=now)
    number = LETTERS_SHOWN if reading.mirror.is_open else LETTERS_WHILE_CLOSED
    shown = reads.received(member)[:number] if letters else []
    context = page(reading, shown, own, industry=member.profile.industry, eyes=request.GET.get("from", ""))
    context["sealed"] = any(letter.opened_at is None and letter.put_away_at is None for letter in letters)
    context["snapshots"] = mirrors.snapshots_of(member) if reading.mirror.is_open else []  # drawn from ten people on
    context["picks_added"] = anonymous_picks.was_added(member, now)
    context["picks_off"] = anonymous_picks.is_off(member)
    wonders = Paginator(ordinaries.wonders_of(member, now), WONDERS_SHOWN)
    context["wonders"] = wonders.get_page(request.GET.get("wonders"))
    return render(request, "feedback/mirror/mirror.html", context)


def page(
    reading: mirrors.MirrorReading,
    letters: Sequence[StrengthFeedback],
    own: SelfStrengthSet | None,
    *,
    industry: str,
    eyes: str = "",
) -> dict[str, Any]:
    """What the templates of the mirror draw. `industry` is the member's own, `eyes` the one to look with; `letters`
    are those to be read beside it.
    """
    mirror = reading.mirror
    table = seen_from(mirror)
    return {
        "mirror": mirror,
        "own": own,
        "letters": letters,
        "flower": draw(mirror.seen, own.picks if own else ()) if mirror.is_open else None,
        "table": table,
        "eyes": eyes if eyes in table.industries else "",
        "seen_by_eyes": table.by(eyes),
        "granted": taken_for_granted(mirror) if industry else (),
        "change": reading.change,
    }
