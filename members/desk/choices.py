"""The words of the desk: why staff open a member's page, and by what members are found."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """Why somebody on the staff opens the page of a member. The member reads it."""

    QUESTION = "question", _("ご本人からのお問い合わせ")
    PAYMENT = "payment", _("お振り込みの確認")
    SAFETY = "safety", _("見守りのため")
    CORRECTION = "correction", _("登録内容の直し")
    APPLICATION = "applying", _("お申し込みを読むため")
    OTHER = "other", _("そのほか")


class StaffAct(TextChoices):
    """What was done at the page of a member, by its verb in the record of acts."""

    CORRECT_NAME = "correct-name", _("お名前を直した")
    GRANT_ROLE = "grant-role", _("役割をわたした")
    END_ROLE = "end-role", _("役割を終えた")
    END_SESSIONS = "end-sessions", _("すべての端末からログアウトした")
    PROPOSE_RESET = "propose-reset", _("二段階認証を外すことを申し出た")
    CONFIRM_RESET = "confirm-reset", _("二段階認証を外すことに同意した")
    DECLINE_RESET = "decline-reset", _("二段階認証を外すのを見送った")
    SEND_SIGN_IN = "send-sign-in", _("ログインのご案内を送った")
    CORRECT_ATTENDANCE = "correct-attendance", _("参加の記録を直した")
    GRANT_PERIOD = "grant-period", _("期間をおくった")
    BEGIN_LEAVING = "ask-to-leave", _("アカウントの消去をはじめた")


class SearchKind(TextChoices):
    """What a search key was made of."""

    CALLED = "called", _("呼ばれたい名前")
    NAME = "name", _("お名前")
    READING = "reading", _("お名前の読み")
    ADDRESS = "address", _("メールアドレス")
