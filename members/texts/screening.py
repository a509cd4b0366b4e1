"""What the screening says about these words, with the list that staff keep."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from members.models import ScreeningTerm
from members.texts.choices import TermKind
from members.texts.rules.screening import Phrase, ScreeningKind, ScreeningVerdict, Wordlist, screen

ORDINARY = Path(__file__).parent.parent / "data" / "ordinary_letters.txt"  # what members write, by way of example
SHIPPED = Path(__file__).parent.parent / "data" / "screening.csv"  # what a new site begins with


def wordlist() -> Wordlist:
    """The phrases that are switched on. One query."""
    terms = ScreeningTerm.objects.active().values_list("kind", "pattern", "changed_at")
    return _wordlist(tuple((kind, pattern, changed_at is not None) for kind, pattern, changed_at in terms))


def shipped_wordlist() -> Wordlist:
    """The phrases that a new site begins with, before staff changed any."""
    return _wordlist(tuple((kind, pattern, False) for pattern, kind in shipped_terms().items()))


def shipped_terms() -> dict[str, str]:
    """The phrases of the file that a new site begins with: the kind of each."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return {row["pattern"]: row["kind"] for row in csv.DictReader(file)}


@lru_cache(maxsize=2)  # read for every letter, changed a few times a year: by its content, so a change counts at once
def _wordlist(terms: tuple[tuple[str, str, bool], ...]) -> Wordlist:
    phrases, ordinary, of_staff = [], [], set()
    for kind, pattern, is_of_staff in terms:
        if kind == TermKind.ORDINARY:
            ordinary.append(Phrase.parse(pattern))
        else:
            phrases.append((ScreeningKind(kind), Phrase.parse(pattern)))
            of_staff.update(phrases[-1:] if is_of_staff else [])
    return Wordlist(tuple(phrases), tuple(ordinary), frozenset(of_staff))


def verdict_on(*parts: str) -> ScreeningVerdict:
    """The verdict on words of which nothing more is known."""
    return screen(parts, wordlist())


@lru_cache(maxsize=1)
def ordinary_letters() -> tuple[str, ...]:
    """Letters with nothing to find: a young site has none of its own yet to try a phrase on."""
    return tuple(ORDINARY.read_text(encoding="utf-8").splitlines())
