"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.growth import refusals as growth
from feedback.safety.rules import NoTerm
from kouryu.refusal import Explanation, Sentences, explainer
from members.texts.rules.screening import BadPattern

EXPLAINED: Sentences = {
    **growth.EXPLAINED,
    NoTerm.SECOND_PERSON: lambda: Explanation(
        _("多くのことばにあたるので、ほかの担当が「つかう」を押すと、はたらきます。")
    ),
    BadPattern.TOO_SHORT: lambda: Explanation(_("2字以上のことばを書いてください。〜だけでは探せません。")),
    BadPattern.TOO_LONG: lambda: Explanation(_("40字までのことばにしてください。短いほど、よく見つかります。")),
    BadPattern.TOO_MANY_PIECES: lambda: Explanation(_("〜は3つまでにしてください。")),
}

explain = explainer(EXPLAINED)
