"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.numbers import spelled_length, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.membership import refusals as membership
from members.standing.limits import REASONS, SUSPENSIONS
from members.standing.rules import NoBlock, NoSuspension


def _block_not_possible() -> Explanation:
    return Explanation(_("この方はブロックできません。"), _("ブロックしている方を見る"), reverse("members:blocks"))


EXPLAINED: Sentences = {
    **membership.EXPLAINED,
    NoBlock.NOT_POSSIBLE: _block_not_possible,
    NoSuspension.ONESELF: lambda: Explanation(_("自分自身の利用を止めることはできません。")),
    NoSuspension.ONLY_OWNER: lambda: Explanation(_("見守りの担当と責任者の利用については、責任者が決めます。")),
    NoSuspension.LIFT_UNEXPLAINED: lambda: Explanation(
        with_numbers(_("理由を%(least)s字以上で書いてください。運営の記録に残ります。"), least=REASONS.at_least)
    ),
    NoSuspension.REASON_SHORT: lambda: Explanation(
        with_numbers(_("理由を%(least)s字以上で書いてください。ご本人が読みます。"), least=REASONS.at_least)
    ),
    NoSuspension.UNTIL_PAST: lambda: Explanation(_("きょうよりあとの日を選んでください。")),
    NoSuspension.UNTIL_FAR: lambda: Explanation(
        with_numbers(_("%(ahead)s以内の日を選んでください。"), ahead=spelled_length(SUSPENSIONS.longest))
    ),
    NoSuspension.NOT_SUSPENDED: lambda: Explanation(_("この方の利用は、いま止まっていません。")),
}

explain = explainer(EXPLAINED)
