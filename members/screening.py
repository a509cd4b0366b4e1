"""What does the screening say about these words, with the list that staff keep?"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from members.choices import TermKind
from members.models import ScreeningTerm
from members.rules.screening import Kind, Phrase, Verdict, Wordlist, screen

SHIPPED = Path(__file__).parent / "data" / "screening.csv"  # what a new site begins with


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
