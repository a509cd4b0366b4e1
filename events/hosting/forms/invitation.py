"""The form of whom a host would like to invite."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from events.hosting.limits import INVITATIONS
from kouryu.numbers import with_numbers

LONGEST = 320  # of an address (RFC 5321: 64, the sign, 255)


class AddressesField(forms.CharField):
    """Addresses with spaces, commas or lines between them, each once."""

    widget = forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: str) -> list[str]:
        addresses = list(dict.fromkeys(super().clean(value).replace(",", " ").replace("、", " ").lower().split()))
        if len(addresses) > INVITATIONS.at_once:
            raise ValidationError(
                _("一度に%(most)s件までです。分けて入れてください。"), params={"most": INVITATIONS.at_once}
            )
        check = EmailValidator(
            _("「%(value)s」は、メールアドレスとして読めません。直してから、もう一度お試しください。")
        )
        for address in addresses:
            check(address)
        return addresses


class InvitationForm(forms.Form):
    addresses = AddressesField(
        label=_("招待したい方のメールアドレス"),
        max_length=INVITATIONS.at_once * LONGEST,
        help_text=with_numbers(
            _("一行にひとつずつ。%(most)s件まで。会員の方にだけ、ご招待が届きます。"), most=INVITATIONS.at_once
        ),
    )
