"""What the last screen before an order by card says (特定商取引法12条の6).

Change VERSION whenever a sentence changes: it is stored with each order beside the text itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kouryu.numbers import with_numbers
from members.cards.limits import CARD_RENEWALS
from members.membership.words import OrderScreen

VERSION = "2026-12-card"


@dataclass(frozen=True)
class CardOrderScreen(OrderScreen):
    """The screen for one plan on one day, where a card pays now and from then on by itself."""

    def _price(self) -> str:
        a_year = self.plan.price_yen * CARD_RENEWALS.a_year // self.plan.months
        return with_numbers(
            _("%(price)s円（税込）。同じ金額を、期間ごとに自動でお支払いいただきます（年に%(a_year)s円）。"),
            price=f"{self.plan.price_yen:,}",
            a_year=f"{a_year:,}",
        )

    def _payment(self) -> str:
        return _(
            "クレジットカード（前払い）。カード番号は、決済会社 Stripe のページで入力します。この場では受けとりません。"
        )

    def _when(self) -> str:
        months = ngettext("%(months)dか月", "%(months)dか月", self.plan.months) % {"months": self.plan.months}
        return _("はじめは、お申し込みのときに。そのあとは、%(months)sごとの同じ日に。") % {"months": months}

    def _start(self) -> str:
        if self.continues:
            return super()._start()
        return _("お支払いが済んだ、その日から。")

    def _renewal(self) -> str:
        return with_numbers(
            _(
                "止めるまで、自動で更新されます（期限はありません）。お支払いの%(days)s日前に、金額、日付、カードの下四桁と、"
                "押すだけで止められるリンクを、メールでお送りします。"
            ),
            days=str(CARD_RENEWALS.days_before(self.plan.months)),
        )

    def _stopping(self) -> str:
        return _(
            "自動更新は、マイページから、いつでも止められます。お支払いずみの期間の終わりまで参加できます。"
            "会に一度も参加していない方に限り、はじめの期間のうちに窓口（%(email)s）へお申し出いただければ、全額をお返しします。"
        ) % {"email": settings.OPERATOR["email"]}
