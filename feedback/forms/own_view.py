"""The four questions to oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.choices import Agreement
from feedback.own_views import ITEMS
from feedback.rules.own_view import Answers
from kouryu.widgets import ChoiceCards


class OwnViewForm(forms.Form):
    """All four, one of five answers each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in ITEMS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question,
                choices=Agreement.choices,
                coerce=int,
                widget=ChoiceCards,
                error_messages={
                    "required": _("五つのうちから、いまにいちばん近いものを選んでください。"),
                    "invalid_choice": _("五つのうちから、いまにいちばん近いものを選んでください。"),
                },
            )

    @property
    def answers(self) -> Answers:
        return Answers(**{name: self.cleaned_data[name] for name in ITEMS})
