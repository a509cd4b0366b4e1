"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.letters import refusals as letters
from feedback.mirror.rules.ordinary import NoOrdinary, NoWonder
from kouryu.refusal import Explanation, Sentences, explainer

EXPLAINED: Sentences = {
    **letters.EXPLAINED,
    NoOrdinary.NO_SEAT: lambda: Explanation(_("席のある会にだけ、書きとめておけます。")),
    NoOrdinary.STARTED: lambda: Explanation(_("会が始まったので、書きとめられません。つぎの会の前に、また書けます。")),
    NoOrdinary.LONG: lambda: Explanation(_("ひとつにつき80字までにしてください。")),
    NoWonder.NOT_TOGETHER: letters.not_together,
    NoWonder.NOT_STARTED: lambda: Explanation(_("会が始まると、贈れるようになります。")),
    NoWonder.TOO_LATE: lambda: Explanation(
        _("この会のことばは、会から14日で締め切りました。つぎの会で、また贈れます。")
    ),
    NoWonder.SHOWN: lambda: Explanation(_("このことばは、もう届いています。書きなおすことはできません。")),
    NoWonder.WHY_SHORT: lambda: Explanation(_("なぜめずらしいかを、5字以上で書いてください。")),
    NoWonder.WHY_LONG: lambda: Explanation(
        _("200字までにしてください。いちばんめずらしいことをひとつ残すと届きます。")
    ),
}

explain = explainer(EXPLAINED)
