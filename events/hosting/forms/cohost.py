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
        widget=ChoiceCards(
            hints={
                Right.CHECK_IN: _("来た方に「参加」を付けます"),
                Right.GROUPS: _("受付と、組を作ること"),
                Right.EVERYTHING: _("会の内容を直すこと、公開、中止、会を終えることも"),
            }
        ),
    )
