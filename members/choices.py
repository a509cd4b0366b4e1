"""The words members are described with: stored value, label, and the table of allowed moves."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkStatus(TextChoices):
    EMPLOYED = "employed", _("就業中")
    SELF_EMPLOYED = "self-employed", _("自営・フリーランス")
    STUDENT = "student", _("学生")
    SEEKING = "seeking", _("求職中")
    ON_LEAVE = "on-leave", _("休職・育休中")
    CARING = "caring", _("ケアに専念")
    RETIRED = "retired", _("引退")
    UNTOLD = "untold", _("言いたくない")


class YearsBand(TextChoices):
    """Years at one company."""

    UP_TO_4 = "0-4", _("0〜4年")
    FROM_5 = "5-9", _("5〜9年")
    FROM_10 = "10-19", _("10〜19年")
    FROM_20 = "20+", _("20年以上")


class Position(TextChoices):
    """What somebody answers for at work; named by the work, so that no company's titles are needed."""

    STAFF = "staff", _("担当")
    LEAD = "lead", _("チームのまとめ役")
    MANAGER = "manager", _("管理職")
    EXECUTIVE = "executive", _("経営・役員")
    SPECIALIST = "specialist", _("専門職")


class Length(TextChoices):
    """How long an event may last, in minutes."""

    UP_TO_45 = "45", _("45分まで")
    UP_TO_60 = "60", _("60分まで")
    UP_TO_90 = "90", _("90分まで")


class GroupSize(TextChoices):
    THREE = "3", _("3人くらい")
    FOUR = "4", _("4人くらい")
    FIVE = "5", _("5人くらい")
    ANY = "any", _("こだわらない")


class Camera(TextChoices):
    OFF = "off", _("画面はオフがいい")
    ON = "on", _("画面はオンがいい")
    EITHER = "either", _("どちらでも")


class Listening(TextChoices):
    LISTEN = "listen", _("聞くのが中心")
    TALK = "talk", _("話しながら")
    EITHER = "either", _("その日しだい")


class TimeBand(TextChoices):
    WEEKDAY_MORNING = "weekday-morning", _("平日の朝")
    WEEKDAY_LUNCH = "weekday-lunch", _("平日の昼休み")
    WEEKDAY_EVENING = "weekday-evening", _("平日の夜")
    WEEKEND_MORNING = "weekend-morning", _("土日の午前")
    WEEKEND_AFTERNOON = "weekend-afternoon", _("土日の午後")
    WEEKEND_EVENING = "weekend-evening", _("土日の夜")


class Role(TextChoices):
    """What staff let a member do; being a member needs no role."""

    HOST = "host", _("進行役")
    MODERATOR = "moderator", _("見守り")
    DESK = "desk", _("会費の窓口")
    OWNER = "owner", _("責任者")


class PaymentState(TextChoices):
    OPEN = "open", _("お振り込み待ち")
    CONFIRMED = "confirmed", _("確認ずみ")
    CANCELLED = "cancelled", _("取り消し")


PAYMENT_MOVES = {
    PaymentState.OPEN: {PaymentState.CONFIRMED, PaymentState.CANCELLED},
    PaymentState.CONFIRMED: set(),
    PaymentState.CANCELLED: set(),
}


class PeriodSource(TextChoices):
    PAID = "paid", _("お支払い")
    GRANTED = "granted", _("運営からの付与")


class MailState(TextChoices):
    QUEUED = "queued", _("送信待ち")
    SENDING = "sending", _("送信中")
    SENT = "sent", _("送信ずみ")
    FAILED = "failed", _("届けられず")
    UNKNOWN = "unknown", _("届いたか不明")
    DROPPED = "dropped", _("送らない")


ENDED_MAIL = {MailState.SENT, MailState.FAILED, MailState.UNKNOWN, MailState.DROPPED}  # nothing more becomes of it


class CodeMail(StrEnum):
    """The mails with a code that lets its reader in; their keys begin with `account/` and this."""

    VERIFICATION = "verification-code"
    NEW_PASSWORD = "password-code"  # noqa: S105 - a name
    LOGIN = "login-code"


class MailKind(TextChoices):
    """What a mail is about; the optional kinds can be switched off by the member."""

    ACCOUNT = "account", _("アカウントの大切なお知らせ")
    MEMBERSHIP = "membership", _("会費のお知らせ")
    SEAT = "seat", _("申し込みと席のお知らせ")
    HOSTING = "hosting", _("進行役へのお知らせ")
    DAY_BEFORE = "day-before", _("会の前の日のお知らせ（20時）")
    HOUR_BEFORE = "hour-before", _("会の1時間前のお知らせ")
    FIVE_MINUTES = "five-minutes", _("会の5分前のお知らせ")
    FOLLOW_UP = "follow-up", _("会のあとのお知らせ")
    LETTER = "letter", _("ことばが届いたお知らせ")
    SAFETY = "safety", _("安心のためのお知らせ")
    TALK = "talk", _("ふたりの時間の約束のお知らせ")
    INVITATION = "invitation", _("会へのご招待")
    DRAFT = "draft", _("書きかけの強みのお知らせ")
    STEP = "step", _("次の一歩のお知らせ")
    TIE = "tie", _("つながりのお知らせ")
    DIGEST = "digest", _("月に一度のおたより")
    STATEMENT = "statement", _("会費と、得たもののふりかえり")
    ANNIVERSARY = "anniversary", _("出会って一年のおたより")


OPTIONAL_MAIL = {
    MailKind.DAY_BEFORE,
    MailKind.HOUR_BEFORE,
    MailKind.FIVE_MINUTES,
    MailKind.FOLLOW_UP,
    MailKind.LETTER,
    MailKind.INVITATION,
    MailKind.DRAFT,
    MailKind.STEP,
    MailKind.TIE,
    MailKind.DIGEST,
    MailKind.STATEMENT,
    MailKind.ANNIVERSARY,
}


# About a seat that the member holds: they come although the member rests, and take no place of the week.
REMINDER_MAIL = {MailKind.DAY_BEFORE, MailKind.HOUR_BEFORE, MailKind.FIVE_MINUTES}

# Of these at most settings.MAILS_A_WEEK reach a member within seven days.
WEEKLY_MAIL = OPTIONAL_MAIL - REMINDER_MAIL

# Told when it happens, by no sweep that asks again: one too many for its week is never sent (docs/decisions/0023).
TOLD_ONCE_MAIL = {MailKind.LETTER, MailKind.TIE}


class Language(TextChoices):
    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "English"


class Theme(TextChoices):
    """The colours of the pages, as the member chose them."""

    AUTO = "auto", _("自動")
    LIGHT = "light", _("明るい")
    DARK = "dark", _("暗い")


class TermKind(TextChoices):
    """What a phrase of the screening list stands for; the same words as `rules.screening.Kind`."""

    CONTACT = "contact", _("連絡先")
    LINK = "link", _("リンク")
    INVITATION = "invitation", _("勧誘・誘い")
    LOOKS = "looks", _("見た目")
    AGE = "age", _("年齢")
    FAMILY = "family", _("結婚・家族")
    COMPARISON = "comparison", _("くらべる")
    PUT_DOWN = "put-down", _("下げる")
    COMPANY = "company", _("会社名")
    ORDINARY = "ordinary", _("ふつうのことば（数えない）")


class TextKind(TextChoices):
    """A text of one member that others read on pages, whoever they are."""

    WISH = "wish", _("話してみたいこと")
    OFFER = "offer", _("話せること・持ち寄れること")
    TITLE = "title", _("会の名前")
    DESCRIPTION = "description", _("どんな会か")
    HOST_WORDS = "host-words", _("進行役からのひとこと")
    PLACE = "place", _("会場")
    RUN_SHEET = "run-sheet", _("流れ")
    WORD = "word", _("みなさんへのひとこと")
    CALL_OFF = "call-off", _("中止の理由")
    NAME = "name", _("呼ばれたい名前")
    ORDINARY = "ordinary", _("私の当たり前")
    WONDER = "wonder", _("すごい、と言われた当たり前")
    THANKS = "thanks", _("お礼のひとこと")


class TextState(TextChoices):
    """What the screening or a moderator said of a text."""

    ASKED = "asked", _("書きなおしをお願いしました")
    HELD = "held", _("運営が先に目を通しています")
    CLEARED = "cleared", _("運営が確かめました")
    HIDDEN = "hidden", _("運営が非表示にしました")
