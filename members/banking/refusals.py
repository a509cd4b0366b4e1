"""The sentence for each reason that the flows of this chapter give."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.banking.rules.matching import NoBankAct

EXPLAINED: Sentences = {
    NoBankAct.OVER: lambda: Explanation(
        _("この行は、先にほかの担当が記帳しました。何も変えていません。いまのようすを確かめてください。")
    ),
    NoBankAct.NO_DUE: lambda: Explanation(
        _("この番号で、お振り込みを待っているお申し込みはありません。記帳していません。番号を確かめてください。")
    ),
    NoBankAct.OWN_DUE: lambda: Explanation(_("ご自身のお申し込みは、ほかの担当者が記帳します。何も変えていません。")),
    NoBankAct.SPENT: lambda: Explanation(
        _(
            "この入金の一部は、ほかのお支払いに使われたか、収益に計上されています。取り消していません。先にそちらを取り消してください。"
        )
    ),
    NoBankAct.RENEWED: lambda: Explanation(
        _(
            "この入金で始まった期間には、もう次の期間のご案内が出ています。取り消していません。責任者に相談してください。"
        )
    ),
}

explain = explainer(EXPLAINED)
