"""Reads about the four questions to oneself: whether it is a day for them, answers, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.event.limits import SHOWN
from feedback.growth.choices import Agreement
from feedback.growth.limits import OWN_VIEW
from feedback.growth.rules.bounds import Bounds
from feedback.growth.rules.own_view import OwnViewAnswers, day_asked, mean_gain
from feedback.mirror.rules.month import Month
from feedback.models import OwnView
from members.models import User

ITEMS = {
    "can_say": _("自分の強みを、自分のことばで言える"),
    "knows_seen": _("まわりの人が自分のどこを頼りにしているか、知っている"),
    "uses_now": _("いまの仕事で、自分の強みを使っている"),
    "makes_room": _("強みを使える場面を、自分でつくっている"),
}


@dataclass(frozen=True)
class OwnViewRow:
    """One question with what the member answered on each of the days, empty where they did not."""

    question: str
    answers: list[str]


def day_of(member: User, now: datetime) -> int | None:
    """The day about which `member` is asked now, or None. One query."""
    first_day = member.periods.aggregate(first=Min("starts_on"))["first"]
    return day_asked(first_day, timezone.localdate(now), within=OWN_VIEW.within)


def asks(member: User, now: datetime) -> bool:
    """Whether the page of growth leads to the questions: a day for them, not answered yet, and no rest."""
    if member.paused_at is not None:
        return False
    day = day_of(member, now)
    return day is not None and view_of(member, day) is None


def view_of(member: User, day: int) -> OwnView | None:
    """What `member` answered on this day, or None."""
    return OwnView.objects.filter(member=member, day=day).first()


def rows_of(member: User) -> tuple[list[int], list[OwnViewRow]]:
    """The days on which `member` answered, and their answers question by question."""
    views = list(OwnView.objects.filter(member=member).order_by("day"))
    rows = [
        OwnViewRow(str(words), [str(Agreement(getattr(view, name)).label) for view in views])
        for name, words in ITEMS.items()
    ]
    return [view.day for view in views], rows


def gains(month: Month) -> Mapping[str, Bounds | None]:
    """By how much knowing and using rose since day 0, in the mean of those who answered again in the month."""
    later = OwnView.objects.filter(answered_at__gte=month.begins_at, answered_at__lt=month.ends_at)
    first = {
        view.member_id: _answers(view) for view in OwnView.objects.filter(day=0, member__in=later.values("member"))
    }
    found: dict[str, Bounds | None] = {}
    for day in OWN_VIEW.days[1:]:
        pairs = [(first[v.member_id], _answers(v)) for v in later if v.day == day and v.member_id in first]
        for name in ("knowing", "using"):
            gain = mean_gain([(getattr(a, name), getattr(b, name)) for a, b in pairs], fewest=SHOWN.fewest)
            found[f"{name}-{day}"] = None if gain is None else Bounds(gain, gain)
    return found


def _answers(view: OwnView) -> OwnViewAnswers:
    return OwnViewAnswers(**{name: getattr(view, name) for name in ITEMS})
