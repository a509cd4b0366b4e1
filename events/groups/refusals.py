"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from events.groups.limits import PROBING
from events.groups.rules.drawing import NoDraw
from events.groups.rules.evening import NoRunning
from events.groups.rules.probing import TooOften
from events.groups.rules.seating import LARGEST, NoMove
from events.registration import refusals as registration
from events.registration.rules.closing import NoAttendance, NoCorrection
from kouryu.refusal import Explain, Explanation, Sentences, about_anything, explainer
from members.desk import refusals as desk


def at_desk(sentence: Callable[[], str]) -> Explain:
    """The event's own page for hosts says how things stand."""
    return lambda event, **_about: Explanation(sentence(), _("会の受付へ"), reverse("events:desk", args=[event.pk]))


def at_board(sentence: Callable[[], str]) -> Explain:
    """The board that the evening is led by says how things stand."""
    return lambda event, **_about: Explanation(sentence(), _("当日の進行へ"), reverse("events:groups", args=[event.pk]))


EXPLAINED: Sentences = {
    **registration.EXPLAINED,
    **about_anything(desk.EXPLAINED),
    NoAttendance.NOT_OPEN_YET: at_desk(lambda: _("受付はまだ開いていません。部屋が開く時刻から記録できます。")),
    NoAttendance.NOT_STARTED: at_desk(lambda: _("会はまだ始まっていません。始まったあとに終えられます。")),
    NoAttendance.NOT_PUBLISHED: at_desk(lambda: _("この会はまだ公開されていません。")),
    NoAttendance.CLOSED: at_desk(lambda: _("この会は終わっています。参加の記録を直すときは、窓口へお知らせください。")),
    NoCorrection.NOT_CLOSED: at_desk(lambda: _("この会は、まだ終わっていません。")),
    NoCorrection.NO_SEAT: at_desk(lambda: _("この方は、この会の席を持っていませんでした。")),
    NoCorrection.SAME: at_desk(lambda: _("記録は、もうそのとおりになっています。")),
    NoCorrection.WAS_THERE: at_desk(
        lambda: _("参加した記録は、取り消せません。会のあとに届いたことばが、そこにつながっています。")
    ),
    NoAttendance.CALLED_OFF: at_desk(lambda: _("この会は中止になっています。")),
    NoAttendance.NO_SEAT: at_desk(lambda: _("この方は、いま席を持っていません。一覧を確かめてください。")),
    NoDraw.NOBODY: at_desk(lambda: _("まだだれも受付をしていません。受付をすると、組を作れます。")),
    NoDraw.ALONE: at_desk(
        lambda: _("いらっしゃるのはまだおひとりです。だれもひとりにならないよう、もうひとりを待ってください。")
    ),
    NoDraw.NO_TALK: at_desk(lambda: _("進行表に、組で話す時間がありません。")),
    NoDraw.ALL_BEGUN: at_board(lambda: _("どの輪も、もう始まっています。始まった輪の顔ぶれは、そのまま残ります。")),
    NoRunning.NOT_STARTED: at_board(lambda: _("会はまだ始まっていません。始まる時刻になったら、はじめられます。")),
    NoRunning.DRAWN_ANEW: at_board(
        lambda: _("開いているあいだに、組が作りなおされました。いまの組を見て、もう一度お決めください。")
    ),
    NoRunning.NOT_PUBLISHED: at_board(
        lambda: _("この輪の組を、まだみなさんに知らせていません。知らせると、はじめられます。")
    ),
    NoRunning.EARLIER_ROUND_FIRST: at_board(lambda: _("前の輪がまだです。順にはじめてください。")),
    NoRunning.ROUND_BEGUN: at_board(lambda: _("この輪はもう始まっています。顔ぶれは、つぎの輪で変えられます。")),
    NoRunning.NOBODY_SEATED: at_board(
        lambda: _("この回には、まだだれの席もありません。席をととのえるか、組を作りなおしてください。")
    ),
    NoMove.FULL: at_board(
        lambda: _("ひとつの組は%(largest)s人までです。ほかの組を選んでください。") % {"largest": LARGEST}
    ),
    NoMove.LOCKED: at_board(lambda: _("固定した組や席は動きません。固定を外すと、動かせます。")),
    NoMove.NOBODY: at_board(lambda: _("この方は、いま受付にいません。受付を確かめて、もう一度お決めください。")),
    NoMove.NO_REPAIR: at_board(
        lambda: _("自動では席を用意できませんでした。固定を外すか、ひとりずつ席を選ぶか、組を作りなおしてください。")
    ),
    TooOften.DRAWS: at_board(
        lambda: (
            _("組を作りなおせるのは、ひと晩に%(most)s回までです。いまの案を見せるか、席を動かしてください。")
            % {"most": PROBING.draws}
        )
    ),
    TooOften.SMALL_DRAWS: at_board(
        lambda: (
            _(
                "ひと組になる少ない人数では、作れるのはひと晩に%(most)s回までです。"
                "いまの案を見せるか、席をととのえてください。"
            )
            % {"most": PROBING.small_draws}
        )
    ),
    TooOften.REOPENINGS: at_board(
        lambda: (
            _("みなさんに見せた組を変えられるのは、ひと晩に%(most)s回までです。このまま始められます。")
            % {"most": PROBING.reopenings}
        )
    ),
    TooOften.CORRECTED: at_desk(
        lambda: (
            _(
                "組ができたあとに受付を直せるのは、ひと晩に%(most)s回までです。"
                "ご本人が部屋に入ると、自分で「参加」が付きます。"
            )
            % {"most": PROBING.corrected}
        )
    ),
}

explain = explainer(EXPLAINED)
