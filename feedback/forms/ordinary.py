"""The shape of ordinary things and of the words that call one a wonder; what is allowed is in the rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.rules import ordinary as rules
from kouryu.fields import LineField, WordsField
from kouryu.widgets import CountedTextarea


class OrdinariesForm(forms.Form):
    """Up to three lines."""

    first = LineField(
        label=_("ひとつめ"),
        help_text=_("たとえば「数字は、必ずふたりで読み合わせる」。80字まで。"),
        max_length=rules.LONGEST,
        required=False,
    )
    second = LineField(label=_("ふたつめ"), max_length=rules.LONGEST, required=False)
    third = LineField(label=_("みっつめ"), max_length=rules.LONGEST, required=False)

    @property
    def words(self) -> list[str]:
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class WonderForm(forms.Form):
    """Why it is rare where I work."""

    words = WordsField(
        label=_("あなたの職場では、なぜめずらしいですか"),
        help_text=_("5字から200字。あなたの呼び名と業界が添えられます。"),
        widget=CountedTextarea(attrs={"maxlength": rules.LONGEST_WHY, "rows": 3}),
        error_messages={"required": _("なぜめずらしいかを、5字以上で書いてください。")},
    )
