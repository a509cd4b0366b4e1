"""The forms before signing in: allauth's, with one sentence about passwords and fields that read any keyboard."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.fields import EmailField
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kouryu.numbers import with_numbers
from kouryu.words import normalised
from members.accounts.rules import BadAddress, why_no_mail_to
from members.models import User
from members.security.forms import CodeField

PASSWORD_HINT = with_numbers(
    _("%(least)s文字以上。ことばをいくつか並べると、覚えやすく、見破られにくくなります。"),
    least=settings.PASSWORD_AT_LEAST,
)

BAD_ADDRESSES = {
    BadAddress.NOT_ASCII: _(
        "半角の英数字と記号だけのアドレスを入れてください。ほかの文字を含むアドレスには、お届けできません。"
    ),
    BadAddress.DOTS: _(
        "「.」が続くアドレスや、「@」のすぐ前に「.」があるアドレスには、お届けできません。"
        "お手数ですが、ほかのメールアドレスをお使いください。"
    ),
}


class AddressField(EmailField):
    """An address as any keyboard types it; one that no mail reaches is refused with the reason."""

    def to_python(self, value: Any) -> str:
        return normalised("NFKC", super().to_python(value)).replace("。", ".").strip()

    def clean(self, value: Any) -> str:
        if reason := why_no_mail_to(self.to_python(value)):
            raise ValidationError(BAD_ADDRESSES[reason], code=reason.value)
        return super().clean(value)


class _AnyKeyboard:
    """Puts an `AddressField` in the place of allauth's field."""

    address = "email"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        old = self.fields[self.address]
        self.fields[self.address] = AddressField(label=old.label, required=old.required)


class _OneHint:
    """The validators still say what is wrong with a password, once one was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class SignupForm(_AnyKeyboard, _OneHint, forms.SignupForm):
    """An address and a password."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new account; where a second click overtook the first, the answer that every known address gets."""
        try:
            return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class LoginForm(_AnyKeyboard, forms.LoginForm):
    """The address and the password."""

    address = "login"


class RequestLoginCodeForm(_AnyKeyboard, forms.RequestLoginCodeForm):
    """The address that gets a code to sign in with."""


class ResetPasswordForm(_AnyKeyboard, forms.ResetPasswordForm):
    """The address that gets a code to choose a new password with."""


class AddEmailForm(_AnyKeyboard, forms.AddEmailForm):
    """The new address."""


class ChangePasswordForm(_OneHint, forms.ChangePasswordForm):
    """The password so far, and the new one twice."""


class ResetPasswordKeyForm(_OneHint, forms.ResetPasswordKeyForm):
    """The new password, after the code from the mail."""


class AddressCodeForm(forms.ConfirmEmailVerificationCodeForm):
    """The code that proves an address: at sign-up, and when it changes."""

    code = CodeField()


class PasswordCodeForm(forms.ConfirmPasswordResetCodeForm):
    """The code that lets a member choose a new password."""

    code = CodeField()


class LoginCodeForm(forms.ConfirmLoginCodeForm):
    """The code that signs a member in."""

    code = CodeField()
