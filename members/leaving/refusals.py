"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.desk import refusals as desk
from members.leaving.rules import NoLeaving

EXPLAINED: Sentences = {
    **desk.EXPLAINED,
    NoLeaving.LAST_OWNER: lambda: Explanation(
        _("責任者がいなくなります。先に、ほかの方に責任者の役割をわたしてください。")
    ),
    NoLeaving.BEGUN_ALREADY: lambda: Explanation(_("アカウントの消去は、もう受けつけています。")),
    NoLeaving.NOT_BEGUN: lambda: Explanation(_("取り消すものはありません。アカウントは、これまでどおり使えます。")),
}

explain = explainer(EXPLAINED)
