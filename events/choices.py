"""The words events are described with: stored value, label, and the tables of allowed moves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Format(TextChoices):
    ONLINE = "online", _("オンライン")
    ONSITE = "onsite", _("会場")


class RoomKind(TextChoices):
    """Where an online event takes place."""

    SHARED = "shared", _("みんなでひとつの部屋")
    GROUPS = "groups", _("組ごとの部屋")


class Allotment(TextChoices):
    """Who gets the seats."""

    FIRST_COME = "first-come", _("先着順")
    LOTTERY = "lottery", _("抽選")


class EventState(TextChoices):
    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開中")
    CLOSED = "closed", _("終了")
    CALLED_OFF = "called-off", _("中止")


class Promise(TextChoices):
    """What an event promises to those who come; chosen by the host, shown with an icon."""

    CAMERA_FREE = "camera-free", _("顔出し・本名は自由")
    LISTENING_OK = "listening-ok", _("聞いているだけでも")
    LEAVE_EARLY = "leave-early", _("途中で抜けられます")
    NO_RECORDING = "no-recording", _("録音・録画はしません")
    NO_SOLICITING = "no-soliciting", _("勧誘・営業はありません")
    ENDS_ON_TIME = "ends-on-time", _("時間どおりに終わります")


class ItemKind(TextChoices):
    """What people do in one stretch of the run sheet."""

    OTHER = "other", _("みんなで")
    TALK = "talk", _("組で話す")
    QUIET = "quiet", _("しずかに書く")


class ConditionKind(TextChoices):
    """What an event may ask of those who join; the values are codes of the taxonomies or choices of members."""

    INDUSTRY = "industry", _("業界")
    OCCUPATION = "occupation", _("職種")
    WORK_STATUS = "work-status", _("働きかた")
    POSITION = "position", _("お仕事での役割")
    YEARS_AT_COMPANY = "years-at-company", _("ひとつの会社での年数")
    THEME = "theme", _("モヤモヤ")
    PREFECTURE = "prefecture", _("お住まいの都道府県")
    MEMBER_SINCE = "member-since", _("会員になってからの長さ")
    EARLIER_EVENTS = "earlier-events", _("これまでの参加")
    SERIES = "series", _("シリーズへの参加")
    PLAN = "plan", _("プラン")
    FIRST_TIMER = "first-timer", _("はじめての方")
    INVITED = "invited", _("招待した方")


class Combined(TextChoices):
    """How several conditions go together."""

    ALL = "all", _("すべてに当てはまる方")
    ANY = "any", _("どれかに当てはまる方")


class Pattern(TextChoices):
    """How often a series meets."""

    WEEKLY = "weekly", _("毎週")
    SECOND_WEEK = "second-week", _("一週おき")
    FOURTH_WEEK = "fourth-week", _("四週ごと")
    MONTHLY = "monthly", _("毎月、同じ週の同じ曜日")


class Right(TextChoices):
    """What a co-host may do with one event; each covers those above it."""

    CHECK_IN = "check-in", _("受付")
    GROUPS = "groups", _("受付と組分け")
    EVERYTHING = "everything", _("すべて")


class RegistrationState(TextChoices):
    APPLIED = "applied", _("抽選を待っています")
    WAITING = "waiting", _("空きを待っています")
    OFFERED = "offered", _("席をご用意しています")
    CONFIRMED = "confirmed", _("席が決まりました")
    WITHDRAWN = "withdrawn", _("取り消しました")


REGISTRATION_MOVES = {
    RegistrationState.APPLIED: {
        RegistrationState.CONFIRMED,
        RegistrationState.WAITING,
        RegistrationState.WITHDRAWN,
    },
    RegistrationState.WAITING: {RegistrationState.OFFERED, RegistrationState.CONFIRMED, RegistrationState.WITHDRAWN},
    RegistrationState.OFFERED: {RegistrationState.CONFIRMED, RegistrationState.WITHDRAWN},
    RegistrationState.CONFIRMED: {RegistrationState.WITHDRAWN},
    RegistrationState.WITHDRAWN: {
        RegistrationState.APPLIED,
        RegistrationState.WAITING,
        RegistrationState.CONFIRMED,
    },
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


class SignalKind(TextChoices):
    """What a member may tell the host in private on the evening."""

    NEED_HELP = "need-help", _("助けがほしい")
    CANNOT_HEAR = "cannot-hear", _("聞こえない・話せない")
    UNCOMFORTABLE = "uncomfortable", _("居心地がよくない")


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

    SHORT_NOTICE = "short-notice", _("始まる前の24時間にご案内した席")
    CHANGED = "changed", _("申し込みのあとに、日時、場所、約束、対象、進行役のどれかが変わった会")
    DOUBLE_SEAT = "double-seat", _("日時が変わって、別の会と重なった席")
    SECOND_THOUGHT = "rethought", _("申し込んで1時間のうちの取り消し")
    CALLED_OFF = "called-off", _("中止になった会")
    ILLNESS = "illness", _("体調によるもの")
    FIRST_TIME = "first-time", _("はじめての方の一度め")


class Ruling(TextChoices):
    """What the staff decided about a mark after an objection."""

    LIFTED = "lifted", _("印を外す")
    UPHELD = "upheld", _("印を残す")
