"""What do people read while they choose a password? allauth's forms, with one sentence instead of a list of rules."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("15文字以上。ことばをいくつか並べると、覚えやすく、見破られにくくなります。")


class _OneHint:
    """The validators still say what is wrong with a password, once one was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class SignupForm(_OneHint, forms.SignupForm):
    """An address and a password."""


class ChangePasswordForm(_OneHint, forms.ChangePasswordForm):
    """The password so far, and the new one twice."""


class ResetPasswordKeyForm(_OneHint, forms.ResetPasswordKeyForm):
    """The new password, after the code from the mail."""
