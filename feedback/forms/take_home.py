"""The shape of what a member takes home from an evening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import WordsField
from kouryu.rows import RowField
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words
from members.models import User

LONGEST_NOTE = 1000
LONGEST_NORMAL = 300
NOBODY = "0"


def _at_most(text: str, most: int) -> str:
    """`text` as it is kept; refused when it is longer than that."""
    text = clean_words(text)
    if len(text) > most:
        raise forms.ValidationError(_("%(most)s字までにしてください。") % {"most": most})
    return text


class TakeHomeForm(forms.Form):
    """A note about an evening; empty takes it away."""

    text = WordsField(
        label=_("持ちかえりメモ"),
        help_text=_("あなただけが読めます。空にして保存すると、消えます。"),
        widget=CountedTextarea(attrs={"maxlength": LONGEST_NOTE, "rows": 8}),
        required=False,
    )

    def clean_text(self) -> str:
        return _at_most(self.cleaned_data["text"], LONGEST_NOTE)


class NormalForm(forms.Form):
    """What one held for normal, how it looks since, from whom that came, and whether one would like to tell them."""

    before = WordsField(
        label=_("これまで、ふつうだと思っていたこと"),
        widget=CountedTextarea(attrs={"maxlength": LONGEST_NORMAL, "rows": 3}),
        error_messages={"required": _("ふつうだと思っていたことを、ひとことで書いてください。")},
    )
    after = WordsField(
        label=_("話してみて、いま思うこと"),
        help_text=_("あとから書き足せます。"),
        widget=CountedTextarea(attrs={"maxlength": LONGEST_NORMAL, "rows": 3}),
        required=False,
    )
    person = RowField(kind="person", label=_("だれの話からですか"), widget=ChoiceCards)
    wants_to_tell = forms.BooleanField(
        label=_("いつか、その方に伝えたい"),
        help_text=_("お礼を送るボタンが出ます。自動では伝わりません。"),
        required=False,
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not people:
            del self.fields["person"], self.fields["wants_to_tell"]
            return
        names = [(person.pk, person.profile.called_name) for person in people]
        self.fields["person"].offer((NOBODY, _("とくにない")), names)
        self.initial.setdefault("person", NOBODY)

    def clean_before(self) -> str:
        before = _at_most(self.cleaned_data["before"], LONGEST_NORMAL)
        if not before:
            raise forms.ValidationError(self.fields["before"].error_messages["required"])
        return before

    def clean_after(self) -> str:
        return _at_most(self.cleaned_data["after"], LONGEST_NORMAL)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wants_to_tell") and cleaned.get("person", 0) is None:
            self.add_error("person", _("伝えたい方を選んでください。"))
        return cleaned
