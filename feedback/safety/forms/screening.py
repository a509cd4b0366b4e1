"""The forms about the list of phrases that the screening looks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.safety import refusals
from kouryu.fields import LineField, WordsField
from kouryu.widgets import CountedTextarea
from members.texts.choices import TermKind
from members.texts.rules.screening import why_not_pattern


class TermForm(forms.Form):
    """A phrase for the list."""

    kind = forms.ChoiceField(
        label=_("なにのことばですか"),
        choices=TermKind.choices,
        error_messages={"required": _("ひとつ選んでください。"), "invalid_choice": _("一覧から選んでください。")},
    )
    pattern = LineField(
        label=_("ことば"),
        help_text=_("そのままの文字で。〜は、同じ文の中の12字までの何かです（もっと〜すれば）。"),
        error_messages={"required": _("2字以上のことばを書いてください。〜だけでは探せません。")},
    )
    note = LineField(
        label=_("メモ"),
        help_text=_("なぜ加えたか。つぎの担当が読みます。"),
        max_length=100,
        required=False,
        error_messages={"max_length": _("100字までにしてください。")},
    )

    def clean_pattern(self) -> str:
        pattern = self.cleaned_data["pattern"]
        if problem := why_not_pattern(pattern):
            raise forms.ValidationError(refusals.explain(problem).sentence)
        return pattern


class TryForm(forms.Form):
    """A sentence to try the list on."""

    sentence = WordsField(
        label=_("ためしてみる文"),
        help_text=_("ここに書いた文は、どこにも残りません。"),
        max_length=600,
        widget=CountedTextarea(attrs={"maxlength": 600, "rows": 3}),
        error_messages={"required": _("ためしたい文を書いてください。"), "max_length": _("600字までにしてください。")},
    )
