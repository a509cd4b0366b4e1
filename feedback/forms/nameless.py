"""The shape of nameless picks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import refusals
from feedback.forms.letter import PicksField
from feedback.rules import letter as rules
from feedback.strengths import strengths


class NamelessForm(forms.Form):
    """One to three strengths and nothing else: no words, no industry."""

    picks = PicksField(
        most=rules.MOST_PICKS,
        label=_("見えた強みを選ぶ"),
        help_text=_("1つから3つまで。ことばを押すと、意味が出ます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picks = self.fields["picks"]
        picks.required = True
        picks.error_messages["required"] = refusals.explain(rules.BadWords.NO_PICK).sentence
        picks.widget.is_required = False  # the server's sentences are kinder than the browser's

    def clean_picks(self) -> list[str]:
        picks = self.cleaned_data["picks"]
        if problem := rules.why_not_picks(picks, strengths()):
            raise forms.ValidationError(refusals.explain(problem).sentence)
        return picks
