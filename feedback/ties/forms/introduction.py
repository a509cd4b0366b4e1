"""The form of an introduction: two people, and a sentence to each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.ties import checks, refusals
from feedback.ties.forms.short_note import ask_for, tell_of
from feedback.ties.limits import INTRODUCTIONS
from feedback.ties.rules.introduction import NoIntroduction
from kouryu.fields import WordsField
from kouryu.numbers import with_numbers
from kouryu.rows import RowField
from kouryu.widgets import CountedTextarea
from kouryu.words import clean_words


class IntroductionForm(forms.Form):
    """The second person, and one sentence to each. `people` are the ids and names of my other ties."""

    other = RowField(
        kind="person",
        label=_("だれを紹介しますか"),
        error_messages={
            "required": _("紹介したい方を、ひとり選んでください。"),
            "invalid_choice": _("つながりのなかから、ひとり選んでください。"),
        },
    )
    to_one = WordsField(
        help_text=with_numbers(
            _("紹介したい方の、どんなところが合いそうか。%(most)s字まで。"), most=INTRODUCTIONS.words
        ),
        widget=CountedTextarea(attrs={"maxlength": INTRODUCTIONS.words, "rows": 2}),
    )
    to_other = WordsField(
        label=_("紹介する方への一文"),
        help_text=with_numbers(
            _("おふたりは、自分にあてた一文だけを読みます。%(most)s字まで。"), most=INTRODUCTIONS.words
        ),
        widget=CountedTextarea(attrs={"maxlength": INTRODUCTIONS.words, "rows": 2}),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].offer(("", _("選んでください")), people)
        for sentence in ("to_one", "to_other"):
            ask_for(self.fields[sentence], NoIntroduction.EMPTY)
        self.fields["to_one"].label = _("%(name)sさんへの一文") % {"name": name}

    def clean_to_one(self) -> str:
        return _fitting(self.cleaned_data["to_one"])

    def clean_to_other(self) -> str:
        return _fitting(self.cleaned_data["to_other"])


def _fitting(text: str) -> str:
    words = " ".join(clean_words(text).split())
    if not words:
        raise forms.ValidationError(refusals.explain(NoIntroduction.EMPTY).sentence)
    if len(words) > INTRODUCTIONS.words:
        raise forms.ValidationError(refusals.explain(NoIntroduction.LONG).sentence)
    tell_of(checks.finding_in_introduction(words))
    return words
