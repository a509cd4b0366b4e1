"""How often a member wants to hear a suggestion."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.choices import Pace
from kouryu.widgets import ChoiceCards

HINTS = {
    Pace.MONTHLY: _("ひと月に一度、合いそうなことをひとつ"),
    Pace.SEASONAL: _("三か月に一度、合いそうなことをひとつ"),
    Pace.OWN: _("こちらからは何もおすすめしません。見たいときに見られます"),
}


class RhythmForm(forms.Form):
    """One of three paces."""

    pace = forms.ChoiceField(
        label=_("おすすめを見るリズム"),
        choices=Pace.choices,
        widget=ChoiceCards(hints=HINTS),
        error_messages={
            "required": _("ひとつ選んでください。"),
            "invalid_choice": _("三つのうちから、ひとつ選んでください。"),
        },
    )
