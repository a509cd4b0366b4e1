"""Leaving picks without a name, their first of a month, and what ends the wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.cases.queries import case_facts
from feedback.letters import mails, rules
from feedback.letters.limits import ANONYMOUS_PICKS, LETTERS
from feedback.letters.queries import anonymous_picks
from feedback.letters.queries.encounter import letters_close_at
from feedback.letters.rules import clean_picks, why_not_picks
from feedback.letters.strengths import strengths
from feedback.models import AnonymousPicks, AnonymousPicksOff, AnonymousPool, Case
from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def leave_picks(*, by: User, receiver_id: int, event_id: int, picks: Sequence[str], now: datetime) -> AnonymousPicks:
    """Leave 1–3 strengths for somebody of one's groups, without words and without a name.

    Nobody is told and no audit line is written: it would tell staff who gave. A second click returns the same row.
    Refused with the first reason of `why_not_picks` or `why_not_leave`.
    """
    picks = clean_picks(picks)
    if problem := why_not_picks(picks, strengths()):
        raise Refused(problem)
    # As for a letter: the giver's row makes a second click wait, and letter and picks exclude each other.
    giver = lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    before = anonymous_picks.picks_left(giver, receiver_id)
    if before and (before.event_id, before.picks) == (event.pk, picks):
        return before
    if reason := anonymous_picks.why_not_leave_for(giver, receiver_id, event, now):
        raise Refused(reason)
    return AnonymousPicks.objects.create(giver=giver, receiver_id=receiver_id, event=event, picks=picks, left_at=now)


@transaction.atomic
def take_back_picks(*, by: User, receiver_id: int, event_id: int, now: datetime) -> None:
    """Remove the picks as if they had never been left; where there are none, nothing changes.

    Refused once letters about that evening can no longer be written.
    """
    lock_member(by.pk)
    picks = AnonymousPicks.objects.filter(giver=by, receiver_id=receiver_id, event_id=event_id).first()
    if picks is None:
        return
    if reason := rules.why_not_take_back(letters_close_at(picks.event), now):
        raise Refused(reason)
    picks.delete()


@sweep("release-anonymous-picks", every=EVERY_TEN_MINUTES)
def release_anonymous_picks(now: datetime) -> int:
    """Let the sets of this month join their mirrors; returns how many. Safe to run twice, late, or side by side.

    Every receiver with evenings that are in no pool yet is looked at once a month, whether or not anything waits
    for them. Nobody is told by mail.
    """
    first = rules.latest_first_of_month(now)
    ended_before = first - LETTERS.within
    return sum(
        _release_to(receiver_id, first, ended_before) for receiver_id in anonymous_picks.receivers_due(ended_before)
    )


@transaction.atomic
def _release_to(receiver_id: int, first: datetime, ended_before: datetime) -> int:
    """One receiver's month: count the candidates, once and for all, and release what they can hide."""
    receiver = lock_account(receiver_id)
    if AnonymousPool.objects.filter(receiver=receiver, released_on=first.date()).exists():
        return 0
    done = rules.release(
        anonymous_picks.pool_of(receiver, ended_before),
        anonymous_picks.waiting_for(receiver, ended_before),
        anonymous_picks.released_batches(receiver),
        enough=ANONYMOUS_PICKS.candidates,
    )
    pool = AnonymousPool.objects.create(
        receiver=receiver,
        released_on=first.date(),
        ended_before=ended_before,
        is_closed=done.closes,
        candidates=sorted(done.candidates),
    )
    return AnonymousPicks.objects.filter(pk__in=done.released).update(pool=pool)


@sweep("release-anonymous-picks", every=EVERY_TEN_MINUTES)
def forget_anonymous_picks(now: datetime) -> int:
    """Forget the picks that waited for too long, and tell their givers; returns how many. Safe to run twice."""
    before = now - ANONYMOUS_PICKS.kept_for
    AnonymousPicks.objects.left_too_long(before).filter(giver=None).delete()
    return sum(_drop_of(giver_id, before, now) for giver_id in anonymous_picks.givers_of_old(before))


@transaction.atomic
def _drop_of(giver_id: int, before: datetime, now: datetime) -> int:
    giver = lock_account(giver_id)
    old = AnonymousPicks.objects.left_too_long(before).filter(giver=giver)
    ids = list(old.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if ids:
        AnonymousPicks.objects.filter(pk__in=ids).update(picks=[], dropped_at=now)
        mails.anonymous_picks_dropped(giver, now=now)
    return len(ids)


@transaction.atomic
def switch_off(*, by: User, now: datetime) -> None:
    """Count no anonymous picks in one's mirror. What waits is released as ever, and simply not counted."""
    lock_member(by.pk)
    AnonymousPicksOff.objects.get_or_create(member=by, defaults={"since": now})


@transaction.atomic
def switch_on(*, by: User) -> None:
    """Count them again, all that were released."""
    AnonymousPicksOff.objects.filter(member=by).delete()


@transaction.atomic
def look(*, case_id: int, by: User, now: datetime) -> list[AnonymousPicks]:
    """Show a moderator who left the released picks to or from the member whom a case concerns.

    Each look leaves a line that says who looked and in which case. Refused to all but whoever holds the case.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    if problem := rules.why_not_look(case_facts(case, by)):
        raise Refused(problem)
    audit.record("look-at-nameless", case, by=by, now=now)
    return list(anonymous_picks.released_about(case, by))
