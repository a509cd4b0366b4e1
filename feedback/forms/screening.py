"""How is a sentence that needs mending shown in the form it was typed into? And the forms about the list of phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import refusals
from feedback.choices import TermKind
from feedback.flows.screening import NeedsMending
from feedback.rules.screening import why_not_pattern
from kouryu.widgets import CountedTextarea


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


class TermForm(forms.Form):
    """A phrase for the list."""

    kind = forms.ChoiceField(
        label=_("なにのことばですか"),
        choices=TermKind.choices,
        error_messages={"required": _("ひとつ選んでください。"), "invalid_choice": _("一覧から選んでください。")},
    )
    pattern = forms.CharField(
        label=_("ことば"),
        help_text=_("そのままの文字で。〜は、同じ文の中の12字までの何かです（もっと〜すれば）。"),
        error_messages={"required": _("2字以上のことばを書いてください。〜だけでは探せません。")},
    )
    note = forms.CharField(
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

    sentence = forms.CharField(
        label=_("ためしてみる文"),
        help_text=_("ここに書いた文は、どこにも残りません。"),
        max_length=600,
        widget=CountedTextarea(attrs={"maxlength": 600, "rows": 3}),
        error_messages={"required": _("ためしたい文を書いてください。"), "max_length": _("600字までにしてください。")},
    )
