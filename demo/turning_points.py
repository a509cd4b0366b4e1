"""Which changes some people of the demo's year write down, and who stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone

from feedback.growth.flows import turning_point as flows
from feedback.growth.queries import turning_point as turning_points
from feedback.growth.queries.turning_point import people_to_ask
from feedback.models import Introduction, PersonBehind, Tie
from kouryu.refusal import Refused
from members.models import User

Act = Callable[[datetime], None]
WRITERS = ("letters-8", "letters-3", "member01")
POINTS = (
    (
        150,
        "会議のはじめに、ひとつだけ聞くようになった",
        "答えを用意しないで座ったら、いちばん若い人が話しはじめました。",
    ),
    (40, "となりの部署に、手伝いを頼んだ", "ひとりで抱えていたものを、はじめて外に出せた月です。"),
)


def before(end: datetime) -> Iterator[tuple[datetime, Act]]:
    """Some write two down; of those they ask, one agrees, one is silent, and whoever introduced them is thanked."""
    moment = end - timedelta(days=6)
    for place, key in enumerate(WRITERS):
        email = f"{key}@example.jp"
        yield moment + timedelta(minutes=place), lambda now, email=email: _write(email, now)
    yield moment + timedelta(days=1), _agree
    for place, key in enumerate(WRITERS):
        email = f"{key}@example.jp"
        yield moment + timedelta(days=2, minutes=place), lambda now, email=email: _thank(email, now)
        yield end - timedelta(days=2, minutes=place), lambda now, email=email: _is_asked(email, now)


def _write(email: str, now: datetime) -> None:
    """Who was introduced to somebody asks them first: to thank the introducer is then one click."""
    member = User.objects.get(email=email)
    people = [*_introduced_to(member), *people_to_ask(member)][: 2 * len(POINTS)]
    for place, (days, title, words) in enumerate(POINTS):
        month = timezone.localdate(now - timedelta(days=days))
        point = flows.record_turning_point(by=member, title=title, month=month, words=words, now=now)
        for person in people[2 * place : 2 * place + 2]:
            with suppress(Refused):
                flows.ask_to_stand_behind(by=member, turning_point_id=point.pk, person_id=person.pk, now=now)


def _agree(now: datetime) -> None:
    """The first who was asked about each."""
    asked: set[int] = set()
    for behind in PersonBehind.objects.filter(asks=True, agreed=None).select_related("person").order_by("pk"):
        if behind.turning_point_id not in asked:
            asked.add(behind.turning_point_id)
            flows.agree_to_stand_behind(by=behind.person, behind_id=behind.pk, now=now)


def _thank(email: str, now: datetime) -> None:
    member = User.objects.get(email=email)
    found = turning_points.people_behind(member, turning_points.turning_points_of(member))
    for named in (one for people in found.values() for one in people):
        if named.introduction:
            flows.thank_introducer(by=member, introduction_id=named.introduction.pk, now=now)


def _is_asked(email: str, now: datetime) -> None:
    """A tie of theirs would like to name them, and waits for the answer."""
    person = User.objects.get(email=email)
    tie = Tie.objects.open_of(person).select_related("first", "second").order_by("pk").first()
    if tie is None:
        return
    asker, (_days, title, words) = tie.other(person), POINTS[0]
    point = flows.record_turning_point(by=asker, title=title, month=timezone.localdate(now), words=words, now=now)
    with suppress(Refused):
        flows.ask_to_stand_behind(by=asker, turning_point_id=point.pk, person_id=person.pk, now=now)


def _introduced_to(member: User) -> list[User]:
    formed = Introduction.objects.formed().asking(member).select_related("one", "other").order_by("pk")
    return [row.person_for(member) for row in formed]
