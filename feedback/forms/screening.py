"""How is a sentence that needs mending shown in the form it was typed into? And the forms about the list of phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import refusals
from feedback.choices import TermKind
from feedback.flows.screening import NeedsMending
from feedback.rules.screening import Sentence, why_not_pattern
from feedback.rules.screening_text import Span
from kouryu.widgets import CountedTextarea


@dataclass(frozen=True)
class Mend:
    """The text of one field, cut where a sentence that needs mending begins or ends."""

    label: str
    pieces: list[tuple[str, bool]]  # the words, and whether they need mending


def to_mend(form: forms.Form, fields: Sequence[str], found: NeedsMending) -> list[Mend]:
    """Say at each field why its words cannot arrive, and return what to highlight: all of it at once, since a find
    that comes to light only after the first was mended would count against the writer.

    `fields` are the parts in the order in which they were screened. Empty where no sentence is named.
    """
    by_field: dict[str, list[Sentence]] = {}
    for sentence in found.verdict.sentences:
        by_field.setdefault(fields[sentence.part], []).append(sentence)
    mend = [
        Mend(str(form.fields[name].label), cut(form.cleaned_data[name], [one.span for one in bad]))
        for name, bad in by_field.items()
    ]
    reasons = [(fields[one.part], one.reason) for one in found.verdict.sentences] or [(fields[0], found.reason)]
    for name, reason in dict.fromkeys(reasons):
        form.add_error(name, refusals.explain(reason).sentence)
    return mend


def cut(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """`text` in pieces, those in `spans` marked; spans may come in any order and touch or overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [(text[at:start], False), (text[max(at, start) : end], True)]
        at = max(at, end)
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


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
