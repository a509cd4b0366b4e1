"""What the screening says about a letter, with the letters already given."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from feedback.letters.limits import SCREENED
from feedback.letters.queries.encounter import GIVEN
from feedback.models import StrengthFeedback
from members.texts.rules.screening import (
    Action,
    Phrase,
    ScreeningKind,
    ScreeningVerdict,
    Sentence,
    says_the_same,
    stands_in,
)
from members.texts.screening import ordinary_letters, verdict_on


def verdict_on_letter(letter: StrengthFeedback, saw: str, would_count: str) -> ScreeningVerdict:
    """The verdict on the words of `letter`, with what its giver wrote to other people."""
    verdict = verdict_on(saw, would_count)
    if verdict.action != Action.DELIVER:
        return verdict
    if says_the_same(saw, _written_to_others(letter), share=SCREENED.same_text_share) < SCREENED.same_text_people - 1:
        return verdict
    return ScreeningVerdict(Action.MEND, ScreeningKind.SAME_TEXT, (Sentence(ScreeningKind.SAME_TEXT, (0, len(saw))),))


def _written_to_others(letter: StrengthFeedback) -> list[str]:
    """What the giver saw in others, the latest to each of them."""
    letters = StrengthFeedback.objects.filter(giver=letter.giver, state__in=GIVEN).exclude(receiver=letter.receiver_id)
    latest = letters.order_by("-written_at", "-pk").values_list("receiver_id", "saw")[: SCREENED.latest]
    return list(dict(reversed(latest)).values())


@dataclass(frozen=True)
class Reach:
    """How many of so many letters a phrase stands in."""

    hits: int
    letters: int

    @property
    def most(self) -> int:
        """How many they are at most, in steps of the share that needs another moderator.

        The exact number would let whoever adds one phrase after the other read in letters that nobody reported.
        """
        step = max(1, int(self.letters * SCREENED.term_share))
        return min(self.letters, step * max(1, ceil(self.hits / step)))

    @property
    def is_wide(self) -> bool:
        """So many that another moderator has to agree."""
        return self.hits > self.letters * SCREENED.term_share


def reach_of(pattern: str) -> Reach:
    """Where this phrase stands among the latest letters, and among ordinary ones that came with the site."""
    given = StrengthFeedback.objects.filter(state__in=GIVEN).order_by("-written_at", "-pk")
    latest = [
        f"{saw}\n{would_count}"
        for saw, would_count in given.values_list("saw", "would_count")[: SCREENED.term_tried_on]
    ]
    letters = [*latest, *ordinary_letters()]
    phrase = Phrase.parse(pattern)
    return Reach(sum(stands_in(phrase, letter) for letter in letters), len(letters))
