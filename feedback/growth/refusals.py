"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.growth.rules.own_view import NoOwnView
from feedback.growth.rules.step import NoStep
from feedback.growth.rules.take_home import NoNormal
from feedback.growth.rules.turning_point import NoAsking, NoTurningPoint
from feedback.ties import refusals as ties
from kouryu.refusal import Explanation, Sentences, explainer


def _to_steps(sentence: str) -> Explanation:
    return Explanation(sentence, _("自分の一歩を見る"), reverse("feedback:steps"))


EXPLAINED: Sentences = {
    **ties.EXPLAINED,
    NoOwnView.NOT_ASKED: lambda: Explanation(
        _("自分への四つの質問は、入会の日、30日後、90日後の、それぞれ14日のあいだにうかがっています。"),
        _("あゆみを見る"),
        reverse("feedback:growth"),
    ),
    NoOwnView.INCOMPLETE: lambda: Explanation(_("四つとも、いまにいちばん近いものを選んでください。")),
    NoTurningPoint.TITLE_MISSING: lambda: Explanation(_("何が変わったかを、ひとことで書いてください。")),
    NoTurningPoint.TITLE_LONG: lambda: Explanation(_("80字までにしてください。つづきは、下に書けます。")),
    NoTurningPoint.WORDS_LONG: lambda: Explanation(_("2000字までにしてください。")),
    NoTurningPoint.MONTH_AHEAD: lambda: Explanation(_("今月か、それより前の月を選んでください。")),
    NoTurningPoint.MONTH_EARLY: lambda: Explanation(_("1940年からあとの月を選んでください。")),
    NoTurningPoint.ENOUGH: lambda: Explanation(
        _("転機は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": settings.TURNING_POINTS}
    ),
    NoNormal.ENOUGH: lambda: Explanation(
        _("私の普通は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": settings.NORMALS}
    ),
    NoAsking.NOT_MET: lambda: Explanation(_("会で会った方の中から、選んでください。")),
    NoAsking.ENOUGH: lambda: Explanation(
        _("ひとつの転機に添えられるのは、5人までです。ほかの転機として書くこともできます。")
    ),
    NoStep.NO_WORDS: lambda: Explanation(_("次の一歩を、一文で書いてください。")),
    NoStep.TOO_LONG: lambda: Explanation(_("一歩は200字までにしてください。はじめのひとつだけで大丈夫です。")),
    NoStep.WHEN_WHERE_LONG: lambda: Explanation(_("「いつ、どこで」は100字までにしてください。")),
    NoStep.DAY_MISSING: lambda: Explanation(_("日を選んでください。")),
    NoStep.DAY_PAST: lambda: Explanation(_("きょうか、これからの日を選んでください。")),
    NoStep.DAY_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoStep.NOT_MET: lambda: _to_steps(_("会で同じ組になった方か、ご自分のための一歩を決められます。")),
    NoStep.ENOUGH_OPEN: lambda: _to_steps(
        _("これからの一歩が20あります。ひとつ済ませるか、やめると、また決められます。")
    ),
    NoStep.SETTLED: lambda: _to_steps(_("この一歩は、もう済んでいます。新しい一歩は、いつでも決められます。")),
}

explain = explainer(EXPLAINED)
