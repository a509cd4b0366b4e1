"""The words between two members: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from feedback.ties.limits import TALKS
from kouryu.numbers import minutes, with_numbers
from members.mail.kinds import mail_kind


class IntentionKind(TextChoices):
    """How a member would like to go on with somebody they met; nobody else ever learns which."""

    CONSULT = "consult", _("相談しあいたい")
    HEAR = "hear", _("仕事の話を聞きたい")
    SUPPORT = "support", _("力になりたい")
    TRY = "try", _("いっしょに試したい")
    CASUAL = "casual", _("ゆるく近況を")
    ONLY_THIS = "only-this", _("今回かぎりで")


CONTACT_KINDS = [kind for kind in IntentionKind if kind != IntentionKind.ONLY_THIS]


class NetworkState(IntegerChoices):
    """What became of two people who met."""

    DOT = 1, _("点")
    LINE = 2, _("線")
    FACE = 3, _("面")


class TalkKind(TextChoices):
    """What two tied members do together."""

    TALK = "talk", with_numbers(_("%(length)s話す"), length=minutes(TALKS.talk_lasts))
    LUNCH = "lunch", _("ランチ")


class TalkState(TextChoices):
    PROPOSED = "proposed", _("お返事待ち")
    AGREED = "agreed", _("決まりました")
    DECLINED = "declined", _("今回は見送り")
    CALLED_OFF = "called-off", _("とりやめ")
    HELD = "held", _("話しました")
    MISSED = "missed", _("話せませんでした")


TALK_MOVES = {
    TalkState.PROPOSED: {TalkState.AGREED, TalkState.DECLINED, TalkState.CALLED_OFF},
    TalkState.AGREED: {TalkState.CALLED_OFF, TalkState.HELD, TalkState.MISSED},
    TalkState.DECLINED: set(),
    TalkState.CALLED_OFF: set(),
    TalkState.HELD: set(),
    TalkState.MISSED: {TalkState.HELD},
}


TIE_MAIL = mail_kind("tie", _("つながりのお知らせ"), place=9, is_told_once=True)
TALK_MAIL = mail_kind("talk", _("ふたりの時間の約束のお知らせ"))
ANNIVERSARY_MAIL = mail_kind("anniversary", _("出会って一年のおたより"), place=12)
