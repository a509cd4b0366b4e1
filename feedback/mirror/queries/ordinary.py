"""Ordinary things: mine before an evening, those of my groups after it, and the wonders that reached me."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from events.models import Event, Registration
from events.registration.choices import RegistrationState
from feedback.letters.queries import encounter as encounters
from feedback.models import Ordinary, Wonder
from members.models import User


@dataclass(frozen=True)
class Theirs:
    """What somebody of my groups takes for granted, and what I said to it."""

    ordinary: Ordinary
    mine: Wonder | None


def has_seat(event: Event, member: User) -> bool:
    """Whether `member` has a confirmed seat at this event, and it has groups, whose people read what is noted."""
    return (
        event.has_groups
        and Registration.objects.filter(event=event, member=member, state=RegistrationState.CONFIRMED).exists()
    )


def noted_by(member: User, event: Event) -> list[Ordinary]:
    """What `member` noted for this evening, in their order."""
    return list(Ordinary.objects.filter(member=member, event=event).order_by("place"))


def of_my_groups(event: Event, member: User) -> list[Theirs]:
    """What those with whom `member` sat in a group noted, person by person; nobody whom `member` blocks."""
    companions = encounters.companions(event, member, timezone.now())
    met = {companion.person.pk: place for place, companion in enumerate(companions)}
    noted = Ordinary.objects.filter(event=event, member__in=met).select_related("member__profile")
    mine = Prefetch("wonders", Wonder.objects.filter(giver=member), to_attr="mine")
    ordered = sorted(noted.prefetch_related(mine), key=lambda one: (met[one.member_id], one.place))
    return [Theirs(ordinary, next(iter(ordinary.mine), None)) for ordinary in ordered]


def wonders_of(member: User, now: datetime) -> QuerySet[Wonder]:
    """What reached `member`, the latest first."""
    wonders = Wonder.objects.visible_to(member, now).select_related("giver__profile", "ordinary__event")
    return wonders.order_by("-shows_at", "-pk")
