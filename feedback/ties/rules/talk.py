"""Talks: whether a time for two may be proposed, chosen or called off, and when its door opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from feedback.ties.choices import TALK_MOVES, TalkKind, TalkState
from feedback.ties.limits import TALKS


class NoTalk(StrEnum):
    """Why a proposal is not kept, or an answer to it not taken."""

    NO_TIME = "talk-no-time"
    TOO_MANY_TIMES = "talk-too-many-times"
    PAST = "talk-past"
    FAR = "talk-far"
    BUSY = "talk-busy"
    PLACE_LONG = "talk-place-long"
    PLACE_ADDRESS = "talk-place-address"
    BAD_LINK = "talk-bad-link"
    LINK_SIGNS_IN = "talk-link-signs-in"
    ONE_IS_OPEN = "talk-one-is-open"
    ENOUGH_TODAY = "talk-enough-today"
    OWN_PROPOSAL = "talk-own-proposal"
    NOT_OFFERED = "talk-not-offered"
    LAPSED = "talk-lapsed"
    SETTLED = "talk-settled"
    NOT_AGREED = "talk-not-agreed"
    BEGUN = "talk-begun"
    NOT_OVER = "talk-not-over"
    NOT_YET_OPEN = "talk-not-yet-open"
    OVER = "talk-over"


def length_of(kind: str) -> timedelta:
    """How long a time for two takes."""
    return TALKS.talk_lasts if kind == TalkKind.TALK else TALKS.lunch_lasts


@dataclass(frozen=True)
class TimeSlot:
    """From when until when somebody already has something: half-open, as calendars count."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: TimeSlot) -> bool:
        """Do the two share a moment? One that begins as the other ends does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class TalkProposal:
    """What somebody wants to propose, and what they have themselves on these days."""

    times: Sequence[datetime]
    length: timedelta
    place: str
    link: str
    has_good_link: bool  # empty, or an https address
    busy: Sequence[TimeSlot]  # of the one who proposes; nothing of the other's days is looked at
    one_is_open: bool  # between these two another proposal waits, or another time for two is still to come
    made_today: int = 0  # by the one who proposes, to this one (in Tokyo), whatever became of them
    daily_limit: int = 3
    place_has_address: bool = False  # a telephone number, a mail address, an account or a link
    link_signs_in: bool = (
        False  # a name or a password stands before the host: it is shown to the other, and hides the host
    )


@dataclass(frozen=True)
class TalkFacts:
    """A proposal as one of the two finds it."""

    state: TalkState
    is_mine: bool  # I proposed it
    times: Sequence[datetime]
    lapses_at: datetime
    starts_at: datetime | None
    length: timedelta

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + self.length if self.starts_at else None


def why_not_propose(proposal: TalkProposal, now: datetime, *, within: timedelta) -> NoTalk | None:
    """The first reason against this proposal, or None.

    One to three times, each still to come, none later than `within` from now, none while the one who proposes has
    a seat or another time for two. One proposal between two people at a time, and so many from one to the other a
    day: each is told by mail, and one that is taken back makes room for the next.
    """
    if not proposal.times:
        return NoTalk.NO_TIME
    if len(set(proposal.times)) > TALKS.times:
        return NoTalk.TOO_MANY_TIMES
    for starts_at in proposal.times:
        if reason := why_not_time(starts_at, proposal.length, proposal.busy, now, within=within):
            return reason
    if len(proposal.place) > TALKS.place:
        return NoTalk.PLACE_LONG
    if proposal.place_has_address:
        return NoTalk.PLACE_ADDRESS
    if proposal.link_signs_in:
        return NoTalk.LINK_SIGNS_IN
    if not proposal.has_good_link or len(proposal.link) > TALKS.link:
        return NoTalk.BAD_LINK
    if proposal.one_is_open:
        return NoTalk.ONE_IS_OPEN
    return NoTalk.ENOUGH_TODAY if proposal.made_today >= proposal.daily_limit else None


def why_not_time(
    starts_at: datetime, length: timedelta, busy: Sequence[TimeSlot], now: datetime, *, within: timedelta
) -> NoTalk | None:
    """One proposed time by itself."""
    if starts_at <= now:
        return NoTalk.PAST
    if starts_at > now + within:
        return NoTalk.FAR
    wanted = TimeSlot(starts_at, starts_at + length)
    return NoTalk.BUSY if any(wanted.overlaps(known) for known in busy) else None


def lapses_at(times: Sequence[datetime], now: datetime, *, after: timedelta) -> datetime:
    """Until when a proposal waits: its last time, or `after` from now, whichever comes first."""
    return min(max(times), now + after)


def is_lapsed(talk: TalkFacts, now: datetime) -> bool:
    """Nobody answered in time. Computed, never stored: there is nothing to do at that moment."""
    return talk.state == TalkState.PROPOSED and now >= talk.lapses_at


def why_not_choose(talk: TalkFacts, starts_at: datetime, busy: Sequence[TimeSlot], now: datetime) -> NoTalk | None:
    """May the one who was asked choose this time? One of those offered, still to come, while they have nothing else."""
    if reason := why_not_answer(talk, now):
        return reason
    if starts_at not in talk.times:
        return NoTalk.NOT_OFFERED
    if starts_at <= now:
        return NoTalk.PAST
    wanted = TimeSlot(starts_at, starts_at + talk.length)
    return NoTalk.BUSY if any(wanted.overlaps(known) for known in busy) else None


def why_not_answer(talk: TalkFacts, now: datetime) -> NoTalk | None:
    """Only the one who was asked answers, once, and in time."""
    if talk.is_mine:
        return NoTalk.OWN_PROPOSAL
    if talk.state != TalkState.PROPOSED:
        return NoTalk.SETTLED
    return NoTalk.LAPSED if is_lapsed(talk, now) else None


def why_not_call_off(talk: TalkFacts, now: datetime) -> NoTalk | None:
    """Either of the two, without a reason, until it begins; a proposal only by whoever made it."""
    if TalkState.CALLED_OFF not in TALK_MOVES[talk.state]:
        return NoTalk.SETTLED
    if talk.state == TalkState.PROPOSED and not talk.is_mine:
        return NoTalk.NOT_AGREED
    if is_lapsed(talk, now):
        return NoTalk.LAPSED
    return NoTalk.BEGUN if talk.starts_at and now >= talk.starts_at else None


def why_not_hold(talk: TalkFacts, now: datetime) -> NoTalk | None:
    """Whether it happened, either of the two says once it is over; "it did" outweighs "it did not"."""
    if talk.state not in {TalkState.AGREED, TalkState.MISSED, TalkState.HELD} or talk.ends_at is None:
        return NoTalk.NOT_AGREED
    return NoTalk.NOT_OVER if now < talk.ends_at else None


def why_not_join(talk: TalkFacts, now: datetime, *, opens_before: timedelta) -> NoTalk | None:
    """The door is open from some minutes before until it ends, for the two only."""
    if talk.state != TalkState.AGREED or talk.starts_at is None or talk.ends_at is None:
        return NoTalk.NOT_AGREED
    if now < talk.starts_at - opens_before:
        return NoTalk.NOT_YET_OPEN
    return NoTalk.OVER if now >= talk.ends_at else None


class Phase(StrEnum):
    """How a time for two looks at one moment to one of the two."""

    ANSWER = "answer"  # my answer is awaited
    WAITING = "waiting"  # theirs is
    CLOSED = "closed"  # declined or lapsed: the same words
    CALLED_OFF = "called-off"
    AGREED = "agreed"
    OVER = "over"  # did it happen?
    HELD = "held"
    MISSED = "missed"


def phase_of(talk: TalkFacts, now: datetime) -> Phase:
    """What is said and which buttons there are. A "no" and no answer end in one phase."""
    if talk.state == TalkState.DECLINED or is_lapsed(talk, now):
        return Phase.CLOSED
    if talk.state == TalkState.PROPOSED:
        return Phase.WAITING if talk.is_mine else Phase.ANSWER
    if talk.state == TalkState.AGREED and talk.ends_at:
        return Phase.OVER if now >= talk.ends_at else Phase.AGREED
    return Phase(talk.state)
