"""What is written on the evening: a word to all, a note to oneself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.evening.limits import SIGNALS
from events.registration.choices import Presence
from kouryu.fields import TOO_LONG, WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea
from members.desk.forms import reason_field


class WordForm(forms.Form):
    """Empty takes the word away."""

    text = WordsField(
        label=_("みなさんへのひとこと"),
        help_text=_("参加している方のページに出ます。空にすると消えます。会を終えると、なくなります。"),
        max_length=SIGNALS.word,
        required=False,
        error_messages=TOO_LONG,
        widget=CountedTextarea(attrs={"rows": 2}),
    )


class CorrectionForm(forms.Form):
    """What is noted of somebody after closing, and why."""

    presence = forms.ChoiceField(label=_("直したあとの記録"), choices=Presence.choices, widget=ChoiceCards)
    why = reason_field()


class NoteForm(forms.Form):
    """Empty takes the note away."""

    text = WordsField(
        label=_("自分へのメモ"),
        help_text=_("あなただけに見えます。会のあとも「自分へのメモ」に残ります。"),
        max_length=SIGNALS.note,
        required=False,
        error_messages=TOO_LONG,
        widget=CountedTextarea(attrs={"rows": 4}),
    )
