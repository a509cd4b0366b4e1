"""How a flow says no: a rule refused, or what it was to change is not there; and the shape of the sentence for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Refused(Exception):
    """Raised by a flow when a rule refuses; carries the reason code, never a sentence."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Gone(Exception):
    """Raised by a flow when what it was to change is not there, or not for this person; pages answer 404."""


def get_or_gone(rows: QuerySet[Row], **facts: object) -> Row:
    """The one row with these facts; `Gone` where there is none."""
    try:
        return rows.get(**facts)
    except rows.model.DoesNotExist as missing:
        raise Gone from missing


@dataclass(frozen=True)
class Explanation:
    """What the person reads: one sentence, perhaps `more` below it, and a next step (a label and where it leads)."""

    sentence: str
    next_label: str = ""
    next_url: str = ""
    more: str = ""


Sentences = Mapping[StrEnum, Callable[..., Explanation]]
Explain = Callable[..., Explanation]


def explainer(sentences: Sentences) -> Explain:
    """The function that says why a flow refused, by the table of a chapter. A reason that has none is a KeyError.

    A sentence is called with what it is about, where it speaks of something: `explain(reason, event=event)`.
    """

    def explain(reason: StrEnum, **about: object) -> Explanation:
        return sentences[reason](**about)

    return explain


def about_anything(sentences: Sentences) -> Sentences:
    """The same sentences, for the table of a chapter whose others speak of something: these need not know of what."""
    return {reason: lambda say=say, **_about: say() for reason, say in sentences.items()}
