"""The kinds and states of mails."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class MailKind(TextChoices):
    """What a mail is about; the optional kinds can be switched off by the member."""

    ACCOUNT = "account", _("アカウントの大切なお知らせ")
    MEMBERSHIP = "membership", _("会費のお知らせ")
    SEAT = "seat", _("申し込みと席のお知らせ")
    HOSTING = "hosting", _("進行役へのお知らせ")
    DAY_BEFORE = "day-before", _("会の前の日のお知らせ（20時）")
    HOUR_BEFORE = "hour-before", _("会の1時間前のお知らせ")
    FIVE_MINUTES = "five-minutes", _("会の5分前のお知らせ")
    FOLLOW_UP = "follow-up", _("会のあとのお知らせ")
    LETTER = "letter", _("ことばが届いたお知らせ")
    SAFETY = "safety", _("安心のためのお知らせ")
    TALK = "talk", _("ふたりの時間の約束のお知らせ")
    INVITATION = "invitation", _("会へのご招待")
    DRAFT = "draft", _("書きかけの強みのお知らせ")
    STEP = "step", _("次の一歩のお知らせ")
    TIE = "tie", _("つながりのお知らせ")
    DIGEST = "digest", _("月に一度のおたより")
    STATEMENT = "statement", _("会費と、得たもののふりかえり")
    ANNIVERSARY = "anniversary", _("出会って一年のおたより")


OPTIONAL_MAIL = {
    MailKind.DAY_BEFORE,
    MailKind.HOUR_BEFORE,
    MailKind.FIVE_MINUTES,
    MailKind.FOLLOW_UP,
    MailKind.LETTER,
    MailKind.INVITATION,
    MailKind.DRAFT,
    MailKind.STEP,
    MailKind.TIE,
    MailKind.DIGEST,
    MailKind.STATEMENT,
    MailKind.ANNIVERSARY,
}


# About a seat that the member holds: they come although the member rests, and take no place of the week.
REMINDER_MAIL = {MailKind.DAY_BEFORE, MailKind.HOUR_BEFORE, MailKind.FIVE_MINUTES}


# Of these at most OPTIONAL.a_week (limits.py) reach a member within seven days.
WEEKLY_MAIL = OPTIONAL_MAIL - REMINDER_MAIL


# Told when it happens, by no sweep that asks again: one too many for its week is never sent (docs/decisions/0023).
TOLD_ONCE_MAIL = {MailKind.LETTER, MailKind.TIE}
