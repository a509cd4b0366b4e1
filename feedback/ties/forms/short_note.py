"""A short note as it is typed; what is allowed is in the rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.ties import checks, refusals
from feedback.ties.limits import SHORT_NOTES
from feedback.ties.rules.short_note import NoNote
from kouryu.fields import WordsField
from kouryu.numbers import with_numbers
from kouryu.widgets import CountedTextarea
from kouryu.words import clean_words


def ask_for(field: forms.Field, reason: StrEnum) -> None:
    """Make a field required, and say so in the sentence of this reason: kinder than the browser's own."""
    field.required = True
    field.error_messages["required"] = refusals.explain(reason).sentence
    field.widget.is_required = False


def why_not_fitting(words: str) -> None:
    """Say at the field what keeps these words here, with the sentence that would have to change."""
    tell_of(checks.finding(words))


def tell_of(found: checks.Finding | None) -> None:
    """Say at the field what was found, if anything was."""
    if found:
        sentence = refusals.explain(found.reason).sentence
        quoted = _("%(reason)s（「%(sentence)s」のところです）") % {"reason": sentence, "sentence": found.sentence}
        raise forms.ValidationError(quoted)


class ShortNoteForm(forms.Form):
    """A few words. Only for those who agreed to the check, which it asks."""

    words = WordsField(
        label=_("ひとこと"),
        help_text=with_numbers(_("%(most)s字まで。連絡先とリンクは書けません。"), most=SHORT_NOTES.words),
        widget=CountedTextarea(attrs={"maxlength": SHORT_NOTES.words, "rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self.fields["words"], NoNote.EMPTY)

    def clean_words(self) -> str:
        words = clean_words(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError(refusals.explain(NoNote.EMPTY).sentence)
        if len(words) > SHORT_NOTES.words:
            raise forms.ValidationError(refusals.explain(NoNote.LONG).sentence)
        why_not_fitting(words)
        return words
