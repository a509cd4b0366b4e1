"""What the membership desk types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import DayField, LineField
from kouryu.widgets import ChoiceCards
from kouryu.words import normalised
from members.desk.forms import reason_field
from members.membership.choices import UndoCause
from members.membership.limits import GRANTS, PRICES, TRANSFERS
from members.membership.rules import normalised_reference


class YenField(forms.IntegerField):
    """An amount as people copy it: 3,300 or ３３００円 are understood."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = normalised("NFKC", value).replace(",", "").strip().removesuffix("円").lstrip("¥\\")
        return super().to_python(value)


class PriceForm(forms.Form):
    """What a plan is to cost, and from when."""

    price_yen = YenField(
        label=_("会費（円、税込）"),
        min_value=1,
        max_value=PRICES.most_yen,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("金額を数字で入力してください。")},
    )
    tax_percent = forms.IntegerField(
        label=_("そのうちの消費税率（%）"),
        min_value=0,
        max_value=PRICES.most_tax_percent,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    from_on = DayField(label=_("いつのお申し込みから"))
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """A plan that members can order."""

    name_ja = LineField(label=_("名前（日本語）"), max_length=40)
    name_en = LineField(label=_("名前（英語）"), max_length=40)
    key = forms.SlugField(
        label=_("名前（英数字）"),
        help_text=_("アドレスに出ます。例：monthly"),
        max_length=30,
        error_messages={"invalid": _("英数字とハイフンだけで入れてください。")},
    )
    months = forms.IntegerField(
        label=_("月数"),
        min_value=1,
        max_value=PRICES.most_months,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    price_yen = YenField(
        label=_("会費（円、税込）"),
        min_value=1,
        max_value=PRICES.most_yen,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("金額を数字で入力してください。")},
    )


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


class _ReceivedForm(forms.Form):
    """Money that the bank's list shows."""

    amount_seen = YenField(
        label=_("通帳で見た入金額（円）"),
        help_text=_(
            "お申し込みの金額を写さず、通帳や明細の数字を入力してください。足りなくても、多くても、そのまま記せます。"
        ),
        min_value=1,
        max_value=TRANSFERS.most_yen,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("金額を数字で入力してください。")},
    )
    received_on = DayField(label=_("入金の日"), required=False, help_text=_("空けておくと、今日になります。"))
    payer_name = LineField(label=_("振込人の名義"), max_length=100, required=False)


class ConfirmTransferForm(_ReceivedForm):
    """A transfer for an order, and how many of them the page knew."""

    note = LineField(
        label=_("メモ"),
        help_text=_("振込人の名前がちがうときなどに。ご本人から開示を求められることがあります。"),
        max_length=200,
        required=False,
    )
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> int:
        return self.cleaned_data["seen"] or 0


class NotePaymentForm(_ReceivedForm):
    """A transfer that nobody ordered; the key lets two clicks note it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class AssignForm(forms.Form):
    """For which order a payment is."""

    reference = LineField(label=_("お支払いの番号"), max_length=20)

    def clean_reference(self) -> str:
        return normalised_reference(self.cleaned_data["reference"])


class UndoForm(forms.Form):
    """Why a payment does not stand."""

    cause = forms.ChoiceField(label=_("なにがありましたか"), choices=UndoCause.choices, widget=ChoiceCards)
    reason = LineField(
        label=_("理由"),
        help_text=_("帳簿に残ります。ご本人から開示を求められることがあります。"),
        max_length=200,
    )


class RefundForm(forms.Form):
    """Why money goes back."""

    reason = LineField(
        label=_("理由"),
        help_text=_("帳簿に残ります。ご本人から開示を求められることがあります。"),
        max_length=200,
    )


class LimitForm(forms.Form):
    """From how many yen two people are needed."""

    yen = YenField(
        label=_("いくらから、もうひとりの確認がいるか（円）"),
        min_value=1,
        max_value=TRANSFERS.most_yen,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("金額を数字で入力してください。")},
    )


class KanaForm(forms.Form):
    """The name from which the transfer will come."""

    payer_kana = LineField(
        label=_("お振り込みの名義（カナ、なくてもかまいません）"),
        help_text=_("番号を書き忘れたときも、早く見つけられます。窓口だけが見ます。"),
        max_length=60,
        required=False,
    )
