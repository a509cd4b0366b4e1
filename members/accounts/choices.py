"""The words members are described with: stored value and label."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# What somebody is called whose account went: stored in place of their name, so that every list reads alike.
FORMER_MEMBER = gettext_noop("元会員")


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


class Audience(TextChoices):
    """Who sees a fact of a profile, from the widest to the narrowest; each holds those that follow."""

    MEMBERS = "members", _("会員のみなさん")
    GROUP = "group", _("おなじ組で会った方")
    TIES = "ties", _("つながった方")
    NOBODY = "nobody", _("だれにも見せない")

    def reaches(self, other: Audience) -> bool:
        """Whether what this audience sees is seen by all of `other`, too."""
        order = list(Audience)
        return order.index(self) <= order.index(other)


class Role(TextChoices):
    """What staff let a member do; being a member needs no role."""

    HOST = "host", _("進行役")
    MODERATOR = "moderator", _("見守り")
    DESK = "desk", _("会費の窓口")
    ANALYST = "analyst", _("数字の担当")
    OWNER = "owner", _("責任者")


class Language(TextChoices):
    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "English"


class Theme(TextChoices):
    """The colours of the pages, as the member chose them."""

    AUTO = "auto", _("自動")
    LIGHT = "light", _("明るい")
    DARK = "dark", _("暗い")
