"""The sentence for each reason that the flows of this chapter give."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.banking.rules.matching import NoBankAct
from members.membership import refusals as membership

EXPLAINED: Sentences = {
    **membership.EXPLAINED,
    NoBankAct.OVER: lambda: Explanation(
        _("この行は、先にほかの担当が記帳しました。何も変えていません。いまのようすを確かめてください。")
    ),
    NoBankAct.NO_DUE: lambda: Explanation(
        _("この番号で、お振り込みを待っているお申し込みはありません。記帳していません。番号を確かめてください。")
    ),
    NoBankAct.OWN_DUE: lambda: Explanation(_("ご自身のお申し込みは、ほかの担当者が記帳します。何も変えていません。")),
    NoBankAct.TWO_PEOPLE: lambda: Explanation(
        _(
            "この金額は、ふたりで確認します。まだ何も変えていません。会費の窓口のページで記すと、もうひとりの担当者が確認します。"
        ),
        _("会費の窓口へ"),
        reverse("members:desk_transfers"),
    ),
}

explain = explainer(EXPLAINED)
