"""What the receivers of the demo's year say to themselves about their letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from events.models import Event
from feedback.letters.choices import Reaction
from feedback.letters.flows import letter
from feedback.models import StrengthFeedback

Act = Callable[[datetime], None]
A_FEW_DAYS = timedelta(days=4)
MOSTLY = (Reaction.FITS, Reaction.FITS, Reaction.FITS, Reaction.DISCOVERY, Reaction.DISCOVERY, Reaction.NOT_YET, "")


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """Some days later, about most of the letters. Chance of its own, so that the year stays as it is."""
    yield A_FEW_DAYS, lambda now: _react(evening, Random(evening.pk), now)


def _react(evening: Event, dice: Random, now: datetime) -> None:
    """Who has not opened a letter by then does so now, or leaves it."""
    for found in StrengthFeedback.objects.released().filter(event=evening).select_related("receiver").order_by("pk"):
        reaction = dice.choice(MOSTLY)
        if not reaction or not StrengthFeedback.objects.visible_to(found.receiver).filter(pk=found.pk).exists():
            continue  # nothing to say, or the receiver blocks the giver
        if found.opened_at is None:
            letter.open_letter(letter_id=found.pk, by=found.receiver, now=now)
        letter.react(letter_id=found.pk, by=found.receiver, reaction=reaction)
