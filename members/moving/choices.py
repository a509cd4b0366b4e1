"""The columns of a list of members, what becomes of one, and the mail that invites those in it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class Column(TextChoices):
    """What a list of members says of each; the value is also an English heading."""

    ADDRESS = "email", _("メールアドレス")
    NAME = "name", _("お名前")
    READING = "reading", _("お名前の読み")
    CALLED = "called_name", _("呼ばれたい名前")
    LAST_DAY = "last_day", _("会員期間の最後の日")
    NOTE = "note", _("メモ")


class ImportState(TextChoices):
    WAITING = "waiting", _("確かめています")
    DONE = "done", _("登録しました")
    DROPPED = "dropped", _("取りやめました")


MOVING_MAIL = mail_kind("moving-in", _("登録のご案内"))
