"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.cases import refusals as cases
from feedback.letters import rules as letter
from feedback.letters.rules import NoPicks, NoReach
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
    NoPicks.TOO_LATE: lambda: Explanation(_("この会の印は、会から14日で締め切りました。つぎの会で、また残せます。")),
    NoPicks.LEFT_BEFORE: lambda: Explanation(
        _("この方には、名前のない印をもう残しています。印はおひとりに一度だけです。ことばなら、会のたびに贈れます。")
    ),
    NoPicks.SIGNED: lambda: Explanation(
        _("この会では、この方にことばを贈っています。印だけにするには、届くまえに、ことばを取り下げてください。")
    ),
    NoPicks.ENOUGH_TODAY: lambda: Explanation(_("きょうは12人に贈りました。つづきは、あすまたできます。")),
    NoPicks.CLOSED: lambda: Explanation(
        _("会から14日が過ぎたので、取り消せません。印だけでは、だれのものか分かりません。")
    ),
    NoPicks.BESIDE_LETTER: lambda: Explanation(
        _("この会では、この方に名前のない印を残しています。ことばを贈るには、先に印を取り消してください。")
    ),
    letter.NoLetter.ONESELF: lambda: Explanation(_("自分に贈ることはできません。")),
    letter.NoLetter.NOT_TOGETHER: not_together,
    letter.NoLetter.NOT_STARTED: lambda: Explanation(_("会が始まると、書けるようになります。")),
    letter.NoLetter.TOO_LATE: lambda: Explanation(
        _("この会のことばは、会から14日で締め切りました。つぎの会で、また贈れます。")
    ),
    letter.NoLetter.HELD: lambda: Explanation(
        _("このことばは、運営が先に目を通しています。届くか、書きなおしをお願いするか、決まるまでお待ちください。"),
        _("贈ったことばを見る"),
        reverse("feedback:letters_given"),
    ),
    letter.NoLetter.DELIVERED: _letter_delivered,
    letter.NoLetter.ENOUGH_TODAY: lambda: Explanation(_("きょうは12人に贈りました。つづきは、あすまた書けます。")),
    letter.BadWords.NO_PICK: lambda: Explanation(_("強みを1つから3つ選んでください。")),
    letter.BadWords.TOO_MANY_PICKS: lambda: Explanation(_("強みは3つまでです。心に残ったものから選んでください。")),
    letter.BadWords.UNKNOWN_PICK: lambda: Explanation(_("一覧にある強みから選んでください。")),
    letter.BadWords.SAW_SHORT: lambda: Explanation(
        _("見たことを15字以上で書いてください。場面をひとつ足すと届きます。")
    ),
    letter.BadWords.SAW_LONG: lambda: Explanation(
        _("300字までにしてください。心に残った場面をひとつだけ残すと届きます。")
    ),
    letter.BadWords.WOULD_COUNT_LONG: lambda: Explanation(_("300字までにしてください。")),
    letter.NoThanks.NOT_TOGETHER: not_together,
    letter.NoThanks.LINE_LONG: lambda: Explanation(_("ひとことは100字までにしてください。")),
    letter.NoOwnPicks.NONE: lambda: Explanation(_("1つから5つ選ぶか、「あとで」を押してください。")),
    letter.NoOwnPicks.TOO_MANY: lambda: Explanation(_("選べるのは5つまでです。いまの自分に近いものを残してください。")),
    letter.NoOwnPicks.UNKNOWN: lambda: Explanation(_("一覧にある強みから選んでください。")),
}

explain = explainer(EXPLAINED)
