"""The sentence for each reason that this app's rules give; nowhere else."""

from __future__ import annotations

from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation
from members.rules.block import NoBlock
from members.rules.standing import NoSuspension


def explain(reason: StrEnum) -> Explanation:
    """What the person reads when a flow of this app refused."""
    return _EXPLAINED[reason]()


def _block_not_possible() -> Explanation:
    return Explanation(_("この方はブロックできません。"), _("ブロックしている方を見る"), reverse("members:blocks"))


_EXPLAINED = {
    # --- blocks and standing
    NoBlock.NOT_POSSIBLE: _block_not_possible,
    NoSuspension.ONESELF: lambda: Explanation(_("自分自身の利用を止めることはできません。")),
    NoSuspension.REASON_SHORT: lambda: Explanation(_("理由を10字以上で書いてください。ご本人が読みます。")),
    NoSuspension.UNTIL_PAST: lambda: Explanation(_("きょうよりあとの日を選んでください。")),
    NoSuspension.UNTIL_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoSuspension.NOT_SUSPENDED: lambda: Explanation(_("この方の利用は、いま止まっていません。")),
}
