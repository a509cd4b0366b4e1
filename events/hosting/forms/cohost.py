"""The form of what a helper may do."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.event.choices import Right
from kouryu.widgets import ChoiceCards


class CoHostForm(forms.Form):
    """One right for one helper."""

    right = forms.TypedChoiceField(
        label=_("してもらうこと"),
        coerce=Right,
        choices=Right.choices,
        widget=ChoiceCards(hints={right: right.hint for right in Right}),
    )
