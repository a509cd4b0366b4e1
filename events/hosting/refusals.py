"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.event.limits import CO_HOSTS, EVENTS, LOTTERIES
from events.event.rules.cohost import NoCoHost
from events.event.rules.event import EventPlan, NoHosting, PlanFault
from events.event.rules.figures import NoBalance
from events.event.rules.matching import NoCount
from events.event.rules.series import NoSeries
from events.groups import refusals as groups
from events.groups.refusals import at_desk
from events.hosting.limits import CHANGES, INVITATIONS, TEMPLATES
from events.hosting.rules import NoHandingOver, NoInvitation, NoTemplate
from events.models import Event
from events.registration.refusals import elsewhere
from kouryu.numbers import HOUR, kanji
from kouryu.refusal import Explain, Explanation, Sentences, explainer


def sentence_for_fault(fault: PlanFault, plan: EventPlan) -> str:
    """What is wrong with a plan, for the field it is about."""
    return _FAULTS[fault]() % {
        "shortest": EVENTS.shortest,
        "recommended": EVENTS.recommended,
        "ahead": kanji(EVENTS.years_ahead),
        "smallest": EVENTS.smallest_group,
        "largest": EVENTS.largest_group,
        "released": EVENTS.released_before_start // HOUR,
        "longest": EVENTS.longest,
        "usual": EVENTS.longest_without_reason,
        "deepest": EVENTS.deepest_prompts,
        "fewest": EVENTS.fewest_seats,
        "most": EVENTS.most_seats,
        "themes": EVENTS.themes,
        "items": EVENTS.items,
        "talks": EVENTS.talks,
        "minutes": plan.minutes,
        "sum": sum(item.minutes for item in plan.run_sheet),
        "group": max(plan.group_size, *plan.group_sizes, 0),
        "hours": int(LOTTERIES.drawn_before_start.total_seconds() // 3600),
    }


_FAULTS: dict[PlanFault, Callable[[], str]] = {
    PlanFault.IN_THE_PAST: lambda: _("過ぎた日時です。これから先の日時を入れてください。"),
    PlanFault.TOO_FAR_AWAY: lambda: ngettext(
        "%(ahead)s年より先です。%(ahead)s年以内の日時を入れてください。",
        "%(ahead)s年より先です。%(ahead)s年以内の日時を入れてください。",
        EVENTS.years_ahead,
    ),
    PlanFault.TOO_SHORT: lambda: _("短すぎます。%(shortest)s分から%(longest)s分で入れてください。"),
    PlanFault.TOO_LONG: lambda: _("長すぎます。%(longest)s分までで入れてください。%(recommended)s分をおすすめします。"),
    PlanFault.LONG_WITHOUT_REASON: lambda: _(
        "%(usual)s分をこえる会には、理由が要ります。理由を書くか、%(usual)s分までにしてください。"
    ),
    PlanFault.CLOSES_IN_THE_PAST: lambda: _(
        "過ぎた日時です。これから先の日時を入れるか、空けておいてください。空けておくと、始まるまで申し込めます。"
    ),
    PlanFault.SOON_FOR_LOTTERY: lambda: _(
        "抽選の会は、始まる%(hours)s時間前までに締め切ります。それより先の日時にするか、先着順にしてください。"
    ),
    PlanFault.CLOSES_AFTER_START: lambda: _("会が始まったあとです。始まる前の日時を入れるか、空けておいてください。"),
    PlanFault.OPENS_AFTER_CLOSE: lambda: _(
        "締切と同じか、締切よりあとです。締切より前の日時を入れるか、空けておいてください。"
    ),
    PlanFault.LATE_FOR_LOTTERY: lambda: _(
        "抽選の会は、始まる%(hours)s時間前までに締め切ってください。当たった方が、予定を決める時間が要ります。"
    ),
    PlanFault.FEW_SEATS: lambda: _("少なすぎます。%(fewest)s人から%(most)s人で入れてください。"),
    PlanFault.MANY_SEATS: lambda: _("多すぎます。%(most)s人までで入れてください。"),
    PlanFault.FIRST_TIMER_SEATS: lambda: _("定員より多くなっています。定員までの数を入れてください。"),
    PlanFault.FIRST_TIMER_LOTTERY: lambda: _("抽選の会では取っておけません。0にするか、先着順にしてください。"),
    PlanFault.FIRST_TIMER_HOUR_MISSING: lambda: _("いつまで取っておくかを入れてください。"),
    PlanFault.FIRST_TIMER_HOUR_LATE: lambda: ngettext(
        "遅すぎます。始まる%(released)s時間前までの日時を入れてください。",
        "遅すぎます。始まる%(released)s時間前までの日時を入れてください。",
        EVENTS.released_before_start // HOUR,
    ),
    PlanFault.GROUP_SIZE: lambda: _("組の人数は%(smallest)s人から%(largest)s人で選んでください。"),
    PlanFault.GROUP_WITHOUT_SEATS: lambda: _("ひとつの組（%(group)s人）より少ない定員です。"),
    PlanFault.MANY_THEMES: lambda: _("モヤモヤは%(themes)sつまで選べます。"),
    PlanFault.NOBODY_FITS: lambda: _(
        "「はじめて参加する方」と「これまでに参加した方」の両方に当てはまる方はいません。"
        "どちらかを外すか、「どれかに当てはまる方」にしてください。"
    ),
    PlanFault.PREFECTURE_ONLINE: lambda: _(
        "お住まいの条件は、会場で開く会だけに付けられます。外すか、開きかたを会場にしてください。"
    ),
    PlanFault.NO_RUN_SHEET: lambda: _("進行表が空です。することと長さを、一行は入れてください。"),
    PlanFault.MANY_ITEMS: lambda: _("進行表は%(items)s行までです。"),
    PlanFault.MANY_TALKS: lambda: _("組で話す行は%(talks)sつまでです。"),
    PlanFault.TALK_WITHOUT_GROUPS: lambda: _(
        "組を作らない会です。進行表の「組で話す」行を、ほかの過ごしかたに変えてください。"
    ),
    PlanFault.PROMPT_DEPTH: lambda: _("お題の深さは1から%(deepest)sで選んでください。"),
    PlanFault.RUN_SHEET_DIFFERS: lambda: _(
        "進行表を足すと%(sum)s分で、会の長さ（%(minutes)s分）と合いません。どちらかを直してください。"
    ),
}


def _mend(sentence: Callable[[], str]) -> Explain:
    """The host can do something about it in the plan; one that is no event yet has no page to lead to."""

    def say(*, event: Event | None = None, **_about: object) -> Explanation:
        if event is None:
            return Explanation(sentence())
        return Explanation(sentence(), _("会の内容を直す"), reverse("events:edit", args=[event.pk]))

    return say


def _taken(*, event: Event, **_about: object) -> Explanation:
    return Explanation(
        _("この招待は、開いているあいだに受けた方がいます。お名前を見て、もう一度お決めください。"),
        _("お手伝いの方を見る"),
        reverse("events:co_hosts", args=[event.pk]),
    )


def _in_series_already(*, event: Event, **_about: object) -> Explanation:
    return Explanation(
        _("この会は、もうシリーズに入っています。先の日付は、シリーズのページから作れます。"),
        _("シリーズのページへ"),
        reverse("events:series", args=[event.series_id]),
    )


def _other_dates(*, event: Event, **_about: object) -> Explanation:
    sentence, label = _("日付が変わっています。もう一度、日付を見てから選んでください。"), _("日付を見る")
    if event.series_id is None:
        return Explanation(sentence, label, reverse("events:begin_series", args=[event.pk]))
    return Explanation(sentence, label, reverse("events:series", args=[event.series_id]))


def _many_templates(**_about: object) -> Explanation:
    sentence = _("ひな型は%(most)sまで残せます。使わないものを消すと、また残せます。") % {"most": TEMPLATES.most}
    return Explanation(sentence, _("ひな型を見る"), reverse("events:new"))


def _counted_often(**_about: object) -> Explanation:
    return Explanation(
        _(
            "短いあいだに何度も数えたので、いまはお休みしています。一時間ほどで、また数えられます。条件はこのまま保存できます。"
        )
    )


EXPLAINED: Sentences = {
    **groups.EXPLAINED,
    NoCount.TOO_OFTEN: _counted_often,
    NoHosting.NOT_A_DRAFT: at_desk(lambda: _("この会は下書きではないので、公開できません。")),
    NoHosting.NO_ROOM: _mend(lambda: _("部屋のURLがまだありません。入れると公開できます。")),
    NoHosting.NO_PLACE: _mend(lambda: _("会場がまだありません。入れると公開できます。")),
    NoHosting.NO_PROMISE: _mend(lambda: _("会の約束がひとつもありません。選ぶと公開できます。")),
    NoHosting.NO_TALK: _mend(lambda: _("進行表に、組で話す時間がありません。ひとつ加えると公開できます。")),
    NoHosting.DATE_PASSED: _mend(lambda: _("始まる日時か締切が過ぎています。直すと公開できます。")),
    NoHosting.PLAN_FAULTY: _mend(lambda: _("会の内容に、確かめていただきたいところがあります。")),
    NoHosting.NO_LEADER: at_desk(
        lambda: _("いまの進行役は、この会を進められません。別の進行役に替えると公開できます。")
    ),
    NoHandingOver.OVER: at_desk(lambda: _("この会は終わったか、中止になっています。進行役は替えられません。")),
    NoHandingOver.NOT_ABLE: at_desk(
        lambda: _("その方は、いまはこの会を進められません。もう一度、別の方を選んでください。")
    ),
    NoHosting.STARTED: at_desk(lambda: _("会が始まっているので、内容は変えられません。")),
    NoHosting.CLOSED: at_desk(lambda: _("この会は終わっているので、内容は変えられません。")),
    NoHosting.CALLED_OFF: at_desk(lambda: _("この会は中止になっています。")),
    NoHosting.CHANGED_OFTEN: _mend(
        lambda: (
            _("申し込んだ方みなさんにメールが届く変更は、一日に%(most)s回までです。あすになったら、また変えられます。")
            % {"most": CHANGES.a_day}
        )
    ),
    NoHosting.CHANGED_MEANWHILE: _mend(
        lambda: _("開いているあいだに、別の方がこの会を変えました。いまの内容を見て、もう一度お決めください。")
    ),
    NoHosting.FIXED_SINCE_PUBLISHED: _mend(
        lambda: _(
            "公開したあとは、開きかたと集まりかた、席の決めかたは変えられません。信じて申し込んだ方がいるからです。"
        )
    ),
    NoHosting.DRAWN: _mend(
        lambda: _("抽選が終わっているので、申し込みの締切は変えられません。空きが出た席は、抽選の順にご案内します。")
    ),
    NoHosting.SEATS_RELEASED: _mend(
        lambda: _("はじめての方の席は、もうどなたにもひらいています。数も時刻も、元のままにしてください。")
    ),
    NoBalance.NOT_OPEN: at_desk(lambda: _("申し込みを受けつけているあいだに、お知らせできます。")),
    NoBalance.FULL: at_desk(lambda: _("席が埋まっているので、いまはお知らせしません。空いたら、送れます。")),
    NoBalance.DONE: at_desk(lambda: _("この会では、もうお知らせしました。ひとつの会で一度だけです。")),
    NoBalance.FOR_AN_AFFINITY: at_desk(
        lambda: _("なかまを条件にした会では、お知らせを送りません。届いたことで、入っていると分かってしまうからです。")
    ),
    NoInvitation.NOT_ASKED_FOR: _mend(
        lambda: _("この会は、招待した方に開かれていません。参加の条件で「招待した方」を選ぶと、招待できます。")
    ),
    NoInvitation.OVER: at_desk(lambda: _("申し込みを締め切ったので、もう招待できません。")),
    NoInvitation.TOO_MANY: at_desk(
        lambda: _("招待は一日に%(most)s件までです。あすになったら、また招待できます。") % {"most": INVITATIONS.a_day}
    ),
    NoHosting.NO_REASON: at_desk(lambda: _("中止の理由を書いてください。申し込んだ方が会のページで読みます。")),
    NoCoHost.CLOSED: elsewhere(lambda event: _("この会は終わっています。お手伝いは要りません。")),
    NoCoHost.CALLED_OFF: elsewhere(lambda event: _("この会は中止になりました。お手伝いは要りません。")),
    NoCoHost.OWN_EVENT: at_desk(lambda: _("あなたが進行する会です。このリンクは、お願いする人に送ってください。")),
    NoCoHost.TAKEN: _taken,
    NoCoHost.MANY: at_desk(
        lambda: (
            _("お願いできるのは%(most)s人までです。使っていない招待を取り消すと、もうひとり招けます。")
            % {"most": CO_HOSTS.most}
        )
    ),
    NoSeries.OVER: at_desk(lambda: _("この会は終わったか、中止になっています。写して、新しい会から始められます。")),
    NoSeries.ALREADY: _in_series_already,
    NoSeries.OTHER_DATES: _other_dates,
    NoTemplate.MANY: _many_templates,
    NoHosting.PUBLISH_IN_THE_PAST: at_desk(
        lambda: _("過ぎた日時です。これから先の日時を選ぶか、いま公開してください。")
    ),
    NoHosting.PUBLISH_TOO_LATE: at_desk(lambda: _("申し込みの締切よりあとです。締切より前の日時を選んでください。")),
}

explain = explainer(EXPLAINED)
