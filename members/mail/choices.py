"""The states of mails, and the mails with a code."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class MailState(TextChoices):
    QUEUED = "queued", _("送信待ち")
    SENDING = "sending", _("送信中")
    SENT = "sent", _("送信ずみ")
    FAILED = "failed", _("届けられず")
    UNKNOWN = "unknown", _("届いたか不明")
    DROPPED = "dropped", _("送らない")


ENDED_MAIL = {MailState.SENT, MailState.FAILED, MailState.UNKNOWN, MailState.DROPPED}  # nothing more becomes of it


class CodeMail(StrEnum):
    """The mails with a code that lets its reader in; their keys begin with `account/` and this."""

    VERIFICATION = "verification-code"
    NEW_PASSWORD = "password-code"  # noqa: S105 - a name
    LOGIN = "login-code"
    PROOF = "proof-code"


ACCOUNT_MAIL = mail_kind("account", _("アカウントの大切なお知らせ"))
