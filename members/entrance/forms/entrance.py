"""The forms before signing in: allauth's, with one sentence about passwords and fields that read any keyboard."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from kouryu.numbers import with_numbers
from members.accounts.fields import AddressField
from members.admission.queries import pending_invitation
from members.admission.refusals import explain
from members.admission.rules import NoWayIn, is_for
from members.models import User
from members.security.forms import CodeField

PASSWORD_HINT = with_numbers(
    _("%(least)s文字以上。ことばをいくつか並べると、覚えやすく、見破られにくくなります。"),
    least=settings.PASSWORD_AT_LEAST,
)


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
    """An address and a password. An invitation for one address is told at once where another one is typed."""

    def clean_email(self) -> str:
        invitation = pending_invitation(context.request.session)
        if invitation and not is_for(invitation.address, self.cleaned_data["email"]):
            raise ValidationError(explain(NoWayIn.OTHER_ADDRESS).sentence, code="other-address")
        return super().clean_email()

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


class ProofCodeForm(Form):
    """The code that proves who is signed in."""

    code = CodeField()

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_sent, self._expected = bool(expected), expected

    def clean_code(self) -> str:
        typed, expected = self.cleaned_data["code"], self._expected.replace("-", "")
        if not expected or not constant_time_compare(typed, expected):
            raise get_adapter().validation_error("incorrect_code")
        return typed


class LoginCodeForm(forms.ConfirmLoginCodeForm):
    """The code that signs a member in."""

    code = CodeField()
