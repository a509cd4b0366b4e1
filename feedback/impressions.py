"""Reads about the three questions after an evening: may they be asked, and what do hosts see?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from events.models import Event
from feedback import queries
from feedback.choices import Degree
from feedback.models import Impression
from feedback.rules.impression import Evening, distribution, why_not_answer
from members.models import User

QUESTIONS = {
    "at_home": _("ここに居てよかったと、感じましたか"),
    "was_heard": _("話したいことを、聴いてもらえましたか"),
    "would_return": _("こういう会に、また来たいですか"),
}


@dataclass(frozen=True)
class Answers:
    """One question with its sums. `cells` is None below five answers; the hidden ones among them are left out."""

    question: str
    people: int
    cells: list[tuple[str, int]] | None


def closes_at(event: Event) -> datetime:
    """Until when the questions about this evening can be answered; then its host sees the sums."""
    return event.ends_at + settings.QUESTIONS_WITHIN


def evening_of(event: Event, member: User) -> Evening:
    """The facts for `why_not_answer`. One query."""
    return Evening(
        was_there=queries.was_there(event, member),
        is_host=event.host_id == member.pk,
        ends_at=event.ends_at,
        closes_at=closes_at(event),
    )


def asks(event: Event, member: User, now: datetime) -> bool:
    """Does the page of the evening lead to the questions?"""
    return why_not_answer(evening_of(event, member), now) is None


def impression_of(event: Event, member: User) -> Impression | None:
    """What `member` answered about this evening, or None."""
    return Impression.objects.filter(event=event, member=member).first()


def answers_of(event: Event, now: datetime) -> list[Answers]:
    """The sums of the three questions, in one query."""
    names = [(question, degree) for question in QUESTIONS for degree in Degree.values]
    sums = Impression.objects.filter(event=event).aggregate(
        **{f"{question}/{degree}": Count("pk", filter=Q(**{question: degree})) for question, degree in names}
    )
    return [
        _answers(question, {degree: sums[f"{question}/{degree}"] for degree in Degree.values}, event, now)
        for question in QUESTIONS
    ]


def _answers(name: str, numbers: dict[str, int], event: Event, now: datetime) -> Answers:
    table = distribution(numbers, closes_at=closes_at(event), now=now)
    if table is None:
        return Answers(str(QUESTIONS[name]), 0, None)
    cells = [(str(Degree(degree).label), number) for degree, number in table.items() if number is not None]
    return Answers(str(QUESTIONS[name]), sum(numbers.values()), cells)
