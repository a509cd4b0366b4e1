"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.numbers import spelled_length, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.desk import refusals as desk
from members.membership.limits import ORDERS, PRICES, TRANSFERS
from members.membership.rules import NoBooking, NoCancellation, NoConfirmation, NoGrant, NoOrder, NoPrice
from members.texts import refusals as texts


def _at_plans(sentence: str) -> Explanation:
    return Explanation(sentence, _("会費のページへ"), reverse("members:plans"))


EXPLAINED: Sentences = {
    **texts.EXPLAINED,
    **desk.EXPLAINED,
    NoGrant.CHANGED_MEANWHILE: lambda: Explanation(
        _("会員期間が、先に変わりました。いまの期間を確かめて、必要ならもう一度おくってください。")
    ),
    NoPrice.KEY_TAKEN: lambda: Explanation(_("この名前（英数字）のプランが、もうあります。別の名前にしてください。")),
    NoPrice.CHANGED_MEANWHILE: lambda: Explanation(
        _("このプランの会費が、先に変わりました。いまの会費を確かめて、必要ならもう一度変えてください。")
    ),
    NoPrice.SAME: lambda: Explanation(_("いちばん新しい会費と同じです。金額か税率を変えてください。")),
    NoPrice.PAST: lambda: Explanation(_("過ぎた日です。今日か、その先の日を入れてください。")),
    NoPrice.FAR_AHEAD: lambda: Explanation(
        with_numbers(_("先すぎます。%(ahead)s以内の日を入れてください。"), ahead=spelled_length(PRICES.farthest_ahead))
    ),
    NoPrice.BEFORE_LAST: lambda: Explanation(
        _("もっとあとの日からの会費が、もう決まっています。その日より先の日を入れてください。")
    ),
    NoOrder.PLAN_GONE: lambda: _at_plans(_("このプランは、いまお申し込みいただけません。ほかのプランをご覧ください。")),
    NoOrder.OTHER_ORDER_OPEN: lambda: _at_plans(
        _("お振り込みを待っているお申し込みがあります。プランを変えるときは、先にそちらを取り消してください。")
    ),
    NoOrder.RENEWS_BY_ITSELF: lambda: Explanation(
        _("次の期間は、カードで自動で更新されます。お支払いを変えるときは、先に自動更新を止めてください。"),
        _("マイページへ"),
        reverse("members:account"),
    ),
    NoOrder.PAID_FAR_AHEAD: lambda: _at_plans(
        with_numbers(
            _("%(ahead)s以上先まで、もうお支払いずみです。いまはお申し込みの必要はありません。"),
            ahead=spelled_length(ORDERS.farthest_ahead),
        )
    ),
    NoOrder.MANY_TODAY: lambda: _at_plans(
        _("今日はお申し込みと取り消しが続いたため、ここまでにさせてください。明日から、またお申し込みいただけます。")
    ),
    NoConfirmation.CANCELLED: lambda: Explanation(
        _(
            "このお申し込みは取り消されています。確認はしていません。お客さまに連絡して、返金か新しいお申し込みをご案内ください。"
        )
    ),
    NoConfirmation.OWN_ORDER: lambda: Explanation(
        _("ご自身のお申し込みは、ほかの担当者が確認します。確認はしていません。")
    ),
    NoConfirmation.NOT_YET: lambda: Explanation(_("これから来る日です。入金のあった日を入れてください。")),
    NoConfirmation.TOO_OLD: lambda: Explanation(
        with_numbers(
            _("%(oldest)sより前の日です。入金のあった日を確かめてください。"), oldest=spelled_length(TRANSFERS.oldest)
        )
    ),
    NoBooking.OWN: lambda: Explanation(_("ご自身に関わるお金は、ほかの担当者が扱います。何も記していません。")),
    NoBooking.UNDONE: lambda: Explanation(_("この入金は、もう取り消されています。")),
    NoBooking.NO_SUCH_DUE: lambda: Explanation(_("この番号のお申し込みはありません。番号をもう一度ご確認ください。")),
    NoBooking.DUE_SETTLED: lambda: Explanation(_("このお申し込みは、もうお支払いを待っていません。")),
    NoBooking.NOTHING_LEFT: lambda: Explanation(_("この入金は、もう残っていません。")),
    NoBooking.FORGIVE_NOT_PART: lambda: Explanation(_("まだ一部も入金がありません。先に入金を記してください。")),
    NoBooking.FORGIVE_TOO_MUCH: lambda: Explanation(
        with_numbers(
            _("不足が%(most)s円より多いので、残りのお振り込みをお待ちください。"), most=TRANSFERS.most_forgiven_yen
        )
    ),
    NoBooking.REFUNDED: lambda: Explanation(_("この入金からは、もう返金が決まっています。取り消せません。")),
    NoBooking.USED_ELSEWHERE: lambda: Explanation(
        _("この入金の一部は、ほかに使われています。取り消せません。返金でお返しください。")
    ),
    NoBooking.CREDIT_SHORT: lambda: _at_plans(_("お預かりしている金額が、会費に足りません。")),
    NoBooking.NO_AGREEMENT: lambda: _at_plans(_("続けるプランが、いまはありません。プランをお選びください。")),
    NoBooking.NO_CREDIT: lambda: _at_plans(_("お預かりしているお金は、ありません。")),
    NoBooking.SAME_PERSON: lambda: Explanation(_("申し出た方とは別の担当者が確認します。")),
    NoBooking.SETTLED_MEANWHILE: lambda: Explanation(_("この申し出は、先に済んでいます。")),
    NoCancellation.CONFIRMED: lambda: Explanation(
        _("お振り込みを確認したお申し込みは、ここでは取り消せません。返金については窓口へご連絡ください。"),
        _("お問い合わせ先を見る"),
        reverse("members:contact"),
    ),
}

explain = explainer(EXPLAINED)
