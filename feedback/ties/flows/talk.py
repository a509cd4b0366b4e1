"""Proposing a time for two, agreeing on one, calling it off, and saying that it happened.

No line of the audit is written here: who says no to whom is not for staff to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from feedback.models import Talk, Tie
from feedback.ties import mails
from feedback.ties.choices import TALK_MOVES, TalkKind, TalkState
from feedback.ties.flows.network import note_interaction
from feedback.ties.flows.reach import locked_tie, require_reach
from feedback.ties.limits import TALKS
from feedback.ties.queries import talk as talks
from feedback.ties.rules import talk as rules
from kouryu.moves import move_to
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_words
from members.accounts.locks import lock_members
from members.models import User


@transaction.atomic
def propose(
    *, by: User, to_id: int, kind: TalkKind, times: Sequence[datetime], place: str = "", link: str = "", now: datetime
) -> Talk:
    """Propose up to three times to the other end of a tie, who hears of it by mail.

    A second click with the same times returns the first proposal. Not found without a tie; refused with the first
    reason of `why_not_propose`.
    """
    tie = locked_tie(by, to_id, now=now)
    moments = sorted({moment.astimezone(UTC) for moment in times})
    place, link = " ".join(clean_words(place).split()), link.strip()
    if again := _second_click(by, tie, kind, moments, now):
        return again
    facts = talks.proposal_of(by, tie, kind=kind, times=moments, place=place, link=link, now=now)
    if reason := rules.why_not_propose(facts, now, within=TALKS.ahead):
        raise Refused(reason)
    talk: Talk = tie.talks.create(
        proposer=by,
        kind=kind,
        times=[moment.isoformat() for moment in moments],
        place=place,
        link=link,
        proposed_at=now,
        lapses_at=rules.lapses_at(moments, now, after=TALKS.waits_for),
    )
    mails.talk_proposed(talk, tie.other(by), now=now)
    return talk


@transaction.atomic
def choose_time(*, by: User, talk_id: int, starts_at: datetime, now: datetime) -> Talk:
    """Agree on one of the proposed times; both get it for their calendars.

    A second click on the same time changes nothing. Not found for others; refused as `why_not_choose` says.
    """
    talk = _held_talk(by, talk_id, now=now)
    if talk.state == TalkState.AGREED and talk.starts_at == starts_at:
        return talk
    if reason := rules.why_not_choose(talks.facts_of(talk, by), starts_at, talks.busy_of(by, now), now):
        raise Refused(reason)
    _move(talk, TalkState.AGREED, now=now, starts_at=starts_at)
    for member in (talk.tie.first, talk.tie.second):
        mails.talk_agreed(talk, member, now=now)
    return talk


@transaction.atomic
def decline(*, by: User, talk_id: int, now: datetime) -> Talk:
    """Say that none of the times will do. No reason is asked, no mail goes; a second click changes nothing."""
    talk = _held_talk(by, talk_id, now=now)
    if talk.state == TalkState.DECLINED and talk.proposer_id != by.pk:
        return talk
    if reason := rules.why_not_answer(talks.facts_of(talk, by), now):
        raise Refused(reason)
    _move(talk, TalkState.DECLINED, now=now)
    return talk


@transaction.atomic
def call_off(*, by: User, talk_id: int, now: datetime) -> Talk:
    """Take a proposal back, or call off what was agreed, without a reason; an agreed time leaves both calendars.

    A second click changes nothing. Refused as `why_not_call_off` says.
    """
    talk = _held_talk(by, talk_id, now=now)
    if talk.state == TalkState.CALLED_OFF:
        return talk
    if reason := rules.why_not_call_off(talks.facts_of(talk, by), now):
        raise Refused(reason)
    was_agreed = talk.state == TalkState.AGREED
    _move(talk, TalkState.CALLED_OFF, now=now, calendar_sequence=talk.calendar_sequence + 1)
    if was_agreed:
        for member in (talk.tie.first, talk.tie.second):
            mails.talk_called_off(talk, member, now=now)
    return talk


@transaction.atomic
def call_off_all(*, member: User, now: datetime) -> int:
    """Call off every time for two of somebody who goes, proposed or agreed; returns how many.

    The other one hears of an agreed time, in the words of any calling off.
    """
    standing = Talk.objects.of(member).filter(state__in=[TalkState.PROPOSED, TalkState.AGREED])
    found = list(standing.select_for_update(no_key=True, of=("self",)).select_related("tie").order_by("pk"))
    for talk in found:
        was_ahead = talk.starts_at is not None and talk.starts_at > now
        _move(talk, TalkState.CALLED_OFF, now=now, calendar_sequence=talk.calendar_sequence + 1)
        if was_ahead:
            mails.talk_called_off(talk, talk.tie.other(member), now=now)
    return len(found)


@transaction.atomic
def say_held(*, by: User, talk_id: int, now: datetime) -> Talk:
    """Say that it took place; one of the two is enough, whatever the other said. Refused before its end."""
    tie = get_or_gone(talks.talks_seen_by(by), pk=talk_id).tie
    lock_members([tie.first_id, tie.second_id])
    talk = _held_talk(by, talk_id, now=now)
    if reason := rules.why_not_hold(talks.facts_of(talk, by), now):
        raise Refused(reason)
    if talk.state != TalkState.HELD:
        _move(talk, TalkState.HELD, now=now, held_at=talk.starts_at)
        note_interaction([tie.first_id, tie.second_id])
    return talk


@transaction.atomic
def say_missed(*, by: User, talk_id: int, now: datetime) -> Talk:
    """Say that it did not take place; where the other one said that it did, nothing changes."""
    talk = _held_talk(by, talk_id, now=now)
    if reason := rules.why_not_hold(talks.facts_of(talk, by), now):
        raise Refused(reason)
    if talk.state == TalkState.AGREED:
        _move(talk, TalkState.MISSED, now=now)
    return talk


def _held_talk(member: User, talk_id: int, *, now: datetime) -> Talk:
    """The row, locked, so that the second of two answers finds the first; what is not theirs is not found."""
    talk = get_or_gone(talks.talks_seen_by(member).select_for_update(no_key=True, of=("self",)), pk=talk_id)
    require_reach(member, talk.tie.other_id(member), now=now)
    return talk


def _second_click(by: User, tie: Tie, kind: str, moments: Sequence[datetime], now: datetime) -> Talk | None:
    waiting = talks.open_talks(tie, now).filter(proposer=by, kind=kind, state=TalkState.PROPOSED).first()
    return waiting if waiting and waiting.moments == list(moments) else None


def _move(talk: Talk, state: TalkState, *, now: datetime, **fields: object) -> None:
    move_to(talk, state, TALK_MOVES)
    talk.settled_at = now
    for name, value in fields.items():
        setattr(talk, name, value)
    talk.save(update_fields=["state", "settled_at", *fields])
