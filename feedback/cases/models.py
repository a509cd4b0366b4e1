"""Cases: what was reported, who looks at it, and what was decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from events.models import Event
from feedback.cases.choices import CaseState, DecisionKind, ReportReason, SubjectKind, Urgency
from feedback.cases.limits import REPORTS
from kouryu import references
from members.models import JudgedText, User
from members.standing.limits import REASONS


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, moderator: User) -> CaseQuerySet:
        """Nobody sees a case about themselves, nor one that they opened: they would judge in their own matter.

        Nor one about a letter to them: they would read it before it arrives, or although it never does.
        """
        theirs = Report.objects.filter(case=OuterRef("pk"), reporter=moderator)
        of_others = self.exclude(member=moderator).exclude(other=moderator).exclude(letter__receiver=moderator)
        return of_others.exclude(Exists(theirs))

    def undecided(self) -> CaseQuerySet:
        """Open or in somebody's hands."""
        return self.exclude(state=CaseState.DECIDED)

    def most_urgent_first(self) -> CaseQuerySet:
        return self.order_by("urgency", "opened_at", "pk")

    def shown(self, which: str, moderator: User) -> CaseQuerySet:
        """One part of the queue: `mine`, `others`, `decided`, anything else is all that waits for a decision."""
        if which == "decided":
            return self.filter(state=CaseState.DECIDED).order_by("-decision__decided_at", "-pk")
        waiting = self.undecided().most_urgent_first()
        if which == "mine":
            return waiting.filter(taken_by=moderator)
        if which == "others":
            return waiting.filter(state=CaseState.TAKEN).exclude(taken_by=moderator)
        return waiting


class Case(models.Model):
    """What moderators work on: everything reported about one person, letter or event until it is decided."""

    member = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="cases")  # concerned
    other = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # the second of a pair
    letter = models.ForeignKey("feedback.StrengthFeedback", null=True, on_delete=models.SET_NULL, related_name="cases")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="cases")
    text = models.ForeignKey(JudgedText, null=True, on_delete=models.SET_NULL, related_name="cases")
    subject_key = models.CharField(max_length=40)  # "member/12", "letter/7", "pair/3-12": survives the subject
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
    def label(self) -> str:
        """By what moderators name it to each other. A number would count the cases that some of them do not see."""
        return references.reference_to("case", self.pk)[:6]

    @property
    def kind(self) -> SubjectKind:
        """What it is about; known even when the subject itself is gone."""
        return SubjectKind(self.subject_key.partition("/")[0])

    @property
    def seen(self) -> dict[str, Any]:
        """What the latest report saw of the subject. Reads `reports`, so that a list can prefetch them."""
        latest = max(self.reports.all(), key=lambda report: report.pk, default=None)
        return latest.snapshot if latest else {}

    @property
    def reasons(self) -> list[ReportReason]:
        """Every reason that was given, once, in the order of `ReportReason`."""
        given = {report.reason for report in self.reports.all()}
        return [reason for reason in ReportReason if reason in given]


class Report(models.Model):
    """One member's concern, with a snapshot of what they saw; it outlives what it is about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="reports_made")
    reason = models.CharField(max_length=12, choices=ReportReason)
    words = models.TextField(max_length=REPORTS.words, blank=True)
    snapshot = models.JSONField(default=dict)  # what was to be seen at that moment
    reported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "reporter"], name="one_report_per_case_and_reporter"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def about(self, member: User) -> DecisionQuerySet:
        """The measures that concern `member`; "no problem" is told to nobody."""
        return self.filter(case__member=member).exclude(kind=DecisionKind.NO_PROBLEM)


class Decision(models.Model):
    """What a moderator decided, and why in words the member concerned can read."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    reason = models.TextField(max_length=REASONS.at_most)
    until = models.DateTimeField(null=True, blank=True)  # of a suspension
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"decision {self.pk}"
