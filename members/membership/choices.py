"""The words of dues, of the book and of paid days: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class DueState(TextChoices):
    OPEN = "open", _("お支払い待ち")
    CONFIRMED = "confirmed", _("確認ずみ")
    CANCELLED = "cancelled", _("取り消し")


DUE_MOVES = {
    DueState.OPEN: {DueState.CONFIRMED, DueState.CANCELLED},
    # Its payment was booked by mistake, or came back: it waits again, or is off where another one waits by now.
    DueState.CONFIRMED: {DueState.OPEN, DueState.CANCELLED},
    DueState.CANCELLED: set(),
}


class BookAccount(TextChoices):
    """The accounts of the book. What we have is above zero, what we owe or earned is below."""

    BANK = "bank", _("普通預金")
    CARD = "card", _("カード会社の預り")  # charged, not yet paid out to the bank
    UNKNOWN = "unknown", _("仮受金")  # came in, and nobody knows for whom
    CREDIT = "credit", _("会員の前受金")  # a member's, not yet for a due
    DEFERRED = "deferred", _("前受収益")  # paid for a due, its days not yet over
    INCOME = "income", _("会費収入")
    REFUNDS = "refunds", _("返金の未払い")
    FEES = "fees", _("支払手数料")
    DIFFERENCES = "differences", _("過不足")  # let go, in favour of either side


class BookingKind(TextChoices):
    RECEIVED = "received", _("入金")
    ALLOCATED = "allocated", _("充当")
    FORGIVEN = "forgiven", _("不足の免除")
    ASSIGNED = "assigned", _("入金の名寄せ")
    MOVED = "moved", _("未使用分の振替")
    EARNED = "earned", _("収益の計上")
    REFUND_OWED = "refund-owed", _("返金の決定")
    REFUND_PAID = "refund-paid", _("返金の支払い")
    PAID_OUT = "paid-out", _("カード会社からの入金")
    REVERSED = "reversed", _("取り消し")


class PaymentWay(TextChoices):
    TRANSFER = "transfer", _("銀行振込")
    CARD = "card", _("カード")


class PeriodSource(TextChoices):
    PAID = "paid", _("お支払い")
    GRANTED = "granted", _("運営からの付与")
    SERVICE = "service", _("サービスの会員として")
    GIFT = "gift", _("ご招待の贈りもの")


class UndoCause(TextChoices):
    """Why a payment no longer stands."""

    MISTAKE = "mistake", _("記録のまちがいだった")
    RETURNED = "returned", _("銀行から戻された")


class BookAct(TextChoices):
    """What two people do together above the owner's limit."""

    CONFIRM = "confirm", _("入金を記す")
    NOTE = "note", _("申し込みのない入金を記す")
    ASSIGN = "assign", _("入金を会費にあてる")
    UNDO = "undo", _("入金を取り消す")
    REFUND = "refund", _("お金を返す")


class ProposalState(TextChoices):
    OPEN = "open", _("もうひとりを待っています")
    DONE = "done", _("確認ずみ")
    DECLINED = "declined", _("見送り")


class DaysChange(TextChoices):
    """Why days are no longer what they were."""

    UNDONE = "undone", _("入金の取り消し")
    MOVED = "moved", _("前の期間に続けた")
    PAUSED = "paused", _("お休み")
    CHANGED = "changed", _("プランの変更")
    REFUNDED = "refunded", _("返金")


MEMBERSHIP_MAIL = mail_kind("membership", _("会費のお知らせ"))
