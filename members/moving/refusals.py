"""The sentence for each reason that the flows of this chapter give."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kouryu.numbers import spelled_days, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.moving.limits import LISTS
from members.moving.rules.cells import NoMovingIn

EXPLAINED: Sentences = {
    NoMovingIn.UNREADABLE: lambda: Explanation(_("このファイルは読めません。もう一度、送りなおしてください。")),
    NoMovingIn.OVER: lambda: Explanation(
        with_numbers(
            gettext_lazy(
                "このファイルは、もう残っていません。%(days)sたつと消えます。もう一度、送りなおしてください。"
            ),
            days=spelled_days(LISTS.kept_for),
        )
    ),
    NoMovingIn.FAULTY_ROWS: lambda: Explanation(
        _(
            "直す行があるので、まだだれも登録していません。ファイルを直して送りなおすか、その行をのぞくと選んでください。"
        )
    ),
    NoMovingIn.CHANGED_MEANWHILE: lambda: Explanation(
        _("ちょうど同じときに、同じアドレスの登録がありました。だれも登録していません。もう一度、お試しください。")
    ),
}

explain = explainer(EXPLAINED)
