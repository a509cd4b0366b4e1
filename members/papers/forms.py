"""What a member says of their receipt."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import NameField
from members.papers.drawings import unprintable
from members.papers.limits import RECEIPTS


class AddresseeForm(forms.Form):
    addressee = NameField(
        label=_("宛名"),
        help_text=_("会社のお名前でも、ご自身のお名前でもかまいません。「様」や「御中」も、そのまま印刷されます。"),
        max_length=RECEIPTS.addressee_at_most,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def clean_addressee(self) -> str:
        addressee = self.cleaned_data["addressee"]
        if missing := unprintable(addressee):
            raise forms.ValidationError(
                _("この文字は領収書に印刷できません：%(letters)s　ほかの文字で書いてください。"),
                params={"letters": " ".join(missing)},
            )
        return addressee
