"""What two people wrote to each other, evening by evening: the facts for `rules.mutual`."""

from __future__ import annotations

from django.db.models import Q

from events.models import Event, Seat
from feedback.letters.queries.encounter import GIVEN
from feedback.letters.rules import LetterExchange, WrittenLetter
from feedback.models import StrengthFeedback


def exchanges_until(letter: StrengthFeedback, most: int) -> list[LetterExchange]:
    """The evenings at which the two of `letter` met, its own first and then back in time, at most `most`."""
    one, other = letter.giver_id, letter.receiver_id
    shared = Event.objects.filter(pk__in=Seat.encounters.between(one, other).values("round__event"))
    evenings = shared.filter(starts_at__lte=letter.event.starts_at).order_by("-starts_at", "-pk")
    events = [evening.pk for evening in evenings[:most]]
    pair = Q(giver=one, receiver=other) | Q(giver=other, receiver=one)
    written = {
        (found.event_id, found.giver_id): WrittenLetter(frozenset(found.picks), found.written_at)
        for found in StrengthFeedback.objects.filter(pair, event__in=events, state__in=GIVEN)
    }
    return [LetterExchange(event, written.get((event, one)), written.get((event, other))) for event in events]
