"""A sentence that needs mending, shown in the form that it was typed into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from members import refusals
from members.choices import TextKind
from members.flows.screening import NeedsMending
from members.rules.screening import Sentence
from members.rules.screening_text import Span


@dataclass(frozen=True)
class Mend:
    """The text of one field, cut where a sentence that needs mending begins or ends."""

    label: str
    pieces: list[tuple[str, bool]]  # the words, and whether they need mending


def to_mend(form: forms.Form, fields: Sequence[str], found: NeedsMending, *, is_letter: bool = False) -> list[Mend]:
    """Say at each field why its words cannot stand, and return what to highlight: all of it at once, since a find
    that comes to light only after the first was mended would count against the writer.

    `fields` are the parts in the order in which they were screened; one that is no field of the form ("") is said for
    the whole form. Empty where no sentence is named.
    """
    explain = refusals.explain if is_letter else refusals.explain_on_page
    by_field: dict[str, list[Sentence]] = {}
    for sentence in found.verdict.sentences:
        by_field.setdefault(fields[sentence.part], []).append(sentence)
    mend = [
        Mend(
            str(form.fields[name].label if name else TextKind.RUN_SHEET.label),
            cut(form.cleaned_data[name] if name else found.parts[fields.index(name)], [one.span for one in bad]),
        )
        for name, bad in by_field.items()
    ]
    reasons = [(fields[one.part], one.reason) for one in found.verdict.sentences] or [(fields[0], found.reason)]
    for name, reason in dict.fromkeys(reasons):
        form.add_error(name or None, explain(reason).sentence)
    return mend


def cut(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """`text` in pieces, those in `spans` marked; spans may come in any order and touch or overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [(text[at:start], False), (text[max(at, start) : end], True)]
        at = max(at, end)
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]
