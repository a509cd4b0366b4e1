"""The forms of letters and of picks without a name."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.letters import refusals, rules
from feedback.letters.limits import LETTERS, OWN_STRENGTHS
from feedback.letters.strengths import families, strengths
from kouryu.fields import LineField, WordsField
from kouryu.numbers import spelled, with_numbers
from kouryu.widgets import CountedTextarea, PillChoice
from kouryu.words import clean_line, clean_words

FAMILY_HINTS = {
    "open": _("視野をひらく"),
    "listen": _("受けとめる"),
    "think": _("見きわめる"),
    "tell": _("思いを届ける"),
    "act": _("形にする"),
    "support": _("人と場を支える"),
}


class StrengthPicker(forms.CheckboxSelectMultiple):
    """The thirty strengths in six rows, one per verb; the meaning of a chosen one opens below it."""

    template_name = "feedback/widgets/strength_picker.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = {option["value"]: option for _group, group, _i in context["widget"]["optgroups"] for option in group}
        context["rows"] = [
            {
                "name": five[0].family_name,
                "hint": FAMILY_HINTS[key],
                "hue": five[0].color_token,
                "options": [(strength, options[strength.key]) for strength in five],
            }
            for key, five in families().items()
        ]
        return context


class PicksField(forms.MultipleChoiceField):
    """Some of the thirty. How many is for the rules to say, so an unknown one is not refused here."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = StrengthPicker(attrs={"data-max": most})
        choices = [(strength.key, strength.key) for strength in strengths().values()]
        super().__init__(choices=choices, widget=widget, required=False, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return rules.clean_picks(super().to_python(value))

    def valid_value(self, value: Any) -> bool:
        return True


def _check(problem: StrEnum | None) -> None:
    if problem:
        raise forms.ValidationError(refusals.explain(problem).sentence)


class DraftForm(forms.Form):
    """What was written so far: nothing is asked for, but nothing may be too much."""

    picks = PicksField(
        most=LETTERS.picks,
        label=_("見えた強みを選ぶ"),
        help_text=with_numbers(_("1つから%(most)sつまで。ことばを押すと、意味が出ます。"), most=spelled(LETTERS.picks)),
    )
    saw = WordsField(
        label=_("何をしているのを見ましたか"),
        help_text=with_numbers(
            _("場面と行動を一文で。「〜のとき、〜していました」と書くと伝わります。%(least)s字から%(most)s字。"),
            least=LETTERS.saw_at_least,
            most=LETTERS.saw_at_most,
        ),
        widget=CountedTextarea(attrs={"maxlength": LETTERS.saw_at_most, "rows": 4}),
        required=False,
    )
    would_count = WordsField(
        label=_("私の業界なら、こう役立ちそう"),
        help_text=_("あなたの業界の目だから気づけることです。"),
        widget=CountedTextarea(attrs={"maxlength": LETTERS.would_count, "rows": 3}),
        required=False,
    )

    def clean_picks(self) -> list[str]:
        _check(rules.why_not_draft_picks(self.cleaned_data["picks"], strengths()))
        return self.cleaned_data["picks"]

    def clean_saw(self) -> str:
        saw = clean_words(self.cleaned_data["saw"])
        _check(rules.why_not_draft_saw(saw))
        return saw

    def clean_would_count(self) -> str:
        would_count = clean_words(self.cleaned_data["would_count"])
        _check(rules.why_not_would_count(would_count))
        return would_count


class QuickPicksForm(forms.Form):
    """The quiet minutes of an evening: a few strengths and one line, about one of the people of my groups."""

    picks = PicksField(
        most=LETTERS.picks,
        label=_("見えた強み"),
        help_text=with_numbers(_("%(most)sつまで。あとで変えられます。"), most=spelled(LETTERS.picks)),
    )
    saw = WordsField(
        label=_("何をしているのを見ましたか"),
        help_text=_("思い出すためのひとことで大丈夫です。"),
        widget=CountedTextarea(attrs={"maxlength": LETTERS.saw_at_most, "rows": 2}),
        required=False,
    )

    clean_picks = DraftForm.clean_picks
    clean_saw = DraftForm.clean_saw


class LetterForm(DraftForm):
    """A letter that is to arrive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("picks", "saw"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = refusals.explain(MISSING[name]).sentence
            self.fields[name].widget.is_required = False  # the server's sentences are kinder than the browser's

    def clean_picks(self) -> list[str]:
        _check(rules.why_not_picks(self.cleaned_data["picks"], strengths()))
        return self.cleaned_data["picks"]

    def clean_saw(self) -> str:
        saw = super().clean_saw()
        _check(rules.why_not_saw(saw))
        return saw


MISSING = {"picks": rules.BadLetter.NO_PICK, "saw": rules.BadLetter.SAW_SHORT}


READY_THANKS = {
    "heard": _("聞いてくださって、うれしかったです。"),
    "told": _("お話が聞けて、よかったです。"),
    "again": _("またどこかの会で。"),
}


class ThanksForm(forms.Form):
    """A ready sentence or a line of one's own beside the thanks; both may stay empty, one's own goes first."""

    ready = forms.ChoiceField(
        label=_("お礼のことば"), choices=list(READY_THANKS.items()), widget=PillChoice, required=False
    )
    line = LineField(
        label=_("自分のことばで"),
        help_text=with_numbers(_("%(most)s字まで。ことばがなくても、お礼は伝わります。"), most=LETTERS.thanks),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_line(self) -> str:
        line = clean_line(self.cleaned_data["line"])
        _check(rules.why_not_line(line))
        return line or str(READY_THANKS.get(self.cleaned_data.get("ready", ""), ""))


class OwnStrengthsForm(forms.Form):
    """Up to five strengths that I see in myself."""

    picks = PicksField(
        most=OWN_STRENGTHS.picks,
        label=_("自分で思う強み"),
        help_text=with_numbers(
            _("1つから%(most)sつまで。迷ったら、頼まれごとの多いものを。"), most=spelled(OWN_STRENGTHS.picks)
        ),
    )

    def clean_picks(self) -> list[str]:
        _check(rules.why_not_own_picks(self.cleaned_data["picks"], strengths()))
        return self.cleaned_data["picks"]


class AnonymousPicksForm(forms.Form):
    """One to three strengths and nothing else: no words, no industry."""

    picks = PicksField(
        most=LETTERS.picks,
        label=_("見えた強みを選ぶ"),
        help_text=with_numbers(_("1つから%(most)sつまで。ことばを押すと、意味が出ます。"), most=spelled(LETTERS.picks)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picks = self.fields["picks"]
        picks.required = True
        picks.error_messages["required"] = refusals.explain(rules.BadLetter.NO_PICK).sentence
        picks.widget.is_required = False  # the server's sentences are kinder than the browser's

    def clean_picks(self) -> list[str]:
        picks = self.cleaned_data["picks"]
        if problem := rules.why_not_picks(picks, strengths()):
            raise forms.ValidationError(refusals.explain(problem).sentence)
        return picks
