"""How are the community's numbers said? Frozen measures in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.growth.limits import OWN_VIEW
from feedback.growth.rules.bounds import Bounds
from feedback.insight.limits import FIGURES
from feedback.insight.rules import GROUP_TARGET, TARGETS, Target, TargetVerdict, Unit, verdict
from feedback.models import MonthFigures
from kouryu.numbers import days, hours, spelled, spelled_weeks, with_numbers
from members.accounts.taxonomies import industries

QUESTIONS = {
    "first-words": with_numbers(
        gettext_lazy("会から%(within)sのうちに、ことばがひとつ届いた方"), within=hours(FIGURES.first_words_within)
    ),
    "length": gettext_lazy("見たことの長さ（まん中の字数）"),
    "scene": gettext_lazy("場面としたことが書かれた手紙（書きかたから推しはかります）"),
    "my-industry": gettext_lazy("「私の業界なら」が書かれた手紙"),
    "discovery": gettext_lazy("「発見だった」（受けとった方の印のうち）"),
    "fits": gettext_lazy("「しっくりくる」（受けとった方の印のうち）"),
    "most-picked": gettext_lazy("いちばん多く選ばれた強み"),
    "rarest-family": gettext_lazy("いちばん少なく選ばれた動詞"),
    "entropy": gettext_lazy("強みの散らばり（1で、どれも同じだけ）"),
    "halves": with_numbers(
        gettext_lazy("贈った人を半分ずつに分けた鏡の一致（%(givers)s人以上が贈った方）"),
        givers=spelled(FIGURES.givers_for_halves),
    ),
    "steps-set": with_numbers(
        gettext_lazy("会から%(within)sのうちに、一歩を決めた方（二か月前の会）"),
        within=spelled_weeks(FIGURES.step_within),
    ),
    "steps-done": gettext_lazy("できた一歩（二か月前の一歩）"),
    "knowing-30": with_numbers(
        gettext_lazy("%(days)s後：強みを知っている（入会の日からの変化、5点のうち）"), days=days(OWN_VIEW.second_day)
    ),
    "using-30": with_numbers(
        gettext_lazy("%(days)s後：強みを使っている（入会の日からの変化、5点のうち）"), days=days(OWN_VIEW.second_day)
    ),
    "knowing-90": with_numbers(
        gettext_lazy("%(days)s後：強みを知っている（入会の日からの変化、5点のうち）"), days=days(OWN_VIEW.third_day)
    ),
    "using-90": with_numbers(
        gettext_lazy("%(days)s後：強みを使っている（入会の日からの変化、5点のうち）"), days=days(OWN_VIEW.third_day)
    ),
    "second-contact": with_numbers(
        gettext_lazy("%(within)sのうちに、会った人とまたことばを交わした方（二か月前の会）"),
        within=days(FIGURES.second_contact_within),
    ),
    "second-evening": with_numbers(
        gettext_lazy("%(within)sのうちに、二度目の会に来た方（二か月前にはじめての方）"),
        within=days(FIGURES.second_evening_within),
    ),
    "hidden": gettext_lazy("しまわれた・非表示になった手紙（1000通あたり）"),
    "reported": gettext_lazy("知らせのあった手紙（1000通あたり）"),
    "regretted": gettext_lazy("贈らなければよかったと思われた手紙（1000通あたり）"),
}
VERDICTS = {
    TargetVerdict.HELD: gettext_lazy("届いています"),
    TargetVerdict.NOT_HELD: gettext_lazy("届いていません"),
    TargetVerdict.TOO_FEW: gettext_lazy("数が少なく、言えません"),
    TargetVerdict.NO_TARGET: gettext_lazy("目安はありません"),
}


@dataclass(frozen=True)
class MeasureLine:
    """One measure of one month."""

    question: str
    value: str
    target: str
    verdict: TargetVerdict

    @property
    def verdict_said(self) -> str:
        """Whether the target is held, in words."""
        return str(VERDICTS[self.verdict])


def lines_of(figures: MonthFigures) -> list[MeasureLine]:
    """The measures in their order."""
    return [_line(key, target, figures.measures.get(key)) for key, target in TARGETS.items()]


def groups_of(figures: MonthFigures) -> list[MeasureLine]:
    """The groups that may be told apart, each against the target for groups."""
    target = Target(Unit.SHARE, at_least=GROUP_TARGET)
    return [
        MeasureLine(
            _group(name), _said(Bounds(share, share), target), _target(target), verdict(Bounds(share, share), target)
        )
        for name, share in sorted(figures.groups.items())
    ]


def _line(key: str, target: Target, published: Sequence[float] | None) -> MeasureLine:
    bounds = Bounds(*published) if published else None
    return MeasureLine(str(QUESTIONS[key]), _said(bounds, target), _target(target), verdict(bounds, target))


def _said(bounds: Bounds | None, target: Target) -> str:
    """Rounded so that the words stay true: "at least" down, "at most" up."""
    if bounds is None:
        return "–"
    if bounds.is_exact:
        return _number(bounds.low, target.unit)
    if bounds.low == 0:
        return _("%(value)s以下") % {"value": _number(bounds.high, target.unit, ceil)}
    return _("%(value)s以上") % {"value": _number(bounds.low, target.unit, floor)}


def _target(target: Target) -> str:
    if target.at_least is not None:
        return _("%(value)s以上") % {"value": _number(target.at_least, target.unit)}
    if target.below is None:
        return "–"
    return _("%(value)sより下") % {"value": _number(target.below, target.unit)}


def _number(value: float, unit: Unit, to_whole=round) -> str:
    if unit == Unit.SHARE:
        return f"{to_whole(100 * value)}%"
    if unit == Unit.PLAIN:
        return f"{value:.2f}"
    if unit == Unit.POINTS:
        return f"{value:+.2f}"
    return f"{to_whole(value)}"


def _group(name: str) -> str:
    kind, _slash, code = name.partition("/")
    if kind == "first-timer":
        return _("はじめての方") if code == "new" else _("二回目からの方")
    return str(industries()[code]) if code in industries() else _("うかがっていない方")
