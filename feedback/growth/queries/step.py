"""Reads about next steps: whom they may be for, which are open, and the links of their mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core import signing
from django.db.models import QuerySet

from events.models import Event, Seat
from events.registration.choices import Presence
from feedback.growth.choices import StepState
from feedback.models import NextStep
from kouryu import references
from members.models import Suspension, User

_signer = signing.Signer(salt="feedback.step")
PUT_OFF = "put-off"
ACTS = (StepState.DONE.value, PUT_OFF, StepState.LET_GO.value)


def people_met(member: User) -> QuerySet[User]:
    """Everybody whom `member` met, but for those whom they block."""
    met = Seat.encounters.of(member).without_blocked(member)
    return User.objects.get_queryset().filter(pk__in=met.values("member"))


def evenings_of(member: User) -> QuerySet[Event]:
    """Where `member` was."""
    return Event.objects.filter(
        registrations__member=member, registrations__attendance__presence=Presence.PRESENT
    ).distinct()


def open_steps(member: User) -> QuerySet[NextStep]:
    """What lies ahead, the next day first."""
    return _shown(member).open().order_by("on", "pk")


def past_steps(member: User) -> QuerySet[NextStep]:
    """What was done or let go, the latest first."""
    return _shown(member).exclude(state=StepState.OPEN).order_by("-settled_at", "-pk")


def _shown(member: User):
    return NextStep.objects.of(member).select_related("person__profile", "event")


@dataclass(frozen=True)
class StepLink:
    """What a link in the mail of the day asks for; it is spent once the step is settled or has another day."""

    step_id: int
    act: str
    on: date


def link_token(step: NextStep, act: str) -> str:
    """Signs one of three answers to a step for its mail; worthless once the step's day has moved."""
    return _signer.sign_object([references.reference_to("step", step.pk), act, step.on.isoformat()])


def link_of(token: str) -> StepLink | None:
    """What the link asks for; None when we did not make it."""
    try:
        reference, act, on = _signer.unsign_object(token)
    except signing.BadSignature:
        return None
    step_id = references.number_behind("step", reference)
    return None if step_id is None else StepLink(step_id, act, date.fromisoformat(on))


def step_behind(link: StepLink, now: datetime) -> NextStep | None:
    """The step that a link in a mail is about; None where its member left, or may not act while suspended."""
    suspended = Suspension.objects.open_at(now).values("member")
    return NextStep.objects.filter(pk=link.step_id, member__is_active=True).exclude(member__in=suspended).first()
