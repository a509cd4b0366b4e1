"""Conditions in words: whom each means, what to do about it, what people could begin to talk about.

The test of each kind is in events/event/rules/eligibility.py under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.cache import caches
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.event.choices import ConditionKind
from events.event.limits import COUNTS, SHOWN
from events.event.rules.eligibility import KINDS, Conditions, NotEligible, Way
from events.event.rules.matching import Estimate, Matching
from events.models import Event
from kouryu.numbers import spelled, with_numbers
from members.accounts.choices import Position, WorkStatus, YearsBand
from members.accounts.taxonomies import career_themes, industries, occupations, prefectures
from members.affinity.queries import affinity_names
from members.models import PricePlan

OPENERS_SHOWN = 4
NAMES_KEPT_FOR = 600  # seconds

Values = frozenset[str]


@dataclass(frozen=True)
class ConditionRemedy:
    """What somebody can do who does not fit: a sentence, the button, the name of its page."""

    sentence: str
    label: str
    page: str
    part: str = ""  # of the page: "#" and its id


@dataclass(frozen=True)
class Wording:
    """All words of one kind of condition."""

    phrase: Callable[[Values], str]
    openers: Callable[[Values], list[str]]
    next_step: ConditionRemedy | None = None  # for the reasons that can be mended; the others lead to other events


def conditions_in_words(conditions: Conditions) -> list[str]:
    """The conditions of an event, one phrase each; empty when it is for every member."""
    return [WORDINGS[kind].phrase(conditions.values_of(kind)) for kind in KINDS if kind in conditions]


def conditions_in_a_phrase(conditions: Conditions) -> str:
    """The conditions in one phrase, which says whether all of them are asked or any is enough."""
    return (_("、または") if conditions.any_is_enough else _("・")).join(conditions_in_words(conditions))


def openers(conditions: Conditions) -> list[str]:
    """Gentle questions that come from the conditions, two for each and a handful in all."""
    found = [WORDINGS[kind].openers(conditions.values_of(kind)) for kind in KINDS if kind in conditions]
    return [question for pair in found for question in pair][:OPENERS_SHOWN]


def next_step(reason: NotEligible) -> ConditionRemedy | None:
    """What to do about this reason, if anything can be done."""
    return _NEXT_STEPS.get(reason)


def estimate_for_staff(found: Estimate) -> str:
    """About how many members fit, in steps of ten."""
    if found.matching in _ESTIMATES_TOLD_ALIKE:
        return str(_ESTIMATES_TOLD_ALIKE[found.matching])
    if not found.about:
        return with_numbers(_("いま当てはまる会員は、%(step)s人より少なめです。"), step=spelled(COUNTS.step))
    return ngettext(
        "いま当てはまる会員は、およそ%(number)s人です。", "いま当てはまる会員は、およそ%(number)s人です。", found.about
    ) % {"number": found.about}


def affinities_in_words(told: Mapping[str, bool]) -> list[str]:
    """What is told of the number of each group that is asked for; `told`: whether it has members enough, by its id."""
    names = affinity_names()
    enough = _("「%(name)s」に入っている方は、%(fewest)s人以上います。")
    few = _("「%(name)s」に入っている方は、まだ少なめです（ひとりもいないこともあります）。")
    return [
        with_numbers(enough if is_enough else few, name=names[key], fewest=SHOWN.fewest)
        for key, is_enough in told.items()
        if key in names
    ]


def estimate_for_hosts(found: Estimate) -> str:
    """How many could come, for a member who hosts: words without a number."""
    if found.matching in _ESTIMATES_TOLD_ALIKE:
        return str(_ESTIMATES_TOLD_ALIKE[found.matching])
    if found.matching == Matching.ENOUGH:
        return _("当てはまる会員は、十分います。")
    return _("当てはまる会員は、少なめです。条件をひとつ外すか、「どれかに当てはまる方」にすると広がります。")


_ESTIMATES_TOLD_ALIKE = {
    Matching.BY_AFFINITY: "",
    Matching.BY_INVITATION: gettext_lazy("招待した方だけの会です。当てはまる会員の数は数えません。"),
    Matching.HARDLY_ANY: gettext_lazy(
        "いま当てはまる会員は、ほとんどいません（ひとりもいないこともあります）。"
        "条件をひとつ外すか、「どれかに当てはまる方」にしてください。"
    ),
}


def plan_names() -> dict[str, str]:
    """The plans by key in the reader's language."""
    plans = caches["parts"].get_or_set("plans", lambda: list(PricePlan.objects.all()), NAMES_KEPT_FOR)
    return {plan.key: str(plan) for plan in plans}


def series_names() -> dict[str, str]:
    """The series by id; each is called as its latest event that all members may see."""
    return caches["parts"].get_or_set("series", _titles_of_series, NAMES_KEPT_FOR)


def _titles_of_series() -> dict[str, str]:
    shown = Event.objects.ever_published().exclude(conditions__kind=ConditionKind.INVITED)
    events = shown.exclude(series=None).order_by("starts_at")
    return {str(series): title for series, title in events.values_list("series", "title")}


# Bands that reach up without a gap read better as "five years or more".
_YEARS_OR_MORE = {
    frozenset({"5-9", "10-19", "20+"}): 5,
    frozenset({"10-19", "20+"}): 10,
    frozenset({"20+"}): 20,
}


def years_in_words(bands: Values) -> str:
    """The years at one company that an event asks for."""
    if years := _YEARS_OR_MORE.get(bands):
        return _("勤続%(years)s年以上") % {"years": years}
    return _("勤続%(names)s") % {"names": _names(dict(YearsBand.choices), bands)}


def _names(known: dict, codes: Values) -> str:
    """The names of these codes in the order of their list; a code that the list has dropped is left out."""
    return _("、").join(str(name) for code, name in known.items() if code in codes)


def _month_phrase(values: Values) -> str:
    months = _lowest(values)
    phrase = ngettext("会員になって%(number)sか月以上", "会員になって%(number)sか月以上", months)
    return phrase % {"number": months}


def _times_phrase(values: Values) -> str:
    times = _lowest(values)
    phrase = ngettext("これまでに%(number)s回以上参加した方", "これまでに%(number)s回以上参加した方", times)
    return phrase % {"number": times}


def _lowest(values: Values) -> int:
    return min(map(int, values), default=0)


def _asking(*questions: str) -> Callable[[Values], list[str]]:
    """The same questions, whatever values are asked for."""
    return lambda values: [str(question) for question in questions]


def _openers_of_themes(values: Values) -> list[str]:
    """Each theme has its question; a single one gets a second."""
    chosen = [theme.opener for key, theme in career_themes().items() if key in values]
    return [*chosen, _("その気持ちに気づいたのは、どんな場面でしたか。")][:2]


def _tell_us(sentence: str, page: str = "members:welcome_work") -> ConditionRemedy:
    return ConditionRemedy(sentence, gettext_lazy("プロフィールに加える"), page)


WORDINGS: dict[str, Wording] = {
    ConditionKind.INDUSTRY: Wording(
        lambda values: _("業界：%(names)s") % {"names": _names(industries(), values)},
        _asking(
            gettext_lazy("あなたの業界では当たり前で、外の人に驚かれることは何ですか。"),
            gettext_lazy("いまの業界に来た、最初のきっかけは何でしたか。"),
        ),
        _tell_us(gettext_lazy("あなたの業界をまだうかがっていません。")),
    ),
    ConditionKind.OCCUPATION: Wording(
        lambda values: _("職種：%(names)s") % {"names": _names(occupations(), values)},
        _asking(
            gettext_lazy("きょう、いちばん長く手を動かしていたことは何ですか。"),
            gettext_lazy("その仕事の、外からは見えにくい面白さはどこですか。"),
        ),
        _tell_us(gettext_lazy("あなたの職種をまだうかがっていません。")),
    ),
    ConditionKind.WORK_STATUS: Wording(
        lambda values: _("働きかた：%(names)s") % {"names": _names(dict(WorkStatus.choices), values)},
        _asking(
            gettext_lazy("いまの働きかたで、気に入っている時間はいつですか。"),
            gettext_lazy("働きかたが変わったとき、最初に変わった習慣は何でしたか。"),
        ),
        _tell_us(gettext_lazy("あなたの働きかたをまだうかがっていません。")),
    ),
    ConditionKind.POSITION: Wording(
        lambda values: _("役割：%(names)s") % {"names": _names(dict(Position.choices), values)},
        _asking(
            gettext_lazy("いまの役割になって、増えたことと減ったことをひとつずつ教えてください。"),
            gettext_lazy("役割の名前を自由に付けられるなら、何にしますか。"),
        ),
        _tell_us(gettext_lazy("お仕事での役割をまだうかがっていません。")),
    ),
    ConditionKind.YEARS_AT_COMPANY: Wording(
        years_in_words,
        _asking(
            gettext_lazy("長くいて身についたのに、気づかれにくいことは何ですか。"),
            gettext_lazy("この数年で職場の変わったところを、ひとつ教えてください。"),
        ),
        _tell_us(gettext_lazy("勤続年数をまだうかがっていません。")),
    ),
    ConditionKind.THEME: Wording(
        lambda values: _("モヤモヤ：%(names)s") % {"names": _names(career_themes(), values)},
        _openers_of_themes,
        _tell_us(gettext_lazy("あなたのモヤモヤをまだうかがっていません。"), "members:welcome_themes"),
    ),
    ConditionKind.PREFECTURE: Wording(
        lambda values: _("お住まい：%(names)s") % {"names": _names(prefectures(), values)},
        _asking(
            gettext_lazy("お住まいのあたりで、よく足が向く場所はどこですか。"),
            gettext_lazy("この土地だからできている仕事を、ひとつ教えてください。"),
        ),
        _tell_us(gettext_lazy("お住まいの都道府県をまだうかがっていません。")),
    ),
    ConditionKind.AFFINITY: Wording(
        lambda values: _("なかま：%(names)s") % {"names": _names(affinity_names(), values)},
        _asking(
            gettext_lazy("この顔ぶれなら話しやすい、と思うことは何ですか。"),
            gettext_lazy("似た立場の方に、いちどきいてみたかったことは何ですか。"),
        ),
        ConditionRemedy(
            gettext_lazy("なかまには、ご自分で入れます。入っているだけでは、だれにも見えません。"),
            gettext_lazy("なかまを見る"),
            "members:card",
            "#affinity",
        ),
    ),
    ConditionKind.MEMBER_SINCE: Wording(
        _month_phrase,
        _asking(
            gettext_lazy("これまでの会で、いまも覚えているひとことはありますか。"),
            gettext_lazy("入ったころと、ものの見かたが変わったところはありますか。"),
        ),
        ConditionRemedy(
            gettext_lazy("その日が来たら、この会のような会にも申し込めます。"),
            gettext_lazy("ほかの会をさがす"),
            "events:events",
        ),
    ),
    ConditionKind.EARLIER_EVENTS: Wording(
        _times_phrase,
        _asking(
            gettext_lazy("前の会のあとで、試してみたことはありますか。"),
            gettext_lazy("また来ようと思った理由を、ひとつ教えてください。"),
        ),
        ConditionRemedy(
            gettext_lazy("ほかの会に参加すると、この会のような会にも申し込めるようになります。"),
            gettext_lazy("ほかの会をさがす"),
            "events:events",
        ),
    ),
    ConditionKind.SERIES: Wording(
        lambda values: _("「%(names)s」のシリーズに参加した方") % {"names": _names(series_names(), values)},
        _asking(
            gettext_lazy("このシリーズの会で、いちばん長く話したことは何でしたか。"),
            gettext_lazy("前の回から今日までに、変わったことをひとつ教えてください。"),
        ),
        ConditionRemedy(
            gettext_lazy("シリーズのほかの回に参加すると、この会のような会にも申し込めるようになります。"),
            gettext_lazy("ほかの会をさがす"),
            "events:events",
        ),
    ),
    ConditionKind.PLAN: Wording(
        lambda values: _("プラン：%(names)s") % {"names": _names(plan_names(), values)},
        _asking(
            gettext_lazy("この一年で、やってみたいことをひとつ教えてください。"),
            gettext_lazy("会に来る日と来ない日で、何がいちばん違いますか。"),
        ),
        ConditionRemedy(
            gettext_lazy("プランは、次の会員期間から選びなおせます。"),
            gettext_lazy("プランを見る"),
            "members:plans",
        ),
    ),
    ConditionKind.FIRST_TIMER: Wording(
        lambda values: _("はじめて参加する方"),
        _asking(
            gettext_lazy("ここに来るまでに、いちばん迷ったことは何ですか。"),
            gettext_lazy("どんな時間になったら、来てよかったと思えそうですか。"),
        ),
    ),
    ConditionKind.INVITED: Wording(
        lambda values: _("招待した方"),
        _asking(
            gettext_lazy("声をかけられて、最初に思ったことは何ですか。"),
            gettext_lazy("今日ここで、どんな仕事の人の話を聞いてみたいですか。"),
        ),
    ),
}

_NEXT_STEPS: dict[NotEligible, ConditionRemedy] = {
    reason: step
    for name, kind in KINDS.items()
    for reason, way in kind.reasons.items()
    if way != Way.NONE and (step := WORDINGS[name].next_step)
}
