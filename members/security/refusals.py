"""The sentence for each reason that the flows of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.desk import refusals as desk
from members.security.rules import NoReset

EXPLAINED: Sentences = {
    **desk.EXPLAINED,
    NoReset.NO_FACTOR: lambda: Explanation(_("この方は、二段階認証を使っていません。")),
    NoReset.NOT_PROPOSED: lambda: Explanation(_("いまは、同意を待っている申し出がありません。")),
    NoReset.PROPOSED_ALREADY: lambda: Explanation(_("もう申し出があります。ほかの担当の同意を待っています。")),
    NoReset.SAME_PERSON: lambda: Explanation(_("ご自分の申し出には、ほかの担当が同意します。")),
    NoReset.ONES_OWN: lambda: Explanation(_("ご自分の二段階認証は、ほかの担当ふたりが外します。")),
    NoReset.OVER: lambda: Explanation(_("この手続きは、もう終わっています。")),
}

explain = explainer(EXPLAINED)
