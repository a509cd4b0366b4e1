"""Reads about times for two: facts for the rules, lists for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet

from events.evening import video_rooms
from events.event.choices import EventState
from events.models import Registration
from feedback.models import Talk, Tie
from feedback.ties.choices import TalkKind, TalkState
from feedback.ties.limits import TALKS
from feedback.ties.rules.talk import Phase, TalkFacts, TalkProposal, TimeSlot, length_of, phase_of
from kouryu.clock import TOKYO
from members.models import User
from members.texts.rules.screening import holds_address

_is_https = URLValidator(schemes=["https"])


def facts_of(talk: Talk, member: User) -> TalkFacts:
    """The facts for the rules, as `member`, one of the two, finds them. No query."""
    return TalkFacts(
        state=TalkState(talk.state),
        is_mine=talk.proposer_id == member.pk,
        times=talk.moments,
        lapses_at=talk.lapses_at,
        starts_at=talk.starts_at,
        length=length_of(talk.kind),
    )


def proposal_of(
    member: User, tie: Tie, *, kind: str, times: Sequence[datetime], place: str, link: str, now: datetime
) -> TalkProposal:
    """The facts for `why_not_propose`. Four queries; nothing of the other's days is read."""
    midnight = now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    return TalkProposal(
        times=times,
        length=length_of(kind),
        place=place,
        link=link,
        has_good_link=not link or _is_good(link),
        busy=busy_of(member, now),
        one_is_open=open_talks(tie, now).exists(),
        made_today=tie.talks.filter(proposer=member, proposed_at__gte=midnight).count(),
        daily_limit=TALKS.a_day_to_one,
        place_has_address=len(place) <= TALKS.place and holds_address(place),
        link_signs_in=_signs_in(link),
    )


def busy_of(member: User, now: datetime) -> list[TimeSlot]:
    """When `member` has a seat at an evening, or another time for two that was agreed on. Two queries."""
    seats = Registration.objects.confirmed().filter(
        member=member, event__state=EventState.PUBLISHED, event__ends_at__gt=now
    )
    evenings = [TimeSlot(*row) for row in seats.values_list("event__starts_at", "event__ends_at")]
    agreed = Talk.objects.of(member).since_formed().filter(state=TalkState.AGREED)
    agreed = agreed.filter(starts_at__gt=now - TALKS.longest)
    talks = [TimeSlot(start, start + length_of(kind)) for start, kind in agreed.values_list("starts_at", "kind")]
    return evenings + talks


def open_talks(tie: Tie, now: datetime) -> QuerySet[Talk]:
    """The proposal between these two that waits, or their agreed time that is still to come."""
    return tie.talks.filter(proposed_at__gte=tie.formed_at).standing(now)


def recent_talks(tie: Tie, now: datetime) -> QuerySet[Talk]:
    """The latest times for two in this tie, for its page."""
    talks = tie.talks.filter(proposed_at__gte=max(tie.formed_at, now - TALKS.listed_for))
    return talks.order_by("-proposed_at", "-pk")[:5]


@dataclass(frozen=True)
class Listed:
    """A time for two as one of the two finds it in a list."""

    talk: Talk
    phase: Phase


def listed(tie: Tie, member: User, now: datetime) -> list[Listed]:
    """The latest times for two in this tie, for its page. One query."""
    return [Listed(talk, phase_of(facts_of(talk, member), now)) for talk in recent_talks(tie, now)]


def talks_seen_by(member: User) -> QuerySet[Talk]:
    """The times for two that `member` may open: of ties that their pages show, since they began."""
    talks = Talk.objects.since_formed().filter(tie__in=Tie.objects.listed_of(member))
    return talks.select_related("tie__first__profile", "tie__second__profile", "proposer")


def host_of(talk: Talk) -> str:
    """Where the link of a talk leads, as browsers read it (`xn--…`); empty without a link or where the room is ours."""
    if settings.JITSI or talk.kind != TalkKind.TALK or not talk.link:
        return ""
    return video_rooms.host_of(talk.link)


def _is_good(link: str) -> bool:
    try:
        _is_https(link)
        return bool((urlsplit(link).hostname or "").encode("idna"))
    except (ValidationError, ValueError):
        return False


def _signs_in(link: str) -> bool:
    try:
        return "@" in urlsplit(link).netloc
    except ValueError:
        return False
