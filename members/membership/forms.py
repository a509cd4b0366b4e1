"""What the membership desk types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import DayField, LineField
from kouryu.words import normalised
from members.desk.forms import reason_field
from members.membership.limits import GRANTS


class YenField(forms.IntegerField):
    """An amount as people copy it: 3,300 or ３３００円 are understood."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = normalised("NFKC", value).replace(",", "").strip().removesuffix("円").lstrip("¥\\")
        return super().to_python(value)


class GrantForm(forms.Form):
    """Months without a payment, with the last paid day that the page showed."""

    months = forms.IntegerField(
        label=_("月数"),
        min_value=1,
        max_value=GRANTS.most_months,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    why = reason_field()
    seen_until = DayField(widget=forms.HiddenInput, required=False)


class ConfirmTransferForm(forms.Form):
    amount_seen = YenField(
        label=_("通帳で見た入金額（円）"),
        help_text=_("お申し込みの金額を写さず、通帳や明細の数字を入力してください。"),
        min_value=1,
        max_value=10_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("金額を数字で入力してください。")},
    )
    note = LineField(
        label=_("メモ"),
        help_text=_("振込人の名前がちがうときなどに。ご本人から開示を求められることがあります。"),
        max_length=200,
        required=False,
    )
