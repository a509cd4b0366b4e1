"""How is a sentence that needs mending shown in the form it was typed into? And the form of a phrase of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from feedback import refusals
from feedback.flows.screening import NeedsMending


@dataclass(frozen=True)
class Mend:
    """The text of one field in three parts; the middle one is what needs mending."""

    label: str
    before: str
    sentence: str
    after: str


def to_mend(form: forms.Form, fields: Sequence[str], found: NeedsMending) -> Mend | None:
    """Say at the field why its words cannot arrive, and return what to highlight; None where no sentence is named.

    `fields` are the parts in the order in which they were screened.
    """
    name = fields[found.verdict.part]
    text = form.cleaned_data[name]
    form.add_error(name, refusals.explain(found.reason).sentence)
    if found.verdict.span is None:
        return None
    start, end = found.verdict.span
    return Mend(str(form.fields[name].label), text[:start], text[start:end], text[end:])
