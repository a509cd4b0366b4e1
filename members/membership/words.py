"""What the last screen before an order says (特定商取引法12条の6): one list for the page, the mail and the stored copy.

Change VERSION whenever a sentence changes: it is stored with each order beside the text itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.membership.limits import RENEWALS
from members.models import PricePlan

VERSION = "2026-11"


@dataclass(frozen=True)
class OrderScreen:
    """The screen for one plan on one day."""

    plan: PricePlan
    starts_on_if_confirmed_now: date
    due_on: date
    continues: bool  # paid days are left: the new ones follow them

    @property
    def items(self) -> list[tuple[str, str]]:
        """Each legal item: its name and what applies."""
        return [
            (_("内容"), _("交流 kouryu の会員としての参加（会の申し込み、参加、会のあとのことば）")),
            (_("プランと期間"), self._quantity()),
            (_("お支払い金額"), self._price()),
            (_("お支払いの方法"), self._payment()),
            (_("お支払いの時期"), self._when()),
            (_("利用のはじまり"), self._start()),
            (_("お申し込みの期限"), _("ありません。いつでもお申し込みいただけます。")),
            (_("更新"), self._renewal()),
            (_("取り消しとやめかた"), self._stopping()),
        ]

    @property
    def text(self) -> str:
        """The screen as it is stored with the order."""
        return "\n".join(f"{name}: {what}" for name, what in self.items)

    @property
    def fingerprint(self) -> str:
        """Comes back with the form: an order is taken only for the very screen that was shown."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def _quantity(self) -> str:
        months = ngettext("%(months)dか月", "%(months)dか月", self.plan.months) % {"months": self.plan.months}
        return _("%(plan)s（会員1名、%(months)s）") % {"plan": self.plan, "months": months}

    def _price(self) -> str:
        return _("%(price)s円（税込）。1回のお支払いです。ほかに、振込手数料がかかることがあります。") % {
            "price": f"{self.plan.price_yen:,}"
        }

    def _payment(self) -> str:
        return _(
            "銀行振込（前払い）。お申し込みのあとに、振込先（%(account)s）と、お振り込みに添える番号をお知らせします。"
        ) % {"account": settings.OPERATOR["bank_account"]}

    def _when(self) -> str:
        return _("%(day)sまでにお振り込みください。") % {"day": date_format(self.due_on, "DATE_FORMAT")}

    def _start(self) -> str:
        if self.continues:
            return _("いまの会員期間に続けて、%(day)sから。") % {
                "day": date_format(self.starts_on_if_confirmed_now, "DATE_FORMAT")
            }
        return _("お振り込みを窓口が確認した日から（ふつう2営業日以内）。確認したら、メールでお知らせします。")

    def _renewal(self) -> str:
        return _(
            "自動では更新されません。終わりの%(days)d日前に次の期間のご案内をお送りし、お振り込みがなければそのまま終わります。"
        ) % {"days": RENEWALS.notice_days}

    def _stopping(self) -> str:
        return _(
            "お振り込みの前なら、お支払いのページからいつでも取り消せます。お振り込みのあとは、会に一度も参加していない方に限り、"
            "はじめの期間のうちに窓口（%(email)s）へお申し出いただければ、全額をお返しします。会員をやめるときは、マイページから"
            "2回のクリックで終わり、お支払いずみの期間の終わりまで参加できます。"
        ) % {"email": settings.OPERATOR["email"]}
