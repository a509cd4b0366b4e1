"""The sentence for each reason that no receipt is issued."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.papers.rules import NoReceipt

EXPLAINED: Sentences = {
    NoReceipt.NOTHING_PAID: lambda: Explanation(
        _("このご入金は、まだどのお申し込みにも使われていません。会費に使われたあとで、領収書をお出しできます。")
    ),
    NoReceipt.ADDRESSEE_BARRED: lambda: Explanation(
        _("宛名には、お名前か会社のお名前だけを書いてください。連絡先やリンクは書けません。")
    ),
    NoReceipt.RETURNED: lambda: Explanation(
        _("このお支払いはお返ししているため、宛名を変えられません。返還の明細をお使いください。")
    ),
    NoReceipt.OFTEN_REISSUED: lambda: Explanation(
        _("この領収書は、もう何度も出し直しています。さらに必要なときは、窓口へご連絡ください。")
    ),
}

explain = explainer(EXPLAINED)
