"""Where allauth's second factors meet ours: secrets are encrypted, and each change is noted and told."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kouryu import encryption
from kouryu.references import reference_to
from members.models import User
from members.security import flows, queries
from members.security.choices import SecurityChange
from members.security.rules import device_of

# allauth's notices that we mail, and what each says; `AccountAdapter.send_notification_mail` reads this.
NOTICES = {
    "mfa/email/totp_activated": SecurityChange.APP_ADDED,
    "mfa/email/totp_deactivated": SecurityChange.APP_REMOVED,
    "mfa/email/webauthn_added": SecurityChange.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": SecurityChange.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": SecurityChange.CODES_MADE,
}


class MFAAdapter(DefaultMFAAdapter):
    """Everything that differs from allauth's defaults."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("コードが合いません。いま表示されているコードを、もう一度入れてください。"),
        "incorrect_passkey": _(
            "パスキーで確かめられませんでした。もう一度お試しいただくか、ほかの方法をお使いください。"
        ),
        "known_passkey": _("このパスキーは、もう加わっています。"),
        "too_many_passkeys": _("パスキーは、これ以上加えられません。使っていないものを、先に外してください。"),
        "unverified_email": _(
            "確認を待っているメールアドレスがあります。先に、アドレスの変更を終えるか、やめてください。"
        ),
        "cannot_generate_recovery_codes": _(
            "予備コードは、認証アプリかパスキーといっしょに使います。先に、どちらかを加えてください。"
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The site's name beside the code in an app."""
        return gettext("交流 kouryu")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the name of the site in the address."""
        return super().get_public_key_credential_rp_entity() | {"name": gettext("交流 kouryu")}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """The number of an account would tell how many there are; a reference finds nothing but tells them apart."""
        return {
            "id": reference_to("passkey-owner", user.pk).encode(),
            "name": user.email,
            "display_name": user.called_name or user.email,
        }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What the device calls itself: passkeys are told apart by where they were made."""
        return device_of(context.request.headers.get("User-Agent", "")) or gettext("パスキー")


def connect() -> None:
    """Hear of what allauth does with second factors."""
    heard = {
        signals.authenticator_added: note_added,
        signals.authenticator_removed: note_removed,
        signals.authenticator_reset: note_renewed,
        signals.authenticator_used: note_used,
        signals.authentication_failed: note_wrong,
    }
    for signal, note in heard.items():
        signal.connect(note, dispatch_uid=f"security/{note.__name__}")


def note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_others: Any) -> None:
    """Whoever has just set a second factor up has proved it in this session."""
    flows.add_factor(member=user, kind=authenticator.type, now=timezone.now())
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        queries.note_proof(request.session, user)


def note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_others: Any) -> None:
    """Without any second factor left, nothing proves this session any more."""
    flows.remove_factor(member=user, kind=authenticator.type, here=request.session.session_key, now=timezone.now())
    if not queries.has_factor(user):
        queries.forget_proof(request.session)


def note_renewed(request: HttpRequest, user: User, **_others: Any) -> None:
    flows.renew_recovery_codes(member=user, now=timezone.now())


def note_used(request: HttpRequest, user: User, authenticator: Authenticator, **_others: Any) -> None:
    queries.note_proof(request.session, user)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        flows.use_recovery_code(member=user, now=timezone.now())


def note_wrong(request: HttpRequest, user: User, **_others: Any) -> None:
    flows.fail_to_prove(member=user, why="factor", now=timezone.now())
