"""The sentence for each reason that the rules of this chapter give. A notice is read by a program, and by who looks."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.cards.rules import NoCardPayment, NoNotice
from members.membership import refusals as membership

EXPLAINED: Sentences = {
    **membership.EXPLAINED,
    NoCardPayment.NOT_OPEN: lambda: Explanation(
        _("このお申し込みは、もうお支払いを待っていません。お支払いのページで、いまの状態をご確認ください。"),
        _("会費のページへ"),
        reverse("members:plans"),
    ),
    NoCardPayment.AWAY: lambda: Explanation(
        _("いま、カードの決済ページにつながりません。お支払いはまだです。少し待って、もう一度お試しください。"),
        _("会費のページへ"),
        reverse("members:plans"),
    ),
    NoCardPayment.NO_CUSTOMER: lambda: Explanation(
        _("カードでのお支払いは、まだありません。"), _("会費のページへ"), reverse("members:plans")
    ),
    NoNotice.NOT_SIGNED: lambda: Explanation(_("署名が正しくないか、古すぎます。")),
    NoNotice.UNREADABLE: lambda: Explanation(_("通知として読めません。")),
    NoNotice.OTHER_ACCOUNT: lambda: Explanation(_("別のアカウントの通知です。")),
    NoNotice.OTHER_MODE: lambda: Explanation(_("本番とテストがちがう通知です。")),
}

explain = explainer(EXPLAINED)
