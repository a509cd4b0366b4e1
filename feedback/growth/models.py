"""What a member keeps for themselves: steps, cadence, what they took home, turning points, own views, months."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from events.models import Event
from feedback.growth.choices import Agreement, Pace, StepState
from feedback.growth.limits import STEPS, TAKE_HOME, TURNING_POINTS
from feedback.ties.models.introduction import Introduction
from members.models import Period, User
from members.standing.queries import blocks_made


class OwnView(models.Model):
    """One member's four answers of one day. Nobody else ever reads them; they go with the account.

    Staff see what has changed in the mean of five members or more, counted once a month.
    """

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="own_views")
    day = models.PositiveSmallIntegerField()  # 0, 30 or 90 days after the first day of membership
    can_say = models.PositiveSmallIntegerField(choices=Agreement)
    knows_seen = models.PositiveSmallIntegerField(choices=Agreement)
    uses_now = models.PositiveSmallIntegerField(choices=Agreement)
    makes_room = models.PositiveSmallIntegerField(choices=Agreement)
    answered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["answered_at"], name="own_views_by_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "day"], name="one_own_view_per_day"),
        ]

    def __str__(self) -> str:
        return f"own view {self.pk}"


class Rhythm(models.Model):
    """A member's own rhythm, and until when they said "not now". No row: once a month, nothing said."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="rhythm", primary_key=True)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.MONTHLY)
    silent_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"rhythm of user {self.member_id}"


class Statement(models.Model):
    """A member's month that was summed up. The sums are read from the ledgers; only the offer is decided once."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="statements")
    month = models.DateField()  # its first day
    period = models.ForeignKey(Period, null=True, on_delete=models.SET_NULL, related_name="+")  # when it was made
    offers_rest = models.BooleanField(default=False)  # after two silent months: rest, pay less, or one evening
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # its mail is written, or not wanted

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "month"], name="one_statement_per_month"),
            models.UniqueConstraint(fields=["period"], condition=Q(offers_rest=True), name="one_offer_per_period"),
        ]

    def __str__(self) -> str:
        return f"statement {self.month:%Y-%m} of user {self.member_id}"


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
    text = models.CharField(max_length=STEPS.words)
    when_where = models.CharField(max_length=STEPS.when_where, blank=True)
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


class TakeHomeNote(models.Model):
    """A note about an evening, written after it. No page, case or count of the staff reads it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="take_home_notes")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=TAKE_HOME.note)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "event"], name="one_take_home_note_per_evening"),
        ]

    def __str__(self) -> str:
        return f"take-home note {self.pk}"


class Normal(models.Model):
    """What a member held for normal, and how it looks to them since; perhaps from whom that came. As private."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="normals")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.TextField(max_length=TAKE_HOME.normal)
    after = models.TextField(max_length=TAKE_HOME.normal, blank=True)
    wants_to_tell = models.BooleanField(default=False)  # shows a button; nothing is ever told by itself
    written_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-written_at"], name="normals_of_member")]

    def __str__(self) -> str:
        return f"normal {self.pk}"


class TurningPoint(models.Model):
    """A change that a member wrote down for themselves; nobody else ever reads it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="turning_points")
    title = models.CharField(max_length=TURNING_POINTS.title)
    month = models.DateField()  # its first day
    words = models.TextField(max_length=TURNING_POINTS.words, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "month"], name="turning_points_of_member")]

    def __str__(self) -> str:
        return f"turning point {self.pk}"


class PersonBehindQuerySet(models.QuerySet["PersonBehind"]):
    def agreed(self) -> PersonBehindQuerySet:
        """Whose name stands there now, for the owner: a block by the other one changes nothing that they see."""
        return self._unblocked(reader="turning_point__member", other="person").filter(agreed=True, taken_back_at=None)

    def asking(self, person: User) -> PersonBehindQuerySet:
        """What `person` is asked and has not answered."""
        return self._read_by(person).filter(asks=True, agreed=None, taken_back_at=None)

    def agreed_by(self, person: User) -> PersonBehindQuerySet:
        """Where the name of `person` stands, for them to take it away."""
        return self._read_by(person).filter(agreed=True, taken_back_at=None)

    def _read_by(self, person: User) -> PersonBehindQuerySet:
        return self._unblocked(reader="person", other="turning_point__member").filter(person=person)

    def _unblocked(self, *, reader: str, other: str) -> PersonBehindQuerySet:
        """Where neither has left, and the one who reads does not block the other."""
        blocks = blocks_made(by=OuterRef(reader), of=OuterRef(other))
        return self.filter(~Exists(blocks), turning_point__member__is_active=True, person__is_active=True)


class PersonBehind(models.Model):
    """Somebody whom the owner of a turning point would like to name; nothing shows before they agree.

    A no, no answer and a name taken away again all look to the owner as they did before the answer.
    """

    turning_point = models.ForeignKey(TurningPoint, on_delete=models.CASCADE, related_name="people_behind")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asks = models.BooleanField(default=True)  # False: they said no to the same member before and are not asked again
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, blank=True)  # None: no answer
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)  # by the owner

    objects = PersonBehindQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "agreed"], name="asked_behind")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["turning_point", "person"], name="one_row_per_person_behind"),
        ]

    def __str__(self) -> str:
        return f"person behind {self.turning_point_id}"


class IntroducerThanks(models.Model):
    """Thanks, perhaps years later, to whoever brought two people together. Without words: a name and a day."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="late_thanks")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    thanked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["introduction", "giver"], name="one_thanks_per_introduction"),
        ]

    def __str__(self) -> str:
        return f"thanks for introduction {self.introduction_id}"
