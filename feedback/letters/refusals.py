"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.cases import refusals as cases
from feedback.letters import rules as letter
from feedback.letters.limits import LETTERS, OWN_STRENGTHS
from feedback.letters.rules import NoPicks, NoReach
from kouryu.numbers import days, people, spelled, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer


def _letter_delivered() -> Explanation:
    return Explanation(
        _("このことばは、もう届いています。書きなおすことはできません。"),
        _("贈ったことばを見る"),
        reverse("feedback:letters_given"),
    )


def not_together() -> Explanation:
    return Explanation(_("同じ会の同じ組で話した方にだけ、贈ることができます。"))


EXPLAINED: Sentences = {
    **cases.EXPLAINED,
    NoReach.NOW: lambda: Explanation(
        _("いまは、この方に届けられません。"),
        more=_("お休みの方も、退会された方も、ほかの場合も、同じご案内をしています。"),
    ),
    NoPicks.ONESELF: lambda: Explanation(_("自分に贈ることはできません。")),
    NoPicks.NOT_TOGETHER: not_together,
    NoPicks.NOT_STARTED: lambda: Explanation(_("会が始まると、残せるようになります。")),
    NoPicks.TOO_LATE: lambda: Explanation(
        with_numbers(
            _("この会の印は、会から%(within)sで締め切りました。つぎの会で、また残せます。"), within=days(LETTERS.within)
        )
    ),
    NoPicks.LEFT_BEFORE: lambda: Explanation(
        _("この方には、名前のない印をもう残しています。印はおひとりに一度だけです。ことばなら、会のたびに贈れます。")
    ),
    NoPicks.SIGNED: lambda: Explanation(
        _("この会では、この方にことばを贈っています。印だけにするには、届くまえに、ことばを取り下げてください。")
    ),
    NoPicks.ENOUGH_TODAY: lambda: Explanation(
        with_numbers(_("きょうは%(people)sに贈りました。つづきは、あすまたできます。"), people=people(LETTERS.a_day))
    ),
    NoPicks.CLOSED: lambda: Explanation(
        with_numbers(
            _("会から%(within)sが過ぎたので、取り消せません。印だけでは、だれのものか分かりません。"),
            within=days(LETTERS.within),
        )
    ),
    NoPicks.BESIDE_LETTER: lambda: Explanation(
        _("この会では、この方に名前のない印を残しています。ことばを贈るには、先に印を取り消してください。")
    ),
    letter.NoLetter.ONESELF: lambda: Explanation(_("自分に贈ることはできません。")),
    letter.NoLetter.NOT_TOGETHER: not_together,
    letter.NoLetter.NOT_STARTED: lambda: Explanation(_("会が始まると、書けるようになります。")),
    letter.NoLetter.TOO_LATE: lambda: Explanation(
        with_numbers(
            _("この会のことばは、会から%(within)sで締め切りました。つぎの会で、また贈れます。"),
            within=days(LETTERS.within),
        )
    ),
    letter.NoLetter.HELD: lambda: Explanation(
        _("このことばは、運営が先に目を通しています。届くか、書きなおしをお願いするか、決まるまでお待ちください。"),
        _("贈ったことばを見る"),
        reverse("feedback:letters_given"),
    ),
    letter.NoLetter.DELIVERED: _letter_delivered,
    letter.NoLetter.ENOUGH_TODAY: lambda: Explanation(
        with_numbers(_("きょうは%(people)sに贈りました。つづきは、あすまた書けます。"), people=people(LETTERS.a_day))
    ),
    letter.BadLetter.NO_PICK: lambda: Explanation(
        with_numbers(_("強みを1つから%(most)sつ選んでください。"), most=spelled(LETTERS.picks))
    ),
    letter.BadLetter.TOO_MANY_PICKS: lambda: Explanation(
        with_numbers(_("強みは%(most)sつまでです。心に残ったものから選んでください。"), most=spelled(LETTERS.picks))
    ),
    letter.BadLetter.UNKNOWN_PICK: lambda: Explanation(_("一覧にある強みから選んでください。")),
    letter.BadLetter.SAW_SHORT: lambda: Explanation(
        with_numbers(
            _("見たことを%(least)s字以上で書いてください。場面をひとつ足すと届きます。"), least=LETTERS.saw_at_least
        )
    ),
    letter.BadLetter.SAW_LONG: lambda: Explanation(
        with_numbers(
            _("%(most)s字までにしてください。心に残った場面をひとつだけ残すと届きます。"), most=LETTERS.saw_at_most
        )
    ),
    letter.BadLetter.WOULD_COUNT_LONG: lambda: Explanation(
        with_numbers(_("%(most)s字までにしてください。"), most=LETTERS.would_count)
    ),
    letter.NoThanks.NOT_TOGETHER: not_together,
    letter.NoThanks.LINE_LONG: lambda: Explanation(
        with_numbers(_("ひとことは%(most)s字までにしてください。"), most=LETTERS.thanks)
    ),
    letter.NoOwnPicks.NONE: lambda: Explanation(
        with_numbers(_("1つから%(most)sつ選ぶか、「あとで」を押してください。"), most=spelled(OWN_STRENGTHS.picks))
    ),
    letter.NoOwnPicks.TOO_MANY: lambda: Explanation(
        with_numbers(
            _("選べるのは%(most)sつまでです。いまの自分に近いものを残してください。"), most=spelled(OWN_STRENGTHS.picks)
        )
    ),
    letter.NoOwnPicks.UNKNOWN: lambda: Explanation(_("一覧にある強みから選んでください。")),
}

explain = explainer(EXPLAINED)
