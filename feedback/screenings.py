"""What does the screening say about these words, with the list that staff keep and the letters already given?"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from feedback.choices import TermKind
from feedback.models import ScreeningTerm, StrengthFeedback
from feedback.queries import GIVEN
from feedback.rules.screening import Action, Kind, Phrase, Sentence, Verdict, Wordlist, says_the_same, screen

SHIPPED = Path(__file__).parent / "data" / "screening.csv"  # what a new site begins with
LATEST = 100  # letters of one giver that a new one is held against


def wordlist() -> Wordlist:
    """The phrases that are switched on. One query."""
    return _wordlist(tuple(ScreeningTerm.objects.active().values_list("kind", "pattern")))


def shipped_wordlist() -> Wordlist:
    """The phrases that a new site begins with, before staff changed any."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return _wordlist(tuple((row["kind"], row["pattern"]) for row in csv.DictReader(file)))


@lru_cache(maxsize=2)  # read for every letter, changed a few times a year: by its content, so a change counts at once
def _wordlist(terms: tuple[tuple[str, str], ...]) -> Wordlist:
    phrases, ordinary = [], []
    for kind, pattern in terms:
        if kind == TermKind.ORDINARY:
            ordinary.append(Phrase.parse(pattern))
        else:
            phrases.append((Kind(kind), Phrase.parse(pattern)))
    return Wordlist(tuple(phrases), tuple(ordinary))


def verdict_on(*parts: str) -> Verdict:
    """The verdict on words of which nothing more is known."""
    return screen(parts, wordlist())


def verdict_on_letter(letter: StrengthFeedback, saw: str, would_count: str) -> Verdict:
    """The verdict on the words of `letter`, with what its giver wrote to other people."""
    verdict = verdict_on(saw, would_count)
    if verdict.action != Action.DELIVER:
        return verdict
    if says_the_same(saw, _written_to_others(letter), share=settings.SAME_TEXT_SHARE) < settings.SAME_TEXT_PEOPLE - 1:
        return verdict
    return Verdict(Action.MEND, Kind.SAME_TEXT, (Sentence(Kind.SAME_TEXT, (0, len(saw))),))


def _written_to_others(letter: StrengthFeedback) -> list[str]:
    """What the giver saw in others, the latest to each of them."""
    letters = StrengthFeedback.objects.filter(giver=letter.giver, state__in=GIVEN).exclude(receiver=letter.receiver_id)
    latest = letters.order_by("-written_at", "-pk").values_list("receiver_id", "saw")[:LATEST]
    return list(dict(reversed(latest)).values())
