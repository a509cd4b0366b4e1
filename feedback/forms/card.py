"""What stands on the card: every part is the member's own choice."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import card
from feedback.strengths import Strength
from kouryu.widgets import ChoicePills


class CardForm(forms.Form):
    """Sent by GET: a card is an address and nothing is stored."""

    strengths = forms.MultipleChoiceField(
        label=_("カードに入れる強み"),
        help_text=_("5つまで。"),
        widget=ChoicePills(attrs={"data-max": card.MOST}),
        required=False,
    )
    name = forms.BooleanField(label=_("呼び名を入れる"), required=False)
    people = forms.BooleanField(label=_("何人のことばからかを入れる"), required=False)

    def __init__(self, *args: object, choices: Sequence[Strength], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["strengths"].choices = [(strength.key, str(strength)) for strength in choices]
