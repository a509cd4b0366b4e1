"""The forms of the mirror: what a member shows outside, and what they hold for ordinary."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.letters.strengths import Strength
from feedback.mirror.limits import MIRROR, ORDINARIES
from kouryu.fields import LineField, WordsField
from kouryu.numbers import spelled, with_numbers
from kouryu.widgets import ChoicePills, CountedTextarea


class CardForm(forms.Form):
    """Sent by GET: a card is an address and nothing is stored."""

    strengths = forms.MultipleChoiceField(
        label=_("カードに入れる強み"),
        help_text=with_numbers(_("%(most)sつまで。"), most=spelled(MIRROR.on_a_card)),
        widget=ChoicePills(attrs={"data-max": MIRROR.on_a_card}),
        required=False,
    )
    name = forms.BooleanField(label=_("呼び名を入れる"), required=False)
    people = forms.BooleanField(label=_("何人のことばからかを入れる"), required=False)

    def __init__(self, *args: object, choices: Sequence[Strength], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["strengths"].choices = [(strength.key, str(strength)) for strength in choices]


class OrdinariesForm(forms.Form):
    """Up to three lines."""

    first = LineField(
        label=_("ひとつめ"),
        help_text=with_numbers(
            _("たとえば「数字は、必ずふたりで読み合わせる」。%(most)s字まで。"), most=ORDINARIES.words
        ),
        max_length=ORDINARIES.words,
        required=False,
    )
    second = LineField(label=_("ふたつめ"), max_length=ORDINARIES.words, required=False)
    third = LineField(label=_("みっつめ"), max_length=ORDINARIES.words, required=False)

    @property
    def words(self) -> list[str]:
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class WonderForm(forms.Form):
    """Why it is rare where I work."""

    words = WordsField(
        label=_("あなたの職場では、なぜめずらしいですか"),
        help_text=with_numbers(
            _("%(least)s字から%(most)s字。あなたの呼び名と業界が添えられます。"),
            least=ORDINARIES.why_at_least,
            most=ORDINARIES.why_at_most,
        ),
        widget=CountedTextarea(attrs={"maxlength": ORDINARIES.why_at_most, "rows": 3}),
        error_messages={
            "required": with_numbers(
                _("なぜめずらしいかを、%(least)s字以上で書いてください。"), least=spelled(ORDINARIES.why_at_least)
            )
        },
    )
