"""The sentence for each reason that this app's rules give; nowhere else."""

from __future__ import annotations

from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation
from members.rules.block import NoBlock
from members.rules.membership import NoCancellation, NoConfirmation, NoOrder
from members.rules.standing import NoSuspension


def explain(reason: StrEnum) -> Explanation:
    """What the person reads when a flow of this app refused."""
    return _EXPLAINED[reason]()


def _block_not_possible() -> Explanation:
    return Explanation(_("この方はブロックできません。"), _("ブロックしている方を見る"), reverse("members:blocks"))


def _at_plans(sentence: str) -> Explanation:
    return Explanation(sentence, _("会費のページへ"), reverse("members:plans"))


_EXPLAINED = {
    # --- blocks and standing
    NoBlock.NOT_POSSIBLE: _block_not_possible,
    NoSuspension.ONESELF: lambda: Explanation(_("自分自身の利用を止めることはできません。")),
    NoSuspension.REASON_SHORT: lambda: Explanation(_("理由を10字以上で書いてください。ご本人が読みます。")),
    NoSuspension.UNTIL_PAST: lambda: Explanation(_("きょうよりあとの日を選んでください。")),
    NoSuspension.UNTIL_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoSuspension.NOT_SUSPENDED: lambda: Explanation(_("この方の利用は、いま止まっていません。")),
    # --- membership
    NoOrder.PLAN_GONE: lambda: _at_plans(_("このプランは、いまお申し込みいただけません。ほかのプランをご覧ください。")),
    NoOrder.OTHER_ORDER_OPEN: lambda: _at_plans(
        _("お振り込みを待っているお申し込みがあります。プランを変えるときは、先にそちらを取り消してください。")
    ),
    NoOrder.PAID_FAR_AHEAD: lambda: _at_plans(
        _("1年以上先まで、もうお支払いずみです。いまはお申し込みの必要はありません。")
    ),
    NoConfirmation.CANCELLED: lambda: Explanation(
        _(
            "このお申し込みは取り消されています。確認はしていません。お客さまに連絡して、返金か新しいお申し込みをご案内ください。"
        )
    ),
    NoConfirmation.OWN_ORDER: lambda: Explanation(
        _("ご自身のお申し込みは、ほかの担当者が確認します。確認はしていません。")
    ),
    NoConfirmation.AMOUNT_DIFFERS: lambda: Explanation(
        _("入金額が、お申し込みの金額とちがいます。確認はしていません。通帳の金額をもう一度ご確認ください。")
    ),
    NoCancellation.CONFIRMED: lambda: Explanation(
        _("お振り込みを確認したお申し込みは、ここでは取り消せません。返金については窓口へご連絡ください。"),
        _("お問い合わせ先を見る"),
        reverse("members:contact"),
    ),
}
