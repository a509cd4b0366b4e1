"""Deciding a next step, putting it off, and settling it: done or let go, both fine. None of it is noted for staff."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from feedback.growth.choices import STEP_MOVES, StepState
from feedback.growth.limits import STEPS
from feedback.growth.queries import step as steps
from feedback.growth.rules import step as rules
from feedback.models import NextStep
from kouryu.moves import move_to
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_words
from members.accounts.locks import lock_member
from members.models import User


@transaction.atomic
def decide(
    *,
    by: User,
    text: str,
    when_where: str = "",
    on: date,
    person_id: int | None = None,
    event_id: int | None = None,
    now: datetime,
) -> NextStep:
    """Keep a step of `by` for a day; the same one once more stays one. Refused with the reason of `why_not_decide`.

    `person_id` is somebody whom `by` has met, or None for oneself; `event_id` an evening where `by` was.
    """
    member = lock_member(by.pk)
    words = {"text": _line(text), "when_where": _line(when_where)}
    open_steps = NextStep.objects.of(member).open()
    if same := open_steps.filter(**words, on=on, person=person_id).first():
        return same
    proposal = rules.StepProposal(
        **words,
        on=on,
        met_the_person=person_id is None or steps.people_met(member).filter(pk=person_id).exists(),
        open_steps=open_steps.count(),
    )
    if reason := rules.why_not_decide(proposal, timezone.localdate(now), most_open=STEPS.open_at_once):
        raise Refused(reason)
    return NextStep.objects.create(
        member=member,
        person_id=person_id,
        event=steps.evenings_of(member).filter(pk=event_id).first() if event_id else None,
        first_on=on,
        on=on,
        decided_at=now,
        **words,
    )


@transaction.atomic
def put_off(*, by: User, step_id: int, on: date, now: datetime) -> NextStep:
    """Give the step another day. Refused once it is settled, and for a day that is past or too far."""
    step = _own(by, step_id)
    if StepState.OPEN not in STEP_MOVES[StepState(step.state)]:
        raise Refused(rules.NoStep.SETTLED)
    if reason := rules.why_not_day(on, timezone.localdate(now)):
        raise Refused(reason)
    step.on = on
    step.save(update_fields=["on"])
    return step


@transaction.atomic
def settle(*, by: User, step_id: int, state: StepState, now: datetime) -> NextStep:
    """Done or let go, for good; the same answer twice is one. Refused when the other answer was given before."""
    step = _own(by, step_id)
    if step.state == state:
        return step
    if state not in STEP_MOVES[StepState(step.state)]:
        raise Refused(rules.NoStep.SETTLED)
    move_to(step, state, STEP_MOVES)
    step.settled_at = now
    step.save(update_fields=["state", "settled_at"])
    return step


def _own(by: User, step_id: int) -> NextStep:
    """A step of `by` under the member's lock, which the sweep of mails takes too; of anybody else it is not found."""
    return get_or_gone(NextStep.objects.of(lock_member(by.pk)), pk=step_id)


def _line(words: str) -> str:
    return " ".join(clean_words(words).split())
