"""The words of payments and paid days: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class PaymentState(TextChoices):
    OPEN = "open", _("お振り込み待ち")
    CONFIRMED = "confirmed", _("確認ずみ")
    CANCELLED = "cancelled", _("取り消し")


PAYMENT_MOVES = {
    PaymentState.OPEN: {PaymentState.CONFIRMED, PaymentState.CANCELLED},
    PaymentState.CONFIRMED: set(),
    PaymentState.CANCELLED: set(),
}


class PeriodSource(TextChoices):
    PAID = "paid", _("お支払い")
    GRANTED = "granted", _("運営からの付与")
    SERVICE = "service", _("サービスの会員として")
    GIFT = "gift", _("ご招待の贈りもの")


MEMBERSHIP_MAIL = mail_kind("membership", _("会費のお知らせ"))
