"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.event.rules.eligibility import WAYS, Conditions, NotEligible, Way
from events.models import Event
from events.registration.limits import MARKS, OFFERS
from events.registration.queries.registration import conditions_of
from events.registration.rules.mark import NoObjection
from events.registration.rules.own_limits import Beyond, OwnLimits
from events.registration.rules.registration import NoRegistration, NoWithdrawal
from events.registration.rules.video_room import NoEntryToVideoRoom
from events.registration.rules.waitlist import NoAnswer, NoTaking
from events.registration.words.conditions import conditions_in_a_phrase, next_step
from kouryu.numbers import MINUTE, times, with_numbers
from kouryu.refusal import Explain, Explanation, Sentences, about_anything, explainer
from members.texts import refusals as texts


def _not_eligible(
    reason: NotEligible, *, event: Event, conditions: Conditions | None = None, **_about: object
) -> Explanation:
    conditions = conditions or conditions_of(event)
    meant_for = _("この会は「%(conditions)s」を対象にしています。") % {"conditions": conditions_in_a_phrase(conditions)}
    step = next_step(reason)
    if step is None:
        return Explanation(meant_for, _("ほかの会をさがす"), reverse("events:events"))
    sentence = meant_for + str(step.sentence)
    if WAYS[reason] == Way.AN_ANSWER:
        sentence += _("あてはまるときは、プロフィールに加えると申し込めます。")
    return Explanation(sentence, str(step.label), reverse(step.page) + step.part)


def _overlapping(*, event: Event, other: Event | None = None, **_about: object) -> Explanation:
    if other is None:  # given back a moment ago: trying again will do
        return Explanation(
            _("同じ時間に、別の会の席がありました。もう一度お試しください。"), _("会のページへ"), page_of(event)
        )
    return Explanation(
        _("同じ時間に「%(other)s」の席があります。「%(event)s」に参加するときは、先にそちらを取り消してください。")
        % {"other": other.title, "event": event.title},
        _("席のある会のページへ"),
        page_of(other),
    )


def _opens_later(*, event: Event, opens_at: datetime | None = None, **_about: object) -> Explanation:
    """Marks delay the opening for their member, who reads until when."""
    sentence = _("直前の取り消しや欠席の印があるので、あなたの申し込みは%(when)sからです。") % {
        "when": moment(opens_at or event.registration_closes_at)
    }
    return Explanation(sentence, _("わたしの印を見る"), reverse("events:marks"))


def elsewhere(sentence: Callable[[Event], str]) -> Explain:
    """Nothing can be done here any more: the next step is another event."""
    return lambda event, **_about: Explanation(sentence(event), _("ほかの会をさがす"), reverse("events:events"))


def here(sentence: Callable[[Event], str]) -> Explain:
    """The event page says how things stand now."""
    return lambda event, **_about: Explanation(sentence(event), _("会のページへ"), page_of(event))


def page_of(event: Event) -> str:
    return reverse("events:event", args=[event.pk])


def moment(moment) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def _name_missing(**_about: object) -> Explanation:
    return Explanation(
        _("呼ばれたい名前を、まだうかがっていません。おなじ組の方が、あなたを呼ぶための名前です。"),
        _("名前を決める"),
        reverse("members:welcome_work"),
    )


# Why nothing more can be said or answered about a mark.
_MARKS: Sentences = {
    NoObjection.WEIGHS_NOTHING: lambda: Explanation(_("この印は、もう何にも響きません。お手続きは要りません。")),
    NoObjection.ALREADY_SAID: lambda: Explanation(
        _("この印については、もう受けつけています。内容は一覧で確かめられます。")
    ),
    NoObjection.EXPIRED: lambda: Explanation(_("この印は期限が過ぎていて、もう何にも響きません。")),
    NoObjection.ILLNESSES_USED: lambda: Explanation(
        with_numbers(
            _("体調のための取り消しは、半年に%(times)sまで印になりません。続くときは、事情を一文でお知らせください。"),
            times=times(MARKS.illnesses_free),
        )
    ),
    NoObjection.NOTHING_SAID: lambda: Explanation(_("この印には、ご本人からのことばが届いていません。")),
    NoObjection.OWN_MARK: lambda: Explanation(_("ご自分の印には、ほかの担当がお返事します。")),
}

# Each is called with the `event`, and where the caller has them with the `other` event at the same time, the
# `conditions` of the event, and when it `opens_at` for a reader whose marks delay that.
EXPLAINED: Sentences = {
    **about_anything(texts.EXPLAINED_ON_PAGE),
    **about_anything(_MARKS),
    **{reason: partial(_not_eligible, reason) for reason in NotEligible},
    NoRegistration.OVERLAPPING_SEAT: _overlapping,
    NoAnswer.OVERLAPPING_SEAT: _overlapping,
    NoTaking.OVERLAPPING_SEAT: _overlapping,
    NoRegistration.OPENS_LATER_FOR_YOU: _opens_later,
    NoRegistration.NAME_MISSING: _name_missing,
    NoRegistration.NOT_PUBLISHED: elsewhere(lambda event: _("この会は、まだ公開されていません。")),
    NoRegistration.CALLED_OFF: elsewhere(lambda event: _("この会は中止になりました。")),
    NoRegistration.CLOSED: elsewhere(lambda event: _("この会は終わりました。")),
    NoRegistration.STARTED: elsewhere(lambda event: _("この会はもう始まっています。")),
    NoRegistration.REGISTRATION_CLOSED: elsewhere(
        lambda event: _("申し込みは%(when)sに締め切りました。") % {"when": moment(event.registration_closes_at)}
    ),
    NoRegistration.NOT_OPEN_YET: here(
        lambda event: _("申し込みは%(when)sに始まります。") % {"when": moment(event.registration_opens_at)}
    ),
    NoRegistration.NO_LEADER: elsewhere(
        lambda event: _("いま、この会の進行役を決めなおしています。決まるまで、新しい申し込みをお休みしています。")
    ),
    NoRegistration.OWN_EVENT: here(lambda event: _("あなたが進行する会です。席の申し込みは要りません。")),
    NoRegistration.BACK_AND_FORTH: here(
        lambda event: _(
            "この会への申し込みと取り消しが、きょうは何度も続きました。一日おいてから、もう一度お申し込みください。"
        )
    ),
    NoRegistration.ALREADY_REGISTERED: here(lambda event: _("この会には、もう申し込んでいます。")),
    NoWithdrawal.NOT_REGISTERED: here(lambda event: _("この会には申し込んでいません。取り消すものはありません。")),
    NoWithdrawal.STARTED: here(lambda event: _("会が始まったあとは取り消せません。このまま参加しなくても大丈夫です。")),
    NoAnswer.NO_OFFER: here(lambda event: _("いま、あなたにご用意している席はありません。")),
    NoAnswer.EXPIRED: here(
        lambda event: _("お返事の期限が過ぎたので、席は次の方へ移ります。締切の前なら、もう一度お待ちいただけます。")
    ),
    NoTaking.NOT_IN_LINE: here(lambda event: _("いま、この会の空きを待っていません。会のページから申し込めます。")),
    NoTaking.NOT_OPEN: elsewhere(lambda event: _("この会は中止になったか、終わっています。")),
    NoTaking.NO_LEADER: here(
        lambda event: _("いま、この会の進行役を決めなおしています。決まるまで、新しい席はご案内できません。")
    ),
    NoTaking.STARTED: elsewhere(lambda event: _("この会はもう始まっています。")),
    NoTaking.TOO_EARLY: here(
        lambda event: (
            _("空いた席が先着になるのは、始まる%(minutes)s分前からです。それまでは順にご案内します。")
            % {"minutes": OFFERS.shortest // MINUTE}
        )
    ),
    NoTaking.FULL: here(lambda event: _("空いていた席は、先に来た方に決まりました。また空くことがあります。")),
    NoAnswer.CALLED_OFF: elsewhere(lambda event: _("この会は中止になりました。お返事は要りません。")),
    NoEntryToVideoRoom.CALLED_OFF: elsewhere(lambda event: _("この会は中止になりました。部屋は開きません。")),
    NoEntryToVideoRoom.NOT_YET_OPEN: here(lambda event: _("部屋はまだ開いていません。開く時刻になったら入れます。")),
    NoEntryToVideoRoom.OVER: here(lambda event: _("会は終わりました。部屋はもう閉じています。")),
}

explain = explainer(EXPLAINED)


def beyond_limits(found: Iterable[Beyond], limits: OwnLimits, event: Event) -> list[str]:
    """What the member is asked to think of, one sentence for each limit of theirs."""
    return [_LIMITS[one](limits, event) for one in found]


_LIMITS: dict[Beyond, Callable[[OwnLimits, Event], str]] = {
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
