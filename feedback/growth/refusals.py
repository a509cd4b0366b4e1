"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.growth.limits import OWN_VIEW, STEPS, TAKE_HOME, TURNING_POINTS
from feedback.growth.rules.own_view import NoOwnView
from feedback.growth.rules.step import NoStep
from feedback.growth.rules.take_home import NoNormal
from feedback.growth.rules.turning_point import NoAsking, NoTurningPoint
from feedback.ties import refusals as ties
from kouryu.numbers import days, grouped, spelled, spelled_length, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer


def _to_steps(sentence: str) -> Explanation:
    return Explanation(sentence, _("自分の一歩を見る"), reverse("feedback:steps"))


EXPLAINED: Sentences = {
    **ties.EXPLAINED,
    NoOwnView.NOT_ASKED: lambda: Explanation(
        with_numbers(
            _(
                "自分への四つの質問は、入会の日、%(second)s日後、%(third)s日後の、それぞれ%(within)sのあいだにうかがっています。"
            ),
            second=OWN_VIEW.second_day.days,
            third=OWN_VIEW.third_day.days,
            within=days(OWN_VIEW.within),
        ),
        _("あゆみを見る"),
        reverse("feedback:growth"),
    ),
    NoOwnView.INCOMPLETE: lambda: Explanation(_("四つとも、いまにいちばん近いものを選んでください。")),
    NoTurningPoint.TITLE_MISSING: lambda: Explanation(_("何が変わったかを、ひとことで書いてください。")),
    NoTurningPoint.TITLE_LONG: lambda: Explanation(
        with_numbers(_("%(most)s字までにしてください。つづきは、下に書けます。"), most=TURNING_POINTS.title)
    ),
    NoTurningPoint.WORDS_LONG: lambda: Explanation(
        with_numbers(pgettext("up to", "%(most)s字までにしてください。"), most=grouped(TURNING_POINTS.words))
    ),
    NoTurningPoint.MONTH_AHEAD: lambda: Explanation(_("今月か、それより前の月を選んでください。")),
    NoTurningPoint.MONTH_EARLY: lambda: Explanation(
        with_numbers(_("%(year)s年からあとの月を選んでください。"), year=TURNING_POINTS.earliest.year)
    ),
    NoTurningPoint.ENOUGH: lambda: Explanation(
        _("転機は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": TURNING_POINTS.kept}
    ),
    NoNormal.ENOUGH: lambda: Explanation(
        _("私の普通は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": TAKE_HOME.normals_kept}
    ),
    NoAsking.NOT_MET: lambda: Explanation(_("会で会った方の中から、選んでください。")),
    NoAsking.ENOUGH: lambda: Explanation(
        with_numbers(
            _("ひとつの転機に添えられるのは、%(most)s人までです。ほかの転機として書くこともできます。"),
            most=spelled(TURNING_POINTS.people),
        )
    ),
    NoStep.NO_WORDS: lambda: Explanation(_("次の一歩を、一文で書いてください。")),
    NoStep.TOO_LONG: lambda: Explanation(
        with_numbers(_("一歩は%(most)s字までにしてください。はじめのひとつだけで大丈夫です。"), most=STEPS.words)
    ),
    NoStep.WHEN_WHERE_LONG: lambda: Explanation(
        with_numbers(_("「いつ、どこで」は%(most)s字までにしてください。"), most=STEPS.when_where)
    ),
    NoStep.DAY_MISSING: lambda: Explanation(_("日を選んでください。")),
    NoStep.DAY_PAST: lambda: Explanation(_("きょうか、これからの日を選んでください。")),
    NoStep.DAY_FAR: lambda: Explanation(
        with_numbers(_("%(ahead)s以内の日を選んでください。"), ahead=spelled_length(STEPS.ahead))
    ),
    NoStep.NOT_MET: lambda: _to_steps(_("会で同じ組になった方か、ご自分のための一歩を決められます。")),
    NoStep.ENOUGH_OPEN: lambda: _to_steps(
        with_numbers(
            _("これからの一歩が%(most)sあります。ひとつ済ませるか、やめると、また決められます。"),
            most=capfirst(spelled(STEPS.open_at_once)),
        )
    ),
    NoStep.SETTLED: lambda: _to_steps(_("この一歩は、もう済んでいます。新しい一歩は、いつでも決められます。")),
}

explain = explainer(EXPLAINED)
