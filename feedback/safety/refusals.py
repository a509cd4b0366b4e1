"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.growth import refusals as growth
from feedback.safety.rules import NoTerm
from kouryu.numbers import spelled, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.standing import refusals as standing
from members.texts.limits import PATTERNS
from members.texts.rules.screening import BadPattern

EXPLAINED: Sentences = {
    **growth.EXPLAINED,
    **standing.EXPLAINED,
    NoTerm.SECOND_PERSON: lambda: Explanation(
        _("多くのことばにあたるので、ほかの担当が「つかう」を押すと、はたらきます。")
    ),
    BadPattern.TOO_SHORT: lambda: Explanation(
        with_numbers(
            _("%(least)s字以上のことばを書いてください。〜だけでは探せません。"), least=spelled(PATTERNS.at_least)
        )
    ),
    BadPattern.TOO_LONG: lambda: Explanation(
        with_numbers(_("%(most)s字までのことばにしてください。短いほど、よく見つかります。"), most=PATTERNS.at_most)
    ),
    BadPattern.TOO_MANY_PIECES: lambda: Explanation(
        with_numbers(_("〜は%(most)sつまでにしてください。"), most=spelled(PATTERNS.wildcards))
    ),
}

explain = explainer(EXPLAINED)
