"""The words events are described with: stored value and label."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Format(TextChoices):
    ONLINE = "online", _("オンライン")
    ONSITE = "onsite", _("会場")


class Gathering(TextChoices):
    """How people are together at an event: in groups that are drawn, or all of them for a talk or a workshop."""

    GROUPS = "groups", _("組で話す会")
    TOGETHER = "together", _("みんなでひとつの会（お話や実習）")


class VideoRoomKind(TextChoices):
    """Where an online event takes place."""

    SHARED = "shared", _("みんなでひとつの部屋")
    GROUPS = "groups", _("組ごとの部屋")


class Allotment(TextChoices):
    """How seats are given out."""

    FIRST_COME = "first-come", _("先着順")
    LOTTERY = "lottery", _("抽選")


class EventState(TextChoices):
    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開中")
    CLOSED = "closed", _("終了")
    CALLED_OFF = "called-off", _("中止")


EVENT_MOVES = {
    EventState.DRAFT: {EventState.PUBLISHED, EventState.CALLED_OFF},
    EventState.PUBLISHED: {EventState.CLOSED, EventState.CALLED_OFF},
    EventState.CLOSED: set(),
    EventState.CALLED_OFF: set(),
}
OVER = frozenset({EventState.CLOSED, EventState.CALLED_OFF})  # nothing of it changes any more


class Promise(TextChoices):
    """What an event promises to those who come; chosen by the host, shown with an icon."""

    CAMERA_FREE = "camera-free", _("顔出し・本名は自由")
    LISTENING_OK = "listening-ok", _("聞いているだけでも")
    LEAVE_EARLY = "leave-early", _("途中で抜けられます")
    NO_RECORDING = "no-recording", _("録音・録画はしません")
    NO_SOLICITING = "no-soliciting", _("勧誘・営業はありません")
    ENDS_ON_TIME = "ends-on-time", _("時間どおりに終わります")


class ItemKind(TextChoices):
    """What people do in one slot of the run sheet."""

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
    AFFINITY = "affinity", _("なかま")
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

    @property
    def hint(self) -> str:
        """What it allows, in the words that a host chooses by."""
        return _RIGHT_HINTS[self]


_RIGHT_HINTS = {
    Right.CHECK_IN: _("来た方に「参加」を付けます"),
    Right.GROUPS: _("受付と、組を作ること"),
    Right.EVERYTHING: _("会の内容を直すこと、公開、中止、会を終えることも"),
}
