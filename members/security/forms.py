"""Codes as any keyboard types them, with limits that guesses of others do not use up; passkeys."""

from __future__ import annotations

import hashlib
import re
import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import BooleanField, CharField, Form, HiddenInput, JSONField, TextInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import RegistrationResponse

from kouryu.fields import LineField, WordsField
from kouryu.widgets import CountedTextarea
from kouryu.words import normalised
from members.accounts.fields import AddressField
from members.models import User
from members.security import flows, known_browser
from members.security.limits import FACTORS, RESETS
from members.security.queries import find_passkey, passkeys_of


class CodeField(CharField):
    """A code as a Japanese keyboard types it: wide letters, a long-vowel mark for a dash, spaces, any case."""

    def __init__(self, *, is_numeric: bool = False, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        if is_numeric:
            attrs["inputmode"] = "numeric"
        super().__init__(**{"label": _("コード"), "max_length": 50, "widget": TextInput(attrs=attrs), **kwargs})

    def to_python(self, value: Any) -> str:
        return re.sub(r"[^A-Z0-9]", "", normalised("NFKC", super().to_python(value)).upper())


def _factor_field() -> CodeField:
    return CodeField(
        label=_("認証コード"),
        help_text=_("認証アプリに表示されている数字か、予備コードをひとつ入れてください。"),
        is_numeric=True,
    )


class _Guesses:
    """How often codes may be tried for an account: counted apart in each browser that its owner signed in with.

    The key holds what a new password or address changes: whoever knew the old ones has used up nothing of the new.
    """

    def __init__(self, member: User) -> None:
        browser = known_browser.id_for(context.request, member)
        self.action = "factor_known_browser" if browser else "factor_elsewhere"
        self.key = f"{browser} {member.pk} {member.get_session_auth_hash()}"

    def count(self) -> None:
        """Refused with a sentence about codes when it is one too many."""
        if not ratelimit.consume(context.request, action=self.action, key=self.key):
            raise get_account_adapter().validation_error("codes_paused")

    def forget(self) -> None:
        ratelimit.clear(context.request, action=self.action, key=self.key)


class _LimitedCode:
    """Puts our limits before allauth's own, and lets no code of an app be used a second time while it holds."""

    def clean_code(self) -> str:
        guesses = _Guesses(self.user)
        guesses.count()
        try:
            code = super().clean_code()
        except ValidationError as wrong:
            # allauth's limit of failures per network, with its sentence about mails with codes.
            if wrong.code == "too_many_login_attempts":
                raise get_account_adapter().validation_error("codes_paused") from wrong
            raise
        if self.authenticator.type == Authenticator.Type.TOTP and not _is_first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        guesses.forget()
        return code


def _is_first_use(member: User, code: str) -> bool:
    """allauth remembers a code for one period, while it is taken in those beside, too."""
    used = hashlib.sha256(f"{member.pk} {code}".encode()).hexdigest()
    return cache.add(f"factor-used/{used}", True, FACTORS.code_holds_for.total_seconds())


class AuthenticateForm(_LimitedCode, base.AuthenticateForm):
    """The second step of signing in."""

    code = _factor_field()


class ReauthenticateForm(_LimitedCode, base.ReauthenticateForm):
    """The proof before something that matters is changed."""

    code = _factor_field()


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code of an app that is being set up."""

    code = CodeField(
        label=_("認証コード"), help_text=_("アプリに表示されている数字を入れてください。"), is_numeric=True
    )

    def clean_code(self) -> str:
        """The code that sets the app up signs nobody in afterwards, though the app still shows it."""
        code = super().clean_code()
        if not _is_first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


# What a browser may send instead of a passkey: other shapes, broken signatures, nothing.
UNPROVED = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError, struct.error)
# Fields of which fido2 makes bytes. Of a number it would make as many bytes in memory.
TEXTS = ("id", "rawId")
TEXTS_OF_RESPONSE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


class CredentialField(JSONField):
    """What a browser sends of a passkey: JSON, neither longer nor deeper than any passkey is."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > FACTORS.credential:
            raise get_adapter().validation_error("incorrect_passkey")
        try:
            return super().to_python(value)
        except RecursionError as wrong:
            raise get_adapter().validation_error("incorrect_passkey") from wrong

    def bound_data(self, data: Any, initial: Any) -> Any:
        """None of what was sent: each passkey answers one question, and the page asks another."""
        return None


def _refuse_numbers(credential: dict[str, Any]) -> None:
    """A ValueError where a number stands instead of bytes, in the JSON or in the CBOR within."""
    response = credential["response"]
    texts = [credential.get(name) for name in TEXTS] + [response.get(name) for name in TEXTS_OF_RESPONSE]
    if not all(text is None or isinstance(text, str) for text in texts):
        raise ValueError
    if made := response.get("attestationObject"):
        cbor_data = cbor.decode(websafe_decode(made))["authData"]
        if not isinstance(cbor_data, bytes):
            raise ValueError


class _PasskeyProof:
    """Whatever is wrong with what the browser sends, its member reads one sentence about passkeys."""

    def clean_credential(self) -> Authenticator:
        try:
            _refuse_numbers(self.cleaned_data["credential"])
            return super().clean_credential()
        except ValidationError as wrong:
            is_pause = wrong.code == "too_many_login_attempts"
            cause, refusal = wrong, "codes_paused" if is_pause else "incorrect_passkey"
        except UNPROVED as wrong:
            cause, refusal = wrong, "incorrect_passkey"
        if self.user:
            flows.fail_to_prove(member=self.user, why="passkey", now=timezone.now())
        adapter = get_account_adapter() if refusal == "codes_paused" else get_adapter()
        raise adapter.validation_error(refusal) from cause


class AuthenticatePasskeyForm(_PasskeyProof, webauthn.AuthenticateWebAuthnForm):
    """The second step of signing in."""

    credential = CredentialField(widget=HiddenInput)


class ReauthenticatePasskeyForm(_PasskeyProof, webauthn.ReauthenticateWebAuthnForm):
    """The proof before something that matters is changed."""

    credential = CredentialField(widget=HiddenInput)


class LoginPasskeyForm(_PasskeyProof, webauthn.LoginWebAuthnForm):
    """Signing in with a passkey alone: whose it is follows from its id."""

    credential = CredentialField(widget=HiddenInput)

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        passkey = find_passkey(str(credential.get("id"))) if isinstance(credential, dict) else None
        if passkey is None:
            raise get_adapter().validation_error("incorrect_passkey")
        self.user = passkey.user
        return super().clean_credential()


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A new passkey and its name."""

    name = LineField(
        label=_("名前"),
        help_text=_("どの端末のものかが、あとで分かる名前にしてください。"),
        max_length=FACTORS.passkey_name,
        required=False,
    )
    passwordless = BooleanField(
        label=_("アドレスもパスワードも入れずにログインする"),
        help_text=_("指紋や顔、端末の暗証番号で確かめられる端末で選べます。外すと、二段階めとしてだけ使います。"),
        required=False,
        initial=True,
    )
    credential = CredentialField(widget=HiddenInput)
    field_order = ("name", "passwordless")

    def clean(self) -> dict[str, Any]:
        if passkeys_of(self.user).count() >= FACTORS.passkeys:
            raise get_adapter().validation_error("too_many_passkeys")
        try:
            if self.cleaned_data.get("credential"):
                _refuse_numbers(self.cleaned_data["credential"])
            cleaned = super().clean()
            made = _id_in(cleaned["credential"]) if cleaned.get("credential") else ""
        except ValidationError as wrong:
            raise get_adapter().validation_error("incorrect_passkey") from wrong
        except UNPROVED as wrong:
            raise get_adapter().validation_error("incorrect_passkey") from wrong
        if made and find_passkey(made):
            raise get_adapter().validation_error("known_passkey")
        return cleaned


def _id_in(credential: dict[str, Any]) -> str:
    """The id that the authenticator itself gave; a ValueError where the browser claims another."""
    made = RegistrationResponse.from_dict(credential).response.attestation_object.auth_data.credential_data
    if websafe_encode(made.credential_id) != credential["id"]:
        raise ValueError
    return credential["id"]


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = LineField(label=_("名前"), max_length=FACTORS.passkey_name)


class LostForm(Form):
    """Who lost every second factor, and how staff may find out that it is them."""

    address = AddressField(label=_("登録のメールアドレス"))
    words = WordsField(
        label=_("ご本人と確かめる手がかり"),
        help_text=_(
            "お電話できる時間や、最近のお振り込みのことなど。パスワードやコードは書かないでください。担当だけが読みます。"
        ),
        max_length=RESETS.words,
        widget=CountedTextarea(attrs={"rows": 4}),
        required=False,
    )
