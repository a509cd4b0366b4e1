"""Where does a host start who writes a new event? Five proven shapes; only the words are missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from events.event.choices import Allotment, Format, Gathering, ItemKind, Promise
from events.event.rules.event import Item
from events.hosting.limits import SHAPES

SATURDAY = 5


@dataclass(frozen=True)
class StartingPoint:
    """A shape of an event. It is as long as its run sheet, so that the two cannot differ."""

    key: str
    name: Any  # said in the reader's language
    hint: Any
    at: time
    run_sheet: tuple[Item, ...]
    format: str = Format.ONLINE.value
    weekend: bool = False
    capacity: int = 12
    group_size: int = 4
    gathering: str = Gathering.GROUPS.value

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.run_sheet)

    def answers(self, now: datetime) -> dict[str, Any]:
        """What the form shows: in two weeks, at the hour of this shape, with every promise made."""
        return {
            "format": self.format,
            "gathering": self.gathering,
            "starts_at": self._starts_at(now),
            "minutes": self.minutes,
            "allotment": Allotment.FIRST_COME,
            "capacity": self.capacity,
            "group_size": self.group_size,
            "promises": Promise.values,
        }

    def rows(self) -> list[dict[str, Any]]:
        """What the run sheet shows."""
        return [{**asdict(item), "title": str(item.title), "note": str(item.note)} for item in self.run_sheet]

    def _starts_at(self, now: datetime) -> datetime:
        day = localtime(now + SHAPES.ahead)
        if self.weekend:
            day += timedelta(days=(SATURDAY - day.weekday()) % 7)
        elif day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        return day.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)


def _begin(minutes: int, note: Any) -> Item:
    return Item(minutes, _("進めかたと約束"), note)


def _talks(first: int, second: int) -> tuple[Item, Item]:
    return (
        Item(first, _("ひとつめの組"), _("同じ問いに、ひとりずつ答えます"), kind=ItemKind.TALK.value),
        Item(second, _("ふたつめの組"), _("顔ぶれを変えて、もう少し深く"), kind=ItemKind.TALK.value),
    )


_QUIET = Item(5, _("しずかな5分"), _("だれも話しません。覚えておきたいことを書きとめます"), kind=ItemKind.QUIET.value)
_END = Item(5, _("おわりのことば"), _("時間になったら閉じます"))

_POINTS = (
    StartingPoint(
        key="hour",
        name=_("オンライン60分"),
        hint=_("平日の夜に、4人ずつの組で二回話します。まよったらこれを。"),
        at=time(20),
        run_sheet=(_begin(10, _("声は出さなくて大丈夫です")), *_talks(20, 20), _QUIET, _END),
    ),
    StartingPoint(
        key="lunch",
        name=_("昼休みの40分"),
        hint=_("食べながら、3人ずつで。昼休みのうちに終わります。"),
        at=time(12, 10),
        run_sheet=(_begin(5, _("食べながらで大丈夫です")), *_talks(15, 15), _QUIET),
        capacity=9,
        group_size=3,
    ),
    StartingPoint(
        key="morning",
        name=_("土曜の朝の50分"),
        hint=_("夜は家の時間という方のために、午前のうちに。"),
        at=time(10),
        run_sheet=(_begin(5, _("飲みものを片手に")), *_talks(20, 20), _QUIET),
        weekend=True,
    ),
    StartingPoint(
        key="onsite",
        name=_("会場で70分"),
        hint=_("顔を合わせて。着いてから落ちつくまでの時間も入っています。"),
        at=time(19),
        run_sheet=(
            Item(10, _("着いたら、お茶をどうぞ"), _("呼び名の札をお渡しします")),
            _begin(5, _("自己紹介の一巡はしません")),
            *_talks(25, 20),
            _QUIET,
            _END,
        ),
        format=Format.ONSITE.value,
        capacity=16,
    ),
    StartingPoint(
        key="talk",
        name=_("お話を聞く60分"),
        hint=_("お話や実習の会に。組は作らず、みんなでひとつの部屋にいます。"),
        at=time(20),
        run_sheet=(
            _begin(5, _("声は出さなくて大丈夫です")),
            Item(30, _("お話"), _("途中で気になったことは、書いておけます")),
            Item(15, _("質問の時間"), _("聞いているだけでも大丈夫です")),
            _QUIET,
            _END,
        ),
        capacity=30,
        gathering=Gathering.TOGETHER.value,
    ),
)
STARTING_POINTS = {point.key: point for point in _POINTS}
