"""What was reported, who looks at it, and what was decided?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from events.models import Event
from feedback.choices import CaseState, DecisionKind, ReportReason, SubjectKind, Urgency
from feedback.models.strength import StrengthFeedback
from members.models import User


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, moderator: User) -> CaseQuerySet:
        """Nobody sees a case about themselves, nor one that they opened: they would judge in their own matter."""
        theirs = Report.objects.filter(case=OuterRef("pk"), reporter=moderator)
        return self.exclude(member=moderator).exclude(Exists(theirs))

    def undecided(self) -> CaseQuerySet:
        return self.exclude(state=CaseState.DECIDED)

    def most_urgent_first(self) -> CaseQuerySet:
        return self.order_by("urgency", "opened_at", "pk")


class Case(models.Model):
    """What moderators work on: everything reported about one person, letter or event until it is decided."""

    member = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="cases")  # concerned
    letter = models.ForeignKey(StrengthFeedback, null=True, on_delete=models.SET_NULL, related_name="cases")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="cases")
    subject_key = models.CharField(max_length=40)  # "member/12", "letter/7", "event/3": survives the subject
    state = models.CharField(max_length=8, choices=CaseState, default=CaseState.OPEN)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)  # of its gravest report
    opened_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases_taken")
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # Read by the moderators' queue.
            models.Index(fields=["state", "urgency", "opened_at"], name="cases_in_order"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_key"], condition=~Q(state="decided"), name="one_open_case_per_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def kind(self) -> SubjectKind:
        """What it is about; known even when the subject itself is gone."""
        return SubjectKind(self.subject_key.partition("/")[0])


class Report(models.Model):
    """One member's concern, with a snapshot of what they saw; it outlives what it is about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="reports_made")
    reason = models.CharField(max_length=12, choices=ReportReason)
    words = models.TextField(max_length=1000, blank=True)
    snapshot = models.JSONField(default=dict)  # what was to be seen at that moment
    reported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "reporter"], name="one_report_per_case_and_reporter"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Decision(models.Model):
    """What a moderator decided, and why in words the member concerned can read."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    reason = models.TextField(max_length=1000)
    until = models.DateTimeField(null=True, blank=True)  # of a suspension
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"decision {self.pk}"
