"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.letters import refusals as letters
from feedback.letters.limits import LETTERS
from feedback.mirror.limits import ORDINARIES
from feedback.mirror.rules.ordinary import NoOrdinary, NoWonder
from kouryu.numbers import days, spelled, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.texts.refusals import MENDING_ON_PAGE

EXPLAINED: Sentences = {
    **letters.EXPLAINED,
    NoOrdinary.NO_SEAT: lambda: Explanation(_("席のある会にだけ、書きとめておけます。")),
    NoOrdinary.STARTED: lambda: Explanation(_("会が始まったので、書きとめられません。つぎの会の前に、また書けます。")),
    NoOrdinary.LONG: lambda: Explanation(
        with_numbers(_("ひとつにつき%(most)s字までにしてください。"), most=ORDINARIES.words)
    ),
    NoWonder.NOT_TOGETHER: letters.not_together,
    NoWonder.NOT_STARTED: lambda: Explanation(_("会が始まると、贈れるようになります。")),
    NoWonder.TOO_LATE: lambda: Explanation(
        with_numbers(
            _("この会のことばは、会から%(within)sで締め切りました。つぎの会で、また贈れます。"),
            within=days(LETTERS.within),
        )
    ),
    NoWonder.SHOWN: lambda: Explanation(_("このことばは、もう届いています。書きなおすことはできません。")),
    NoWonder.WHY_SHORT: lambda: Explanation(
        with_numbers(_("なぜめずらしいかを、%(least)s字以上で書いてください。"), least=spelled(ORDINARIES.why_at_least))
    ),
    NoWonder.WHY_LONG: lambda: Explanation(
        with_numbers(
            _("%(most)s字までにしてください。いちばんめずらしいことをひとつ残すと届きます。"),
            most=ORDINARIES.why_at_most,
        )
    ),
}

explain = explainer(EXPLAINED)
explain_on_page = explainer({**EXPLAINED, **MENDING_ON_PAGE})
