"""Dots, lines and faces: keeping the network true to what happened between two people.

Nothing here can change by itself: whatever is stored is what `summary_of` makes of the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from events.event.choices import EventState
from events.models import Event
from feedback.models import Acquaintance, Help, NotedEvening, Tie
from feedback.ties.flows.reach import require_reach
from feedback.ties.limits import NETWORK
from feedback.ties.queries import network
from feedback.ties.rules.network import AcquaintanceSummary, summary_of
from feedback.ties.rules.tie import NoHelp
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_member, lock_members
from members.models import User

STORED = ["state", "met_at", "latest_at", "times"]


@transaction.atomic
def note_help(*, by: User, helper_id: int, now: datetime) -> Help:
    """Note that somebody helped `by`, which is the thanks: the helper finds it on the page of their ties, no mail.

    Once a day in Tokyo and person; a second click changes nothing. Refused for people to whom `by` is not tied.
    """
    lock_members([by.pk, helper_id])
    lock_member(by.pk)  # who has gone notes nothing
    if not Tie.objects.listed_between(by, helper_id).exists():
        raise Refused(NoHelp.NOT_TIED)
    require_reach(by, helper_id, now=now)
    row, created = Help.objects.get_or_create(
        helper_id=helper_id, helped=by, noted_on=timezone.localdate(now), defaults={"noted_at": now}
    )
    if created:
        note_interaction([by.pk, helper_id])
    return row


def note_interaction(member_ids: Collection[int]) -> None:
    """Something was just written into the ledger between these members: two who talked, or three of an introduction.

    Call it last in the transaction that wrote it, with the members' rows locked.
    """
    members = sorted(member_ids)
    for place, member_id in enumerate(members):
        retrace(member_id, members[place + 1 :])


@sweep("note-evenings", every=OFTEN)
def note_evenings(now: datetime) -> int:
    """Let those have met who sat together at evenings that are closed; returns how many evenings were new.

    Each evening is one transaction. Safe to run twice or side by side.
    """
    closed = Event.objects.filter(state=EventState.CLOSED, closed_at__gt=now - NETWORK.noted_within)
    waiting = closed.exclude(pk__in=NotedEvening.objects.values("event")).order_by("pk").values_list("pk", flat=True)
    return sum(_note_evening(event_id, now) for event_id in list(waiting))


@dataclass
class Changes:
    """What a rebuild found: pairs looked at, and those that were not as the ledger says."""

    checked: int = 0
    changed: int = 0


def rebuild_all() -> Changes:
    """Recompute what became of everybody who ever met, one member's pairs per transaction.

    Where flows and sweep did their work this changes nothing: evenings that closed minutes ago may wait for the sweep.
    """
    changes = Changes()
    for member_id in list(User.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            interactions = network.interactions_of(member_id)
            known = Acquaintance.objects.filter(first=member_id).values_list("second_id", flat=True)
            others = {other for other in {*interactions, *known} if other > member_id}
            changes.checked += len(others)
            changes.changed += retrace(member_id, others)
    return changes


def retrace(member_id: int, other_ids: Iterable[int]) -> int:
    """Store what became of this member and each of these others, as the ledger says; returns how many changed.

    Where two could write at once, the caller has locked the members' rows (`lock_members`).
    """
    others = set(other_ids)
    stored = {row.other_id(member_id): row for row in _between(member_id, others)}
    interactions = network.interactions_of(member_id)
    new, other_than_stored, gone = [], [], []
    for other in sorted(others):
        row, summary = stored.get(other), summary_of(interactions.get(other, ()))
        if summary is None:
            gone += [row.pk] if row else []
        elif row is None:
            new.append(_fill(Acquaintance(first_id=min(member_id, other), second_id=max(member_id, other)), summary))
        elif any(getattr(row, name) != getattr(summary, name) for name in STORED):
            other_than_stored.append(_fill(row, summary))
    Acquaintance.objects.bulk_create(new)
    Acquaintance.objects.bulk_update(other_than_stored, STORED)
    Acquaintance.objects.filter(pk__in=gone).delete()
    return len(new) + len(other_than_stored) + len(gone)


def _between(member_id: int, others: set[int]) -> QuerySet[Acquaintance]:
    rows = Acquaintance.objects.all()
    return rows.filter(Q(first=member_id, second__in=others) | Q(second=member_id, first__in=others))


def _fill(row: Acquaintance, summary: AcquaintanceSummary) -> Acquaintance:
    for name in STORED:
        setattr(row, name, getattr(summary, name))
    return row


@transaction.atomic
def trace_again(*, event_id: int) -> None:
    """Let those have met who sat together at an evening whose record was corrected. The sweep may not have seen it."""
    people = network.people_of(Event(pk=event_id))
    lock_members(people)
    if NotedEvening.objects.filter(event=event_id).exists():
        note_interaction(people)


@transaction.atomic
def _note_evening(event_id: int, now: datetime) -> bool:
    """The members' rows are locked before the evening is looked at again: two sweeps note it one after the other."""
    people = network.people_of(Event(pk=event_id))
    lock_members(people)
    _noted, created = NotedEvening.objects.get_or_create(event_id=event_id, defaults={"noted_at": now})
    if not created:
        return False
    note_interaction(people)
    return True
