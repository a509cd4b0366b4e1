"""A rule said no: the one exception for it, and the shape of the sentence the person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Refused(Exception):
    """Raised by a flow when a rule refuses; carries the reason code, never a sentence."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Explanation:
    """What the person reads: one sentence, perhaps `more` below it, and a next step (a label and where it leads)."""

    sentence: str
    next_label: str = ""
    next_url: str = ""
    more: str = ""


Sentences = Mapping[StrEnum, Callable[[], Explanation]]


def explainer(sentences: Sentences) -> Callable[[StrEnum], Explanation]:
    """The function that says why a flow refused, by these sentences. A reason without one is a KeyError."""

    def explain(reason: StrEnum) -> Explanation:
        return sentences[reason]()

    return explain
