"""A sentence that needs mending, shown in the form that it was typed into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from members.texts import refusals
from members.texts.flows import NeedsMending
from members.texts.rules.screening import Sentence
from members.texts.rules.screening_text import Span


@dataclass(frozen=True)
class Mend:
    """The text of one field, cut where a sentence that needs mending begins or ends."""

    label: str
    pieces: list[tuple[str, bool]]  # the words, and whether they need mending


@dataclass(frozen=True)
class ScreenedField:
    """A field whose words were screened, and how it is called."""

    form: forms.Form
    field: str
    label: str

    @property
    def words(self) -> str:
        return self.form.cleaned_data[self.field]


def to_mend(form: forms.Form, fields: Sequence[str], found: NeedsMending, *, is_letter: bool = False) -> list[Mend]:
    """What `mend_at` does, for a form whose `fields` were screened, in this order."""
    places = [ScreenedField(form, name, str(form.fields[name].label)) for name in fields]
    return mend_at(places, found, is_letter=is_letter)


def mend_at(places: Sequence[ScreenedField], found: NeedsMending, *, is_letter: bool = False) -> list[Mend]:
    """Say at each field why its words cannot stand, and return what to highlight: all of it at once, since a find
    that comes to light only after the first was mended would count against the writer.

    `places` are the parts in the order in which they were screened. Empty where no sentence is named.
    """
    explain = refusals.explain if is_letter else refusals.explain_on_page
    by_part: dict[int, list[Sentence]] = {}
    for sentence in found.verdict.sentences:
        by_part.setdefault(sentence.part, []).append(sentence)
    mend = [
        Mend(places[part].label, cut(places[part].words, [one.span for one in bad])) for part, bad in by_part.items()
    ]
    reasons = [(one.part, one.reason) for one in found.verdict.sentences] or [(0, found.reason)]
    for part, reason in dict.fromkeys(reasons):
        places[part].form.add_error(places[part].field, explain(reason).sentence)
    return mend


def cut(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """`text` in pieces, those in `spans` marked; spans may come in any order and touch or overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [(text[at:start], False), (text[max(at, start) : end], True)]
        at = max(at, end)
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]
