"""The words of seats, marks and presence: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from events.registration.limits import MARKS, REMINDERS, SEATS
from kouryu.numbers import hour, hours, spelled_hours, with_numbers
from members.mail.kinds import mail_kind


class RegistrationState(TextChoices):
    APPLIED = "applied", _("抽選を待っています")
    WAITING = "waiting", _("空きを待っています")
    OFFERED = "offered", _("席をご用意しています")
    CONFIRMED = "confirmed", _("席が決まりました")
    WITHDRAWN = "withdrawn", _("取り消しました")


COMING = frozenset({RegistrationState.APPLIED, RegistrationState.WAITING, RegistrationState.CONFIRMED})
REGISTRATION_MOVES = {
    "": COMING,  # a registration that is not stored yet
    RegistrationState.APPLIED: {
        RegistrationState.CONFIRMED,
        RegistrationState.WAITING,
        RegistrationState.WITHDRAWN,
    },
    RegistrationState.WAITING: {RegistrationState.OFFERED, RegistrationState.CONFIRMED, RegistrationState.WITHDRAWN},
    RegistrationState.OFFERED: {RegistrationState.CONFIRMED, RegistrationState.WITHDRAWN},
    RegistrationState.CONFIRMED: {RegistrationState.WITHDRAWN},
    RegistrationState.WITHDRAWN: COMING,
}


SEATED = (RegistrationState.OFFERED, RegistrationState.CONFIRMED)  # the states that hold a numbered seat


class Answer(TextChoices):
    """How an offer ended; an empty answer is an open offer."""

    ACCEPTED = "accepted", _("受けました")
    DECLINED = "declined", _("見送りました")
    EXPIRED = "expired", _("期限が過ぎました")


class Mode(TextChoices):
    """How I take part; only the host sees it."""

    TALK = "talk", _("話しながら参加")
    LISTEN = "listen", _("聞くのが中心")
    CHAT = "chat", _("チャットで参加")


class Presence(TextChoices):
    """What the attendance row says; a seat without a row is absent once the event is closed."""

    PRESENT = "present", _("参加")
    EXCUSED = "excused", _("欠席の連絡あり")


class Outcome(TextChoices):
    """What really happened to a registration, derived after the event; follow-ups go by it."""

    ATTENDED = "attended", _("参加しました")
    EXCUSED = "excused", _("欠席の連絡がありました")
    ABSENT = "absent", _("いらっしゃいませんでした")


class MarkKind(TextChoices):
    """How a seat was lost to others."""

    LATE_WITHDRAWAL = "late-withdrawal", _("直前の取り消し")
    NO_SHOW = "no-show", _("連絡のない欠席")


class Sparing(TextChoices):
    """Why a mark weighs nothing."""

    SHORT_NOTICE = "short-notice", with_numbers(_("始まる前の%(hours)sにご案内した席"), hours=hours(SEATS.late_from))
    CHANGED = "changed", _("申し込みのあとに、日時、場所、約束、対象、進行役のどれかが変わった会")
    DOUBLE_SEAT = "double-seat", _("日時が変わって、別の会と重なった席")
    SECOND_THOUGHT = (
        "rethought",
        with_numbers(_("申し込んで%(within)sのうちの取り消し"), within=spelled_hours(MARKS.time_to_think_better)),
    )
    CALLED_OFF = "called-off", _("中止になった会")
    ILLNESS = "illness", _("体調によるもの")
    FIRST_TIME = "first-time", _("はじめての方の一度め")
    CORRECTED = "corrected", _("受付の記録が、あとから直された会")


COUNTED = ("", Sparing.FIRST_TIME)  # as a seat given up; nothing else that is spared is


class Ruling(TextChoices):
    """What the staff decided about a mark after an objection."""

    LIFTED = "lifted", _("印を外す")
    UPHELD = "upheld", _("印を残す")


SEAT_MAIL = mail_kind("seat", _("申し込みと席のお知らせ"))
DAY_BEFORE_MAIL = mail_kind(
    "day-before",
    with_numbers(_("会の前の日のお知らせ（%(hour)s）"), hour=hour(REMINDERS.day_before_at)),
    place=1,
    is_reminder=True,
)
HOUR_BEFORE_MAIL = mail_kind("hour-before", _("会の1時間前のお知らせ"), place=2, is_reminder=True)
FIVE_MINUTES_MAIL = mail_kind("five-minutes", _("会の5分前のお知らせ"), place=3, is_reminder=True)
FOLLOW_UP_MAIL = mail_kind("follow-up", _("会のあとのお知らせ"), place=4)
