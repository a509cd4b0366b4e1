"""Do words from one tied member to another hold what must not go there? Asked only of those who agreed to it."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.ties.rules.introduction import is_its_purpose
from feedback.ties.rules.short_note import BadMessage, worst_of
from members.texts import screening
from members.texts.rules.screening import Hit, ScreeningKind, sorted_hits
from members.texts.rules.screening_text import sentence_around, sentences


@dataclass(frozen=True)
class Finding:
    """Why the words stay here, and the sentence that would have to change."""

    reason: BadMessage
    sentence: str


def finding(words: str) -> Finding | None:
    """The gravest find in these words. Nothing of it is kept, and nobody is told but whoever asks."""
    return _gravest(words, sorted_hits(words, screening.wordlist()))


def finding_in_introduction(words: str) -> Finding | None:
    """What is wrong with a sentence that introduces somebody: an invitation to meet is what it is for."""
    hits = sorted_hits(words, screening.wordlist())
    return _gravest(
        words, [hit for hit in hits if not (hit.kind == ScreeningKind.INVITATION and _is_its_purpose(words, hit))]
    )


def _is_its_purpose(words: str, hit: Hit) -> bool:
    return is_its_purpose(words[slice(*hit.span)])


def _gravest(words: str, hits: list[Hit]) -> Finding | None:
    reason = worst_of(hit.kind for hit in hits)
    if reason is None:
        return None
    first = next(hit for hit in hits if hit.kind == reason.kind)
    start, end = sentence_around(first.span, sentences(words))
    return Finding(reason, words[start:end].strip())


def why_not_tell(words: str) -> BadMessage | None:
    """The first reason against these words, for a flow."""
    found = finding(words)
    return found.reason if found else None


def why_not_introduce_with(words: str) -> BadMessage | None:
    """The first reason against a sentence that introduces somebody."""
    found = finding_in_introduction(words)
    return found.reason if found else None
