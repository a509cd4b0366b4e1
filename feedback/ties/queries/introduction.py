"""Reads about introductions: what each of the three may know of one, and facts for the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from feedback.models import Introduction, Tie
from feedback.ties.limits import INTRODUCTIONS
from feedback.ties.queries import short_note as short_notes
from feedback.ties.queries.offer import offers_of
from feedback.ties.rules.introduction import IntroductionAnswers, IntroductionPhase, IntroductionProposal, look
from members.models import User
from members.standing.queries import blocked_by, blocks_between


@dataclass(frozen=True)
class ReceivedIntroduction:
    """An introduction as one of the two finds it. Nothing of the other's answer is in it."""

    introduction: Introduction
    introducer: User
    person: User  # whom they would get to know
    words: str
    offer: str  # what the person can talk about, where they wrote it for a group of the member's
    look: IntroductionPhase


@dataclass(frozen=True)
class MadeIntroduction:
    """An introduction as the introducer finds it. Nothing of the two answers is in it."""

    introduction: Introduction
    look: IntroductionPhase


def wish_of(
    introducer: User, one_id: int, other_id: int, *, to_one: str, to_other: str, now: datetime
) -> IntroductionProposal:
    """The facts for `why_not_introduce`. Three queries; nothing about the two with each other is read."""
    low, high = sorted((one_id, other_id))
    waiting = introducer.introductions.waiting(now)
    return IntroductionProposal(
        is_same_person=low == high,
        to_one=to_one,
        to_other=to_other,
        has_consent=short_notes.agreed_to_check(introducer) is not None,
        waits_already=waiting.filter(one=low, other=high).exists(),
        open_now=waiting.count(),
        most_at_once=INTRODUCTIONS.at_once,
    )


def are_strangers(one: User | int, other: User | int) -> bool:
    """No tie between these two, and neither blocks the other."""
    if Tie.objects.between(one, other).filter(ended_at=None).exists():
        return False
    return not blocks_between(one, other).exists()


def answers_of(introduction: Introduction) -> IntroductionAnswers:
    """The facts for `forms`. Four queries."""
    ends = (introduction.one_id, introduction.other_id)
    return IntroductionAnswers(
        one=introduction.one_agreed,
        other=introduction.other_agreed,
        still_tied=all(Tie.objects.open_between(introduction.introducer_id, end).exists() for end in ends),
        strangers=introduction.asks and are_strangers(*ends),
        lapses_at=introduction.lapses_at,
    )


def asked_at(member: User, page: Iterable[Introduction], now: datetime) -> list[ReceivedIntroduction]:
    """These introductions as `member`, one of the two, finds them. Two queries for any number."""
    rows = list(page)
    people = [row.person_for(member).pk for row in rows]
    offers = offers_of(member, people)
    return [
        ReceivedIntroduction(
            introduction=row,
            introducer=row.introducer,
            person=row.person_for(member),
            words=row.words_for(member),
            offer=offers.get(row.person_for(member).pk, ""),
            look=look(
                is_formed=row.formed_at is not None,
                answered=row.agreed(member) is not None,
                lapses_at=row.lapses_at,
                now=now,
            ),
        )
        for row in rows
    ]


def asking(member: User, now: datetime) -> QuerySet[Introduction]:
    """What others would introduce `member` to, the latest first: what waits, and what came of it lately.

    People whom `member` blocks and people who left do not appear. That somebody else blocked `member`, or ended
    their tie with the introducer, changes nothing here: a question that vanished would tell of it.
    """
    blocked = blocked_by(member)
    rows = Introduction.objects.asking(member).filter(_listed(now))
    rows = rows.exclude(Q(introducer__in=blocked) | Q(one__in=blocked) | Q(other__in=blocked))
    active = Q(introducer__is_active=True, one__is_active=True, other__is_active=True)
    people = rows.filter(active).select_related("introducer__profile", "one__profile", "other__profile")
    return people.order_by("-made_at", "-pk")


def introductions_since(member: User, since: datetime, now: datetime) -> QuerySet[Introduction]:
    """What others would introduce `member` to since then, and may still be answered."""
    return asking(member, now).waiting(now).filter(made_at__gt=since).annotate(news_at=F("made_at"))


def making(member: User, now: datetime) -> QuerySet[Introduction]:
    """The introductions that `member` made, the latest first: what waits, and what came of it lately."""
    rows = member.introductions.filter(_listed(now), one__is_active=True, other__is_active=True)
    blocked = blocked_by(member)
    rows = rows.exclude(Q(one__in=blocked) | Q(other__in=blocked)).select_related("one__profile", "other__profile")
    return rows.order_by("-made_at", "-pk")


def made_at(page: Iterable[Introduction], now: datetime) -> list[MadeIntroduction]:
    """These introductions as their introducer finds them."""
    return [
        MadeIntroduction(
            row, look(is_formed=row.formed_at is not None, answered=True, lapses_at=row.lapses_at, now=now)
        )
        for row in page
    ]


def _listed(now: datetime) -> Q:
    kept = INTRODUCTIONS.listed_for
    return Q(lapses_at__gt=now - kept, formed_at=None) | Q(formed_at__gt=now - kept)
