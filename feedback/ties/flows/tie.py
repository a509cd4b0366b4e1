"""Choosing how to go on with somebody, and ties that form in the morning and end quietly.

No line of the audit is written here: who wants contact with whom is not for staff to know.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.letters.rules import next_morning
from feedback.models import Intention, Tie
from feedback.ties import mails
from feedback.ties.choices import CONTACT_KINDS, IntentionKind
from feedback.ties.limits import TIES
from feedback.ties.queries import tie as ties
from feedback.ties.rules import tie as rules
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_member, lock_members
from members.models import KeptApart, Suspension, User
from members.standing.queries import blocked_ids


@transaction.atomic
def choose_intention(
    *,
    by: User,
    person_id: int,
    event_id: int,
    kind: IntentionKind,
    now: datetime,
) -> Intention:
    """Keep how `by` would like to go on with somebody of their groups; free to change until the next morning.

    Nobody is told, whatever is chosen. Refused with the first reason of `why_not_choose`; choosing the same again
    changes nothing.
    """
    holder = lock_member(by.pk)  # a second click waits, and the limit of an evening is exact
    event = Event.objects.get(pk=event_id)
    chosen = _current_intention(holder, person_id, event_id)
    if chosen is not None and chosen.kind == kind and chosen.taken_back_at is None:
        return chosen
    wants_contact = kind in CONTACT_KINDS
    choice = ties.choice_of(holder, person_id, event, chosen, wants_contact=wants_contact, now=now)
    if reason := rules.why_not_choose(choice, now):
        raise Refused(reason)
    if chosen is None:
        morning = rules.morning_of(now, event.starts_at)
        return Intention.objects.create(
            holder=holder,
            person_id=person_id,
            event=event,
            kind=kind,
            chosen_at=now,
            locks_at=morning.locks_at,
            forms_at=morning.forms_at,
        )
    chosen.kind, chosen.chosen_at = kind, now
    chosen.save(update_fields=["kind", "chosen_at"])
    return chosen


@transaction.atomic
def take_back_intention(*, by: User, person_id: int, event_id: int, now: datetime) -> None:
    """Forget a choice. Before its lock nothing of it is left; afterwards it has no effect any more, but a wish for
    contact keeps its place among those of the evening. Nobody is told; where there is none, nothing changes.

    A tie that has formed already stays: it is ended with `end_tie`.
    """
    holder = lock_member(by.pk)  # a second click waits, and the limit of an evening is exact
    chosen = _current_intention(holder, person_id, event_id)
    if chosen is None or chosen.taken_back_at is not None:
        return
    if not rules.is_locked(chosen.locks_at, now):
        chosen.delete()
        return
    if chosen.kind == IntentionKind.ONLY_THIS:
        KeptApart.objects.filter(holder=holder, person=person_id).delete()
    chosen.taken_back_at = now
    chosen.save(update_fields=["taken_back_at"])


@sweep("form-ties", every=OFTEN)
def form_ties(now: datetime) -> int:
    """Let every tie form whose morning has come, and note who would rather not sit together again; returns how
    many ties formed. Safe to run twice or side by side.

    Each pair is one transaction, in which both are told or neither: at most one mail a day, without the words.
    """
    for intention_id in list(Intention.objects.partings(now).order_by("pk").values_list("pk", flat=True)):
        _keep_apart(intention_id, now)
    mutual = Intention.objects.mutual(now, TIES.form_within).order_by("pk")
    pairs = {(*sorted((one, other)), event) for one, other, event in mutual.values_list("holder", "person", "event")}
    return sum(_form(pair[:2], pair[2], now) for pair in sorted(pairs))


@transaction.atomic
def end_tie(*, by: User, other_id: int, now: datetime) -> None:
    """End the tie between `by` and the other; neither mail nor notice tells of it. Without a tie nothing changes.

    Wishes of `by` for contact with the other that wait for an answer are taken back too: they must not bring back
    what was just ended.
    """
    tie = Tie.objects.between(by, other_id).select_for_update(no_key=True).filter(ended_at=None).first()
    if tie is None:
        return
    tie.ended_at = now
    tie.save(update_fields=["ended_at"])
    waiting = Intention.objects.filter(holder=by, person=other_id, settled_at=None, kind__in=CONTACT_KINDS)
    waiting.filter(taken_back_at=None).update(taken_back_at=now)


def open_tie(*, one_id: int, other_id: int, event: Event | None, now: datetime) -> bool:
    """Tie two members, whose rows the caller has locked in the order of their ids; returns whether that is new.

    A tie that stands is left as it is, one that was ended begins anew. Wishes of either to be kept apart end.
    """
    low, high = sorted((one_id, other_id))
    KeptApart.objects.filter(holder__in=[low, high], person__in=[low, high]).delete()
    tie, created = Tie.objects.select_for_update(no_key=True).get_or_create(
        first_id=low, second_id=high, defaults={"event": event, "formed_at": now}
    )
    if created:
        return True
    if tie.ended_at is None:
        return False
    tie.event, tie.formed_at, tie.ended_at = event, now, None
    tie.save(update_fields=["event", "formed_at", "ended_at"])
    return True


@transaction.atomic
def _form(pair: Collection[int], event_id: int, now: datetime) -> bool:
    """One pair's morning, with what has happened since they chose looked at again; returns whether a tie is new.

    Where one has blocked the other or has left, both wishes are spent: they must not come true later. While one of
    the two is suspended they wait for the first morning after that.
    """
    members = lock_members(pair)
    wishes = Intention.objects.open_wishes(now).filter(holder__in=pair, person__in=pair, event=event_id)
    if len(wishes.select_for_update()) < 2:
        return False  # taken back, or settled by another worker, since it was found
    one, other = members
    if Suspension.objects.open_at(now).filter(member__in=pair).exists():
        wishes.update(forms_at=next_morning(now))
        return False
    wishes.update(settled_at=now)
    if other.pk in blocked_ids(one) or not (one.is_active and other.is_active):
        return False
    if not open_tie(one_id=one.pk, other_id=other.pk, event=Event.objects.get(pk=event_id), now=now):
        return False
    for member in members:
        mails.tie_formed(member, now=now)
    return True


@transaction.atomic
def _keep_apart(intention_id: int, now: datetime) -> None:
    intention = Intention.objects.partings(now).select_for_update().filter(pk=intention_id).first()
    if intention is None:
        return
    KeptApart.objects.get_or_create(
        holder_id=intention.holder_id, person_id=intention.person_id, defaults={"since_at": now}
    )
    intention.settled_at = now
    intention.save(update_fields=["settled_at"])


def _current_intention(holder: User, person_id: int, event_id: int) -> Intention | None:
    rows = Intention.objects.select_for_update().filter(holder=holder, person=person_id, event=event_id)
    return rows.first()
