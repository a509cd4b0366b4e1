"""The three questions after an evening."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.insight import refusals
from feedback.insight.choices import Degree
from feedback.insight.queries import QUESTIONS
from feedback.insight.rules import NoImpression
from kouryu.widgets import ChoiceCards


class ImpressionForm(forms.Form):
    """Each question may be left out, but not all three."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=question,
                choices=Degree.choices,
                required=False,
                widget=ChoiceCards,
                error_messages={"invalid_choice": _("四つのうちから選ぶか、選ばずにおいてください。")},
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(values.values()):
            self.add_error("at_home", refusals.explain(NoImpression.NOTHING_SAID).sentence)
        return values
