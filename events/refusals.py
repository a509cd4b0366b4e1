"""What the member reads when a rule of this app said no: one sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.conditions import conditions_in_a_phrase, next_step
from events.models import Event
from events.queries import conditions_of
from events.rules.closing import NoAttendance
from events.rules.cohost import MOST_CO_HOSTS, NoCoHost
from events.rules.drawing import NoDraw
from events.rules.eligibility import WAYS, Conditions, NotEligible, Way
from events.rules.evening import LONGEST_NOTE, LONGEST_WORD, NoRunning
from events.rules.event import (
    DEEPEST_PROMPTS,
    FEWEST_SEATS,
    LONGEST,
    LONGEST_WITHOUT_REASON,
    MOST_ITEMS,
    MOST_SEATS,
    MOST_TALKS,
    MOST_THEMES,
    SHORTEST,
    Fault,
    NoHosting,
    Plan,
)
from events.rules.figures import NoBalance
from events.rules.handing import NoHandingOver
from events.rules.invitation import MOST_A_DAY, NoInvitation
from events.rules.limits import Beyond, Limits
from events.rules.lottery import DRAWN_BEFORE_START
from events.rules.mark import NoObjection
from events.rules.matching import NoCount
from events.rules.probing import MOST_CORRECTED, MOST_DRAWS, MOST_REOPENINGS, MOST_SMALL_DRAWS, TooOften
from events.rules.registration import NoRegistration, NoWithdrawal
from events.rules.room import NoEntryToRoom
from events.rules.seating import LARGEST, NoMove
from events.rules.series import NoSeries
from events.rules.template import MOST_TEMPLATES, NoTemplate
from events.rules.waitlist import SHORTEST_OFFER, NoAnswer, NoTaking
from kouryu.refusal import Explanation
from members import refusals as members_refusals
from members.rules.texts import NoText


def explain(
    reason: StrEnum,
    *,
    event: Event,
    other: Event | None = None,
    conditions: Conditions | None = None,
    opens_at: datetime | None = None,
) -> Explanation:
    """The sentence for a reason. `other` is the event at the same time, where the reason is about one; `conditions`
    are those of the event, where the caller has read them; `opens_at` is when registration opens for this reader,
    where marks delay it.
    """
    if isinstance(reason, NoText):
        return members_refusals.explain(reason)
    if isinstance(reason, NotEligible):
        return _not_eligible(reason, conditions or conditions_of(event))
    if reason in {NoRegistration.OVERLAPPING_SEAT, NoAnswer.OVERLAPPING_SEAT, NoTaking.OVERLAPPING_SEAT}:
        return _overlapping(event, other)
    if reason == NoRegistration.OPENS_LATER_FOR_YOU:
        return _opens_later(event, opens_at)
    return _SENTENCES[reason](event)


# --- eligibility


def _not_eligible(reason: NotEligible, conditions: Conditions) -> Explanation:
    meant_for = _("この会は「%(conditions)s」を対象にしています。") % {"conditions": conditions_in_a_phrase(conditions)}
    step = next_step(reason)
    if step is None:
        return Explanation(meant_for, _("ほかの会をさがす"), reverse("events:events"))
    sentence = meant_for + str(step.sentence)
    if WAYS[reason] == Way.AN_ANSWER:
        sentence += _("あてはまるときは、プロフィールに加えると申し込めます。")
    return Explanation(sentence, str(step.label), reverse(step.page))


_COUNTS = {
    NoCount.TOO_OFTEN: lambda: _(
        "短いあいだに何度も数えたので、いまはお休みしています。一時間ほどで、また数えられます。条件はこのまま保存できます。"
    ),
}


def sentence_for_count(reason: StrEnum) -> str:
    """Why nothing was counted."""
    return _COUNTS[NoCount(reason)]()


# --- seats


def _overlapping(event: Event, other: Event | None) -> Explanation:
    if other is None:  # given back a moment ago: trying again will do
        return Explanation(
            _("同じ時間に、別の会の席がありました。もう一度お試しください。"), _("会のページへ"), _page(event)
        )
    return Explanation(
        _("同じ時間に「%(other)s」の席があります。「%(event)s」に参加するときは、先にそちらを取り消してください。")
        % {"other": other.title, "event": event.title},
        _("席のある会のページへ"),
        _page(other),
    )


def _opens_later(event: Event, opens_at: datetime | None) -> Explanation:
    """Marks delay the opening for their member, who reads until when."""
    sentence = _("直前の取り消しや欠席の印があるので、あなたの申し込みは%(when)sからです。") % {
        "when": _moment(opens_at or event.registration_closes_at)
    }
    return Explanation(sentence, _("わたしの印を見る"), reverse("events:marks"))


def _elsewhere(sentence: Callable[[Event], str]) -> Callable[[Event], Explanation]:
    """Nothing can be done here any more: the next step is another event."""
    return lambda event: Explanation(sentence(event), _("ほかの会をさがす"), reverse("events:events"))


def _here(sentence: Callable[[Event], str]) -> Callable[[Event], Explanation]:
    """The event page says how things stand now."""
    return lambda event: Explanation(sentence(event), _("会のページへ"), _page(event))


def _page(event: Event) -> str:
    return reverse("events:event", args=[event.pk])


def _moment(moment) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


_SENTENCES: dict[StrEnum, Callable[[Event], Explanation]] = {
    NoRegistration.NOT_PUBLISHED: _elsewhere(lambda event: _("この会は、まだ公開されていません。")),
    NoRegistration.CALLED_OFF: _elsewhere(lambda event: _("この会は中止になりました。")),
    NoRegistration.CLOSED: _elsewhere(lambda event: _("この会は終わりました。")),
    NoRegistration.STARTED: _elsewhere(lambda event: _("この会はもう始まっています。")),
    NoRegistration.REGISTRATION_CLOSED: _elsewhere(
        lambda event: _("申し込みは%(when)sに締め切りました。") % {"when": _moment(event.registration_closes_at)}
    ),
    NoRegistration.NOT_OPEN_YET: _here(
        lambda event: _("申し込みは%(when)sに始まります。") % {"when": _moment(event.registration_opens_at)}
    ),
    NoRegistration.NO_LEADER: _elsewhere(
        lambda event: _("いま、この会の進行役を決めなおしています。決まるまで、新しい申し込みをお休みしています。")
    ),
    NoRegistration.OWN_EVENT: _here(lambda event: _("あなたが進行する会です。席の申し込みは要りません。")),
    NoRegistration.NAME_MISSING: lambda event: Explanation(
        _("呼ばれたい名前を、まだうかがっていません。おなじ組の方が、あなたを呼ぶための名前です。"),
        _("名前を決める"),
        reverse("members:welcome_work"),
    ),
    NoRegistration.BACK_AND_FORTH: _here(
        lambda event: _(
            "この会への申し込みと取り消しが、きょうは何度も続きました。一日おいてから、もう一度お申し込みください。"
        )
    ),
    NoRegistration.ALREADY_REGISTERED: _here(lambda event: _("この会には、もう申し込んでいます。")),
    NoWithdrawal.NOT_REGISTERED: _here(lambda event: _("この会には申し込んでいません。取り消すものはありません。")),
    NoWithdrawal.STARTED: _here(
        lambda event: _("会が始まったあとは取り消せません。このまま参加しなくても大丈夫です。")
    ),
    NoAnswer.NO_OFFER: _here(lambda event: _("いま、あなたにご用意している席はありません。")),
    NoAnswer.EXPIRED: _here(
        lambda event: _("お返事の期限が過ぎたので、席は次の方へ移ります。締切の前なら、もう一度お待ちいただけます。")
    ),
    NoTaking.NOT_IN_LINE: _here(lambda event: _("いま、この会の空きを待っていません。会のページから申し込めます。")),
    NoTaking.NOT_OPEN: _elsewhere(lambda event: _("この会は中止になったか、終わっています。")),
    NoTaking.NO_LEADER: _here(
        lambda event: _("いま、この会の進行役を決めなおしています。決まるまで、新しい席はご案内できません。")
    ),
    NoTaking.STARTED: _elsewhere(lambda event: _("この会はもう始まっています。")),
    NoTaking.TOO_EARLY: _here(
        lambda event: (
            _("空いた席が先着になるのは、始まる%(minutes)s分前からです。それまでは順にご案内します。")
            % {"minutes": SHORTEST_OFFER // timedelta(minutes=1)}
        )
    ),
    NoTaking.FULL: _here(lambda event: _("空いていた席は、先に来た方に決まりました。また空くことがあります。")),
    NoAnswer.CALLED_OFF: _elsewhere(lambda event: _("この会は中止になりました。お返事は要りません。")),
    NoEntryToRoom.CALLED_OFF: _elsewhere(lambda event: _("この会は中止になりました。部屋は開きません。")),
    NoEntryToRoom.NOT_YET_OPEN: _here(lambda event: _("部屋はまだ開いていません。開く時刻になったら入れます。")),
    NoEntryToRoom.OVER: _here(lambda event: _("会は終わりました。部屋はもう閉じています。")),
}


# --- the member's own limits: a question, no refusal


def beyond_limits(found: Iterable[Beyond], limits: Limits, event: Event) -> list[str]:
    """What the member is asked to think of, one sentence for each limit of theirs."""
    return [_LIMITS[one](limits, event) for one in found]


_LIMITS: dict[Beyond, Callable[[Limits, Event], str]] = {
    Beyond.LONG: lambda limits, event: (
        _("%(minutes)s分の会です。希望は%(wished)s分まででした。")
        % {"minutes": event.minutes, "wished": limits.minutes}
    ),
    Beyond.MANY_THIS_MONTH: lambda limits, event: (
        _("この月の席は、もう目安の%(number)s回分あります。") % {"number": limits.events_a_month}
    ),
    Beyond.NO_QUIET_EVENING: lambda limits, event: _(
        "前か次の晩にも席があります。会の次の晩は、しずかに過ごすことにしていました。"
    ),
}


# --- hosting


def sentence_for_fault(fault: Fault, plan: Plan) -> str:
    """What is wrong with a plan, for the field it is about."""
    return _FAULTS[fault]() % {
        "shortest": SHORTEST,
        "longest": LONGEST,
        "usual": LONGEST_WITHOUT_REASON,
        "deepest": DEEPEST_PROMPTS,
        "fewest": FEWEST_SEATS,
        "most": MOST_SEATS,
        "themes": MOST_THEMES,
        "items": MOST_ITEMS,
        "talks": MOST_TALKS,
        "minutes": plan.minutes,
        "sum": sum(item.minutes for item in plan.run_sheet),
        "group": max(plan.group_size, *plan.group_sizes, 0),
        "hours": int(DRAWN_BEFORE_START.total_seconds() // 3600),
    }


_FAULTS: dict[Fault, Callable[[], str]] = {
    Fault.IN_THE_PAST: lambda: _("過ぎた日時です。これから先の日時を入れてください。"),
    Fault.TOO_FAR_AWAY: lambda: _("一年より先です。一年以内の日時を入れてください。"),
    Fault.TOO_SHORT: lambda: _("短すぎます。%(shortest)s分から%(longest)s分で入れてください。"),
    Fault.TOO_LONG: lambda: _("長すぎます。%(longest)s分までで入れてください。60分をおすすめします。"),
    Fault.LONG_WITHOUT_REASON: lambda: _(
        "%(usual)s分をこえる会には、理由が要ります。理由を書くか、%(usual)s分までにしてください。"
    ),
    Fault.CLOSES_IN_THE_PAST: lambda: _(
        "過ぎた日時です。これから先の日時を入れるか、空けておいてください。空けておくと、始まるまで申し込めます。"
    ),
    Fault.SOON_FOR_LOTTERY: lambda: _(
        "抽選の会は、始まる%(hours)s時間前までに締め切ります。それより先の日時にするか、先着順にしてください。"
    ),
    Fault.CLOSES_AFTER_START: lambda: _("会が始まったあとです。始まる前の日時を入れるか、空けておいてください。"),
    Fault.OPENS_AFTER_CLOSE: lambda: _(
        "締切と同じか、締切よりあとです。締切より前の日時を入れるか、空けておいてください。"
    ),
    Fault.LATE_FOR_LOTTERY: lambda: _(
        "抽選の会は、始まる%(hours)s時間前までに締め切ってください。当たった方が、予定を決める時間が要ります。"
    ),
    Fault.FEW_SEATS: lambda: _("少なすぎます。%(fewest)s人から%(most)s人で入れてください。"),
    Fault.MANY_SEATS: lambda: _("多すぎます。%(most)s人までで入れてください。"),
    Fault.FIRST_TIMER_SEATS: lambda: _("定員より多くなっています。定員までの数を入れてください。"),
    Fault.FIRST_TIMER_LOTTERY: lambda: _("抽選の会では取っておけません。0にするか、先着順にしてください。"),
    Fault.FIRST_TIMER_HOUR_MISSING: lambda: _("いつまで取っておくかを入れてください。"),
    Fault.FIRST_TIMER_HOUR_LATE: lambda: _("遅すぎます。始まる1時間前までの日時を入れてください。"),
    Fault.GROUP_SIZE: lambda: _("組の人数は3人から5人で選んでください。"),
    Fault.GROUP_WITHOUT_SEATS: lambda: _("ひとつの組（%(group)s人）より少ない定員です。"),
    Fault.MANY_THEMES: lambda: _("モヤモヤは%(themes)sつまで選べます。"),
    Fault.NOBODY_FITS: lambda: _(
        "「はじめて参加する方」と「これまでに参加した方」の両方に当てはまる方はいません。"
        "どちらかを外すか、「どれかに当てはまる方」にしてください。"
    ),
    Fault.PREFECTURE_ONLINE: lambda: _(
        "お住まいの条件は、会場で開く会だけに付けられます。外すか、開きかたを会場にしてください。"
    ),
    Fault.NO_RUN_SHEET: lambda: _("進行表が空です。することと長さを、一行は入れてください。"),
    Fault.MANY_ITEMS: lambda: _("進行表は%(items)s行までです。"),
    Fault.MANY_TALKS: lambda: _("組で話す行は%(talks)sつまでです。"),
    Fault.PROMPT_DEPTH: lambda: _("お題の深さは1から%(deepest)sで選んでください。"),
    Fault.RUN_SHEET_DIFFERS: lambda: _(
        "進行表を足すと%(sum)s分で、会の長さ（%(minutes)s分）と合いません。どちらかを直してください。"
    ),
}


def _mend(sentence: Callable[[], str]) -> Callable[[Event], Explanation]:
    """The host can do something about it in the plan."""
    return lambda event: Explanation(sentence(), _("会の内容を直す"), reverse("events:edit", args=[event.pk]))


def _at_desk(sentence: Callable[[], str]) -> Callable[[Event], Explanation]:
    """The event's own page for hosts says how things stand."""
    return lambda event: Explanation(sentence(), _("会の受付へ"), reverse("events:desk", args=[event.pk]))


def _at_board(sentence: Callable[[], str]) -> Callable[[Event], Explanation]:
    """The board that the evening is led by says how things stand."""
    return lambda event: Explanation(sentence(), _("当日の進行へ"), reverse("events:groups", args=[event.pk]))


_SENTENCES.update(
    {
        NoHosting.NOT_A_DRAFT: _at_desk(lambda: _("この会は下書きではないので、公開できません。")),
        NoHosting.NO_ROOM: _mend(lambda: _("部屋のURLがまだありません。入れると公開できます。")),
        NoHosting.NO_PLACE: _mend(lambda: _("会場がまだありません。入れると公開できます。")),
        NoHosting.NO_PROMISE: _mend(lambda: _("会の約束がひとつもありません。選ぶと公開できます。")),
        NoHosting.NO_TALK: _mend(lambda: _("進行表に、組で話す時間がありません。ひとつ加えると公開できます。")),
        NoHosting.DATE_PASSED: _mend(lambda: _("始まる日時か締切が過ぎています。直すと公開できます。")),
        NoHosting.PLAN_FAULTY: _mend(lambda: _("会の内容に、確かめていただきたいところがあります。")),
        NoHosting.NO_LEADER: _at_desk(
            lambda: _("いまの進行役は、この会を進められません。別の進行役に替えると公開できます。")
        ),
        NoHandingOver.OVER: _at_desk(lambda: _("この会は終わったか、中止になっています。進行役は替えられません。")),
        NoHandingOver.NOT_ABLE: _at_desk(
            lambda: _("その方は、いまはこの会を進められません。もう一度、別の方を選んでください。")
        ),
        NoHosting.STARTED: _at_desk(lambda: _("会が始まっているので、内容は変えられません。")),
        NoHosting.CLOSED: _at_desk(lambda: _("この会は終わっているので、内容は変えられません。")),
        NoHosting.CALLED_OFF: _at_desk(lambda: _("この会は中止になっています。")),
        NoHosting.CHANGED_OFTEN: _mend(
            lambda: (
                _(
                    "申し込んだ方みなさんにメールが届く変更は、一日に%(most)s回までです。あすになったら、また変えられます。"
                )
                % {"most": settings.CHANGES_A_DAY}
            )
        ),
        NoHosting.CHANGED_MEANWHILE: _mend(
            lambda: _("開いているあいだに、別の方がこの会を変えました。いまの内容を見て、もう一度お決めください。")
        ),
        NoHosting.FIXED_SINCE_PUBLISHED: _mend(
            lambda: _("公開したあとは、開きかたと席の決めかたは変えられません。信じて申し込んだ方がいるからです。")
        ),
        NoHosting.DRAWN: _mend(
            lambda: _(
                "抽選が終わっているので、申し込みの締切は変えられません。空きが出た席は、抽選の順にご案内します。"
            )
        ),
        NoHosting.SEATS_RELEASED: _mend(
            lambda: _("はじめての方の席は、もうどなたにもひらいています。数も時刻も、元のままにしてください。")
        ),
        NoBalance.NOT_OPEN: _at_desk(lambda: _("申し込みを受けつけているあいだに、お知らせできます。")),
        NoBalance.FULL: _at_desk(lambda: _("席が埋まっているので、いまはお知らせしません。空いたら、送れます。")),
        NoBalance.DONE: _at_desk(lambda: _("この会では、もうお知らせしました。ひとつの会で一度だけです。")),
        NoInvitation.NOT_ASKED_FOR: _mend(
            lambda: _("この会は、招待した方に開かれていません。参加の条件で「招待した方」を選ぶと、招待できます。")
        ),
        NoInvitation.OVER: _at_desk(lambda: _("申し込みを締め切ったので、もう招待できません。")),
        NoInvitation.TOO_MANY: _at_desk(
            lambda: _("招待は一日に%(most)s件までです。あすになったら、また招待できます。") % {"most": MOST_A_DAY}
        ),
        NoHosting.NO_REASON: _at_desk(lambda: _("中止の理由を書いてください。申し込んだ方が会のページで読みます。")),
        NoCoHost.CLOSED: _elsewhere(lambda event: _("この会は終わっています。お手伝いは要りません。")),
        NoCoHost.CALLED_OFF: _elsewhere(lambda event: _("この会は中止になりました。お手伝いは要りません。")),
        NoCoHost.OWN_EVENT: _at_desk(lambda: _("あなたが進行する会です。このリンクは、お願いする人に送ってください。")),
        NoCoHost.TAKEN: lambda event: Explanation(
            _("この招待は、開いているあいだに受けた方がいます。お名前を見て、もう一度お決めください。"),
            _("お手伝いの方を見る"),
            reverse("events:co_hosts", args=[event.pk]),
        ),
        NoCoHost.MANY: _at_desk(
            lambda: (
                _("お願いできるのは%(most)s人までです。使っていない招待を取り消すと、もうひとり招けます。")
                % {"most": MOST_CO_HOSTS}
            )
        ),
        NoSeries.OVER: _at_desk(
            lambda: _("この会は終わったか、中止になっています。写して、新しい会から始められます。")
        ),
        NoSeries.ALREADY: lambda event: Explanation(
            _("この会は、もうシリーズに入っています。先の日付は、シリーズのページから作れます。"),
            _("シリーズのページへ"),
            reverse("events:series", args=[event.series_id]),
        ),
        NoSeries.OTHER_DATES: lambda event: Explanation(
            _("日付が変わっています。もう一度、日付を見てから選んでください。"),
            _("日付を見る"),
            reverse("events:series", args=[event.series_id])
            if event.series_id
            else reverse("events:begin_series", args=[event.pk]),
        ),
        NoTemplate.MANY: lambda event: Explanation(
            _("ひな型は%(most)sまで残せます。使わないものを消すと、また残せます。") % {"most": MOST_TEMPLATES},
            _("ひな型を見る"),
            reverse("events:new"),
        ),
        NoHosting.PUBLISH_IN_THE_PAST: _at_desk(
            lambda: _("過ぎた日時です。これから先の日時を選ぶか、いま公開してください。")
        ),
        NoHosting.PUBLISH_TOO_LATE: _at_desk(
            lambda: _("申し込みの締切よりあとです。締切より前の日時を選んでください。")
        ),
        NoAttendance.NOT_OPEN_YET: _at_desk(lambda: _("受付はまだ開いていません。部屋が開く時刻から記録できます。")),
        NoAttendance.NOT_STARTED: _at_desk(lambda: _("会はまだ始まっていません。始まったあとに終えられます。")),
        NoAttendance.NOT_PUBLISHED: _at_desk(lambda: _("この会はまだ公開されていません。")),
        NoAttendance.CLOSED: _at_desk(lambda: _("この会は終わっています。参加の記録はもう変わりません。")),
        NoAttendance.CALLED_OFF: _at_desk(lambda: _("この会は中止になっています。")),
        NoAttendance.NO_SEAT: _at_desk(lambda: _("この方は、いま席を持っていません。一覧を確かめてください。")),
        NoDraw.NOBODY: _at_desk(lambda: _("まだだれも受付をしていません。受付をすると、組を作れます。")),
        NoDraw.ALONE: _at_desk(
            lambda: _("いらっしゃるのはまだおひとりです。だれもひとりにならないよう、もうひとりを待ってください。")
        ),
        NoDraw.NO_TALK: _at_desk(lambda: _("進行表に、組で話す時間がありません。")),
        NoDraw.ALL_BEGUN: _at_board(
            lambda: _("どの輪も、もう始まっています。始まった輪の顔ぶれは、そのまま残ります。")
        ),
        NoRunning.NOT_STARTED: _at_board(lambda: _("会はまだ始まっていません。始まる時刻になったら、はじめられます。")),
        NoRunning.DRAWN_ANEW: _at_board(
            lambda: _("開いているあいだに、組が作りなおされました。いまの組を見て、もう一度お決めください。")
        ),
        NoRunning.NOT_PUBLISHED: _at_board(
            lambda: _("この輪の組を、まだみなさんに知らせていません。知らせると、はじめられます。")
        ),
        NoRunning.EARLIER_ROUND_FIRST: _at_board(lambda: _("前の輪がまだです。順にはじめてください。")),
        NoRunning.ROUND_BEGUN: _at_board(lambda: _("この輪はもう始まっています。顔ぶれは、つぎの輪で変えられます。")),
        NoRunning.NOBODY_SEATED: _at_board(
            lambda: _("この回には、まだだれの席もありません。席をととのえるか、組を作りなおしてください。")
        ),
        NoMove.FULL: _at_board(
            lambda: _("ひとつの組は%(largest)s人までです。ほかの組を選んでください。") % {"largest": LARGEST}
        ),
        NoMove.LOCKED: _at_board(lambda: _("固定した組や席は動きません。固定を外すと、動かせます。")),
        NoMove.NOBODY: _at_board(lambda: _("この方は、いま受付にいません。受付を確かめて、もう一度お決めください。")),
        NoMove.NO_REPAIR: _at_board(
            lambda: _(
                "自動では席を用意できませんでした。固定を外すか、ひとりずつ席を選ぶか、組を作りなおしてください。"
            )
        ),
        NoRunning.WORD_LONG: _at_board(
            lambda: _("ひとことは%(longest)s字までです。短くして、もう一度お書きください。") % {"longest": LONGEST_WORD}
        ),
        NoRunning.NOTE_LONG: lambda event: Explanation(
            _("メモは%(longest)s字までです。短くして、もう一度お書きください。") % {"longest": LONGEST_NOTE},
            _("会のページへ"),
            reverse("events:group", args=[event.pk]),
        ),
        TooOften.DRAWS: _at_board(
            lambda: (
                _("組を作りなおせるのは、ひと晩に%(most)s回までです。いまの案を見せるか、席を動かしてください。")
                % {"most": MOST_DRAWS}
            )
        ),
        TooOften.SMALL_DRAWS: _at_board(
            lambda: (
                _(
                    "ひと組になる少ない人数では、作れるのはひと晩に%(most)s回までです。"
                    "いまの案を見せるか、席をととのえてください。"
                )
                % {"most": MOST_SMALL_DRAWS}
            )
        ),
        TooOften.REOPENINGS: _at_board(
            lambda: (
                _("みなさんに見せた組を変えられるのは、ひと晩に%(most)s回までです。このまま始められます。")
                % {"most": MOST_REOPENINGS}
            )
        ),
        TooOften.CORRECTED: _at_desk(
            lambda: (
                _(
                    "組ができたあとに受付を直せるのは、ひと晩に%(most)s回までです。"
                    "ご本人が部屋に入ると、自分で「参加」が付きます。"
                )
                % {"most": MOST_CORRECTED}
            )
        ),
    }
)


# --- marks


def explain_mark(reason: StrEnum) -> Explanation:
    """Why nothing more can be said or answered about a mark."""
    return Explanation(_MARKS[NoObjection(reason)]())


_MARKS: dict[NoObjection, Callable[[], str]] = {
    NoObjection.WEIGHS_NOTHING: lambda: _("この印は、もう何にも響きません。お手続きは要りません。"),
    NoObjection.ALREADY_SAID: lambda: _("この印については、もう受けつけています。内容は一覧で確かめられます。"),
    NoObjection.EXPIRED: lambda: _("この印は期限が過ぎていて、もう何にも響きません。"),
    NoObjection.ILLNESSES_USED: lambda: _(
        "体調のための取り消しは、半年に二度まで印になりません。続くときは、事情を一文でお知らせください。"
    ),
    NoObjection.NOTHING_SAID: lambda: _("この印には、ご本人からのことばが届いていません。"),
    NoObjection.OWN_MARK: lambda: _("ご自分の印には、ほかの担当がお返事します。"),
}
