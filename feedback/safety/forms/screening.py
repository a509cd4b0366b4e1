"""The forms about the list of phrases that the screening looks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.safety import refusals
from kouryu.fields import LineField, WordsField
from kouryu.numbers import spelled, with_numbers
from kouryu.widgets import CountedTextarea
from members.texts.choices import TermKind
from members.texts.limits import PATTERNS
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
        help_text=with_numbers(
            _("そのままの文字で。〜は、同じ文の中の%(gap)s字までの何かです（もっと〜すれば）。"), gap=PATTERNS.gap
        ),
        error_messages={
            "required": with_numbers(
                _("%(least)s字以上のことばを書いてください。〜だけでは探せません。"), least=spelled(PATTERNS.at_least)
            )
        },
    )
    note = LineField(
        label=_("メモ"),
        help_text=_("なぜ加えたか。つぎの担当が読みます。"),
        max_length=PATTERNS.note,
        required=False,
        error_messages={
            "max_length": with_numbers(pgettext_lazy("up to", "%(most)s字までにしてください。"), most=PATTERNS.note)
        },
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
        max_length=PATTERNS.tried,
        widget=CountedTextarea(attrs={"maxlength": PATTERNS.tried, "rows": 3}),
        error_messages={
            "required": _("ためしたい文を書いてください。"),
            "max_length": with_numbers(pgettext_lazy("up to", "%(most)s字までにしてください。"), most=PATTERNS.tried),
        },
    )
