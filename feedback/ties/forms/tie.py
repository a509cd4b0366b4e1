"""How would I like to go on with this person? One of six, or nothing yet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.ties.choices import IntentionKind
from feedback.ties.limits import TIES
from kouryu.numbers import hour_of_day, with_numbers
from kouryu.widgets import PillChoice


class IntentionForm(forms.Form):
    """One kind; left empty the choice is taken back."""

    kind = forms.ChoiceField(
        label=_("これからの関わりかた"),
        choices=[("", _("まだ決めない")), *IntentionKind.choices],
        widget=PillChoice,
        required=False,
        help_text=with_numbers(
            _(
                "あなたの選択は、だれにも伝わりません。ふたりとも、また話したいと選んだときだけ、%(hour)sに、"
                "おふたりに同時にお知らせします。"
            ),
            hour=hour_of_day(TIES.forms_at),
        ),
        error_messages={"invalid_choice": _("一覧にあるものから、ひとつ選んでください。")},
    )
