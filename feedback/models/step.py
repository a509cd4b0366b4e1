"""What does a member want to do next, and by which day?"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from events.models import Event
from feedback.choices import StepState
from members.models import User


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def of(self, member: User | int) -> NextStepQuerySet:
        return self.filter(member=member)

    def open(self) -> NextStepQuerySet:
        """Neither done nor let go."""
        return self.filter(state=StepState.OPEN)

    def on(self, day: date) -> NextStepQuerySet:
        return self.filter(on=day)


class NextStep(models.Model):
    """One sentence and a day; for somebody met, or for oneself. Nobody but the member ever sees it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="next_steps")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=200)
    when_where = models.CharField(max_length=100, blank=True)
    first_on = models.DateField()  # the day chosen first; `on` moves when the step is put off
    on = models.DateField()
    state = models.CharField(max_length=6, choices=StepState, default=StepState.OPEN)
    decided_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = NextStepQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["member", "state", "on"], name="steps_of_member"),
            models.Index(fields=["on"], condition=Q(state="open"), name="steps_of_a_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="a_settled_step_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.pk}"

    @property
    def was_put_off(self) -> bool:
        return self.on != self.first_on
