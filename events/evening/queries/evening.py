"""What the pages of an evening show while it happens, and how cheaply they learn that nothing is new."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from events.evening.prompts import Prompt, prompts_for
from events.evening.queries import desk as evening_desk
from events.evening.rules import SharedThings, ToldInGroup, shared_things
from events.event.choices import EventState, ItemKind
from events.groups.queries import ground_of, groups_by_round, talk_of
from events.groups.rules.evening import EveningStage, stage_of
from events.groups.words import ground_in_words
from events.models import Event, Group, Note, Registration, Round, Seat, Signal, Word
from events.registration.choices import Presence
from members.accounts.card import card_for
from members.accounts.choices import Audience
from members.accounts.taxonomies import nameable_themes
from members.models import User
from members.standing.queries import blocked_by

# --- is there anything new?


@dataclass(frozen=True)
class EveningVersion:
    """The few facts that tell whether what somebody sees of an evening still holds."""

    event_id: int
    evening_version: int
    desk_version: int
    starts_at: datetime
    ends_at: datetime
    talk_ends_at: datetime | None  # of the last begun talk
    is_over: bool
    signals_seen: dict[int, int]  # by member: how many of their signs the host has seen

    def etag_for(self, member: User, *, now: datetime) -> str:
        """Names what this member sees now; it changes with the host's acts and when a time has come.

        Signed, so that only who was shown the page can say that they have seen it: whoever sends the right tag
        needs no further check to be told that nothing is new.
        """
        seen = self.signals_seen.get(member.pk, 0)
        return self._signed(f"{member.pk}/{self.evening_version}/{seen}", now)

    def etag_for_host(self, *, now: datetime) -> str:
        """What the host's pages compare to know whether anything changed."""
        return self._signed(f"desk/{self.desk_version}", now)

    def _signed(self, what: str, now: datetime) -> str:
        came = (self.starts_at <= now, self.talk_ends_at is not None and self.talk_ends_at <= now, self.ends_at <= now)
        value = f"{self.event_id}/{what}/{came}/{self.is_over}/{get_language()}"
        return salted_hmac("events.evening", value, algorithm="sha256").hexdigest()[:24]


def version_of(event_id: int) -> EveningVersion | None:
    """The version of an evening that was ever published, from the database."""
    row = _version(event_id).first()
    if row is None:
        return None
    evening_version, desk_version, starts_at, ends_at, talk_ends_at, state = row
    is_over = state in {EventState.CLOSED, EventState.CALLED_OFF}
    seen = Signal.objects.filter(event=event_id, seen_at__isnull=False).order_by().values_list("member")
    signals_seen = dict(seen.annotate(number=Count("pk")))
    return EveningVersion(
        event_id, evening_version, desk_version, starts_at, ends_at, talk_ends_at, is_over, signals_seen
    )


def recent_version_of(event_id: int) -> EveningVersion | None:
    """The numbers of an evening that its pages poll, remembered for a second by each process."""
    key, seconds = f"evening-version/{event_id}", settings.PULSE_REMEMBERED_FOR.total_seconds()
    version = caches["parts"].get(key)
    if version is None:
        version = version_of(event_id)
        if version is not None:
            caches["parts"].set(key, version, seconds)
    return version


def _version(event_id: int) -> QuerySet[Event]:
    begun = Round.objects.filter(event=OuterRef("pk"), started_at__isnull=False).order_by("-number")
    events = Event.objects.ever_published().filter(pk=event_id)
    events = events.annotate(talk_ends_at=Subquery(begun.values("ends_at")[:1]))
    return events.values_list("evening_version", "desk_version", "starts_at", "ends_at", "talk_ends_at", "state")


# --- a member's page


@dataclass(frozen=True)
class GroupMember:
    """Somebody who sits with me, with what they can tell of.

    What they want to talk about is here only where they allowed it beside their name; how they take part only the
    host sees.
    """

    member: User
    can_offer: str
    wants_to_talk: str = ""
    registration: int = 0


@dataclass(frozen=True)
class MyGroup:
    """My group in one round, as I may see it."""

    round: Round
    group: Group
    companions: list[GroupMember]
    prompts: list[Prompt]
    starter: User | None  # who answers first, so that nobody has to decide
    common_ground: list[str]  # sentences
    is_with_the_host: bool  # nobody else was seated here

    @property
    def starts_with_me(self) -> bool:
        """Whether the reader is the one who begins at this table."""
        return self.starter is not None and all(one.member != self.starter for one in self.companions)


class EveningState(StrEnum):
    """Where a member is in the evening. Each has its template in `evening/group/state/`."""

    NO_SEAT = "no-seat"  # others see where they sit
    TALK = "talk"
    GROUP = "group"  # shown, and not yet begun
    EARLY = "early"
    OPENING = "opening"
    BETWEEN = "between"
    QUIET = "quiet"
    OVER = "over"
    TOGETHER = "together"  # without groups: before the start, and until the end
    TOGETHER_OVER = "together-over"


@dataclass(frozen=True)
class EveningPage:
    """All that follows the host on a member's page."""

    event: Event
    stage: EveningStage
    counts_down_to: datetime | None
    word: Word | None
    table: MyGroup | None  # where I sit now, or next
    earlier: list[MyGroup]
    has_no_seat: bool  # others see where they sit, and I have no place yet
    signals: list[Signal]

    @property
    def state(self) -> EveningState:
        if not self.event.has_groups:
            return EveningState.TOGETHER_OVER if self.stage == EveningStage.OVER else EveningState.TOGETHER
        if self.has_no_seat:
            return EveningState.NO_SEAT
        if self.table and self.stage != EveningStage.TALK:
            return EveningState.GROUP
        return EveningState(self.stage)


def evening_page(event: Event, member: User, *, now: datetime) -> EveningPage:
    """What one who holds a seat sees of the evening at this moment."""
    rounds = list(event.rounds.order_by("number"))
    stage = _stage(event, rounds, now)
    tables = tables_of_member(event, member)
    current = _current(rounds, stage)
    return EveningPage(
        event=event,
        stage=stage,
        counts_down_to=_next_moment(event, current, stage),
        word=getattr(event, "word", None) if stage != EveningStage.OVER else None,
        table=next((table for table in tables if table.round == current), None),
        earlier=[table for table in tables if table.round.started_at is not None and table.round != current],
        has_no_seat=current is not None and all(table.round != current for table in tables),
        signals=list(event.signals.filter(member=member).order_by("-sent_at", "-pk")[:3]),
    )


def note_of(event: Event, member: User) -> str:
    """What `member` wrote to themselves at this evening, or nothing."""
    note = Note.objects.filter(event=event, member=member).first()
    return note.text if note else ""


def _stage(event: Event, rounds: Iterable[Round], now: datetime) -> EveningStage:
    return stage_of(
        [talk_of(one) for one in rounds],
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        closed=event.state in {EventState.CLOSED, EventState.CALLED_OFF},
        now=now,
    )


def _current(rounds: list[Round], stage: EveningStage) -> Round | None:
    """The round that matters now to those who sit in it: the one that runs, else the next that was shown."""
    if stage in {EveningStage.QUIET, EveningStage.OVER}:
        return None
    if stage == EveningStage.TALK:
        return [one for one in rounds if one.started_at is not None][-1]
    return next((one for one in rounds if one.started_at is None and one.published_at is not None), None)


def _next_moment(event: Event, current: Round | None, stage: EveningStage) -> datetime | None:
    if stage == EveningStage.OVER:
        return None
    if stage == EveningStage.EARLY:
        return event.starts_at
    return current.ends_at if stage == EveningStage.TALK and current else event.ends_at


def tables_of_member(event: Event, member: User) -> list[MyGroup]:
    """My group in each round that was shown. Whom I block I never see again; who blocks me stays, as on all pages."""
    shown = Group.objects.filter(round__event=event, round__published_at__isnull=False, seats__member=member)
    groups = list(shown.select_related("round").order_by("round__number"))
    if not groups:
        return []
    people: dict[int, list[User]] = defaultdict(list)
    seats = Seat.objects.in_groups_of(member).filter(round__event=event)
    for seat in seats.select_related("member__profile").order_by("pk"):
        people[seat.group_id].append(seat.member)
    everybody = {one.pk for group in people.values() for one in group}
    seen = everybody - {one for (one,) in blocked_by(member)} - {member.pk}
    rows = event.registrations.confirmed().filter(member__in=everybody).select_related("member__profile")
    registrations = {row.member_id: row for row in rows}
    prefetch_related_objects(list(registrations.values()), "member__profile__theme_rows")
    talks = event.run_sheet.filter(kind=ItemKind.TALK).order_by("position")
    depths = dict(enumerate(talks.values_list("depth", flat=True), 1))
    return [_table(event, member, group, people[group.pk], seen, registrations, depths) for group in groups]


def evening_of_member(pk: int, member: User) -> Event | None:
    """The evening with its host and its word, for who holds a seat in it."""
    seats = Registration.objects.confirmed().filter(event=pk, member=member)
    events = Event.objects.ever_published().filter(Exists(seats), pk=pk)
    return events.select_related("host__profile", "word").first()


def _table(
    event: Event,
    member: User,
    group: Group,
    people: list[User],
    seen: set[int],
    registrations: dict[int, Registration],
    depths: dict[int, int | None],
) -> MyGroup:
    companions = [_companion(one, registrations.get(one.pk)) for one in people if one.pk in seen]
    starter = min(people, key=lambda one: hashlib.sha256(f"{group.pk}/{one.pk}".encode()).digest())
    return MyGroup(
        round=group.round,
        group=group,
        companions=companions,
        prompts=prompts_for(
            event.pk,
            group.number,
            group.round.number,
            depths.get(group.round.number),
            shared=_shared_by(people, registrations),
        ),
        starter=starter if starter.pk in seen or starter == member else None,
        common_ground=_common_ground(member, companions, registrations),
        is_with_the_host=len(people) == 1,
    )


def _shared_by(people: Iterable[User], registrations: dict[int, Registration]) -> SharedThings:
    """What the people of one group share, alike for each of them, whomever one of them blocks."""
    told = [_told_in_group(registrations[one.pk].member) for one in people if one.pk in registrations]
    return shared_things(told, nameable_themes())


def _told_in_group(member: User) -> ToldInGroup:
    seen, profile = card_for(Audience.GROUP, member), member.profile
    industries = [*seen.past_industries, *filter(None, [seen.industry])]
    return ToldInGroup(
        reasons=frozenset(reason.key for reason in seen.join_reasons),
        industries=frozenset(entry.code for entry in industries),
        themes=frozenset(row.theme for row in profile.theme_rows.all()),
    )


def _companion(member: User, registration: Registration | None) -> GroupMember:
    if registration is None:
        return GroupMember(member, "")
    wish = registration.wants_to_talk if registration.shares_wish else ""
    return GroupMember(member, registration.can_offer, wish, registration.pk)


def _common_ground(member: User, companions: list[GroupMember], registrations: dict[int, Registration]) -> list[str]:
    """What my group shares, in sentences; nothing where I have only one companion, who would be named by it."""
    if len(companions) < 2:
        return []
    members = [member, *(one.member for one in companions)]
    crew = [registrations[one.pk] for one in members if one.pk in registrations]
    return ground_in_words(ground_of(crew, member))


# --- the host's board


@dataclass(frozen=True)
class Unseated:
    """What does not fit in a round that is still to come, or runs."""

    round: Round
    without_seat: list[Registration]  # here, and in no group
    gone: list[Seat]  # in a group, and not here


class NextAct(StrEnum):
    """What leads the evening on. Each has its template in `hosting/next_act/`."""

    DRAW = "draw"
    PUBLISH = "publish"
    BEGIN = "begin"


@dataclass(frozen=True)
class EveningBoard:
    """All that the host leads the evening by."""

    event: Event
    stage: EveningStage
    counts_down_to: datetime | None
    rounds: list[Round]
    next_round: Round | None  # the one to show, or to begin
    running: Round | None
    can_draw: bool
    can_change: bool  # the door is open: seats move, people are noted
    signals: list[Signal]
    here: int
    missing: list[Registration]  # hold a seat in the evening and are not here, nobody knows why
    unseated: list[Unseated]

    @property
    def next_act(self) -> NextAct | None:
        if not self.rounds:
            return NextAct.DRAW if self.can_draw else None
        if self.next_round is None:
            return None
        if self.next_round.published_at is None:
            return NextAct.PUBLISH
        return None if self.stage in {EveningStage.EARLY, EveningStage.OVER} else NextAct.BEGIN

    @property
    def can_repair(self) -> bool:
        """Whether somebody has no seat in a round that has not begun."""
        return any(found.round.started_at is None for found in self.unseated)


def board_of(event: Event, *, now: datetime) -> EveningBoard:
    """The evening as its host sees it: proposals, open signs, and what comes next."""
    rounds = list(groups_by_round(event))
    stage = _stage(event, rounds, now)
    current = _current(rounds, stage)
    people = list(evening_desk.people_at_desk(event))
    here = [one for one in people if one.presence == Presence.PRESENT and one.left_at is None]
    open_rounds = [one for one in rounds if one.started_at is None or (stage == EveningStage.TALK and one == current)]
    can_change = evening_desk.can_draw(event, now)
    return EveningBoard(
        event=event,
        stage=stage,
        counts_down_to=_next_moment(event, current, stage),
        rounds=rounds,
        next_round=next((one for one in rounds if one.started_at is None), None),
        running=current if stage == EveningStage.TALK else None,
        can_draw=event.has_groups and can_change and (not rounds or any(one.started_at is None for one in rounds)),
        can_change=can_change,
        signals=list(event.signals.filter(seen_at=None).select_related("member__profile").order_by("sent_at", "pk")),
        here=len(here),
        missing=[one for one in people if not one.presence],
        unseated=[found for one in open_rounds if (found := _unseated(one, here))] if can_change else [],
    )


def _unseated(drawn: Round, here: list[Registration]) -> Unseated | None:
    seats = list(drawn.seats.all())
    seated, present = {seat.member_id for seat in seats}, {one.member_id for one in here}
    without = [one for one in here if one.member_id not in seated]
    gone = [seat for seat in seats if seat.member_id not in present] if drawn.started_at is None else []
    return Unseated(drawn, without, gone) if without or gone else None


def word_of(event: Event) -> str:
    """What the host says to all at this moment, or nothing."""
    word = Word.objects.filter(event=event).first()
    return word.text if word else ""
