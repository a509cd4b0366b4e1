"""Letters, thanks, skips, and picks without a name."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from events.models import Event
from feedback.letters.choices import LetterState, Reaction
from feedback.letters.limits import LETTERS
from feedback.letters.strengths import Strength, strengths
from members.accounts.taxonomies import Entry, industries
from members.models import User
from members.standing.queries import blocked_by


class AnonymousPool(models.Model):
    """What a first of a month found of one receiver's evenings; written whether or not any picks waited.

    An open pool had too few people: its evenings are counted again, together with the next ones.
    """

    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="nameless_pools")
    released_on = models.DateField()  # the first of the month
    ended_before = models.DateTimeField()  # evenings that ended before this moment are in it, or in an earlier one
    is_closed = models.BooleanField()
    candidates = models.JSONField(default=list)  # ids of those who could have left what it released; some may be gone

    class Meta:
        db_table = "feedback_namelesspool"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["receiver", "released_on"], name="one_nameless_pool_a_month"),
        ]

    def __str__(self) -> str:
        return f"anonymous pool {self.pk}"


class AnonymousPicksQuerySet(models.QuerySet["AnonymousPicks"]):
    def waiting(self) -> AnonymousPicksQuerySet:
        """Nobody but the giver may learn that they exist."""
        return self.filter(pool=None, dropped_at=None)

    def released(self) -> AnonymousPicksQuerySet:
        """Those that joined their receiver's mirror, switched off or not."""
        return self.filter(pool__isnull=False)

    def left_too_long(self, before: datetime) -> AnonymousPicksQuerySet:
        """Those that have waited since before this moment."""
        return self.waiting().filter(left_at__lte=before)


class AnonymousPicks(models.Model):
    """1–3 strengths without words, industry or name; once per giver and receiver for ever."""

    # Whoever deletes their account changes nothing that was released.
    giver = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="nameless_given")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="nameless_received")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="nameless_picks")
    picks = models.JSONField(default=list)  # 1–3 keys of strengths; forgotten when dropped
    left_at = models.DateTimeField()
    pool = models.ForeignKey(AnonymousPool, null=True, on_delete=models.CASCADE, related_name="sets")  # once released
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = AnonymousPicksQuerySet.as_manager()

    class Meta:
        db_table = "feedback_namelesspicks"
        indexes: ClassVar = [
            models.Index(
                fields=["left_at"], condition=Q(pool__isnull=True, dropped_at__isnull=True), name="nameless_waiting"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver"], name="nameless_once_for_ever"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_leaves_picks_for_themselves"),
            models.CheckConstraint(condition=Q(pool=None) | Q(dropped_at=None), name="nameless_released_or_dropped"),
        ]

    def __str__(self) -> str:
        return f"anonymous picks {self.pk}"

    @property
    def strengths(self) -> list[Strength]:
        return [strengths()[key] for key in self.picks if key in strengths()]


class AnonymousPicksOff(models.Model):
    """A member who wants no anonymous picks in their mirror. Without a row they count."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="nameless_off", primary_key=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "feedback_namelessoff"

    def __str__(self) -> str:
        return f"no anonymous picks for user {self.member_id}"


class Skip(models.Model):
    """「この方には贈らない」: the giver's own page no longer asks. Nobody else ever learns of it, staff neither."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skips")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver", "event"], name="one_skip_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_skips_themselves"),
        ]

    def __str__(self) -> str:
        return f"skip {self.pk}"


class StrengthFeedbackQuerySet(models.QuerySet["StrengthFeedback"]):
    def released(self) -> StrengthFeedbackQuerySet:
        """Those that have arrived and that no moderator hid."""
        return self.filter(state=LetterState.RELEASED)

    def visible_to(self, member: User | int) -> StrengthFeedbackQuerySet:
        """The letters that reached `member`, but for those of people whom `member` blocks.

        A block by the giver changes nothing here: a letter that vanished would tell of it.
        """
        return self.released().filter(receiver=member).exclude(giver__in=blocked_by(member))

    def given_by(self, member: User) -> StrengthFeedbackQuerySet:
        """What `member` wrote and did not take back, but for letters to people whom `member` blocks."""
        own = self.filter(giver=member).exclude(state=LetterState.WITHDRAWN)
        return own.exclude(receiver__in=blocked_by(member))

    def due(self, now: datetime) -> StrengthFeedbackQuerySet:
        """Those whose morning has come."""
        return self.filter(state=LetterState.SCHEDULED, deliver_at__lte=now)


class StrengthFeedback(models.Model):
    """A signed letter: 1–3 strengths, what the giver saw, how it would count in the giver's industry."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters_given")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters_received")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="letters")
    picks = models.JSONField(default=list)  # 1–3 keys of strengths
    saw = models.TextField(max_length=LETTERS.saw_at_most, blank=True)
    would_count = models.TextField(max_length=LETTERS.would_count, blank=True)
    giver_industry = models.CharField(max_length=1, blank=True)  # the division at the time of writing
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.DRAFT)
    written_at = models.DateTimeField()
    deliver_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    put_away_at = models.DateTimeField(null=True, blank=True)  # hidden by the receiver: not in their mirror
    # What the receiver said to themselves; for figures over many letters only, never shown to the giver or to staff.
    reaction = models.CharField(max_length=10, choices=Reaction, blank=True)
    regretted_at = models.DateTimeField(null=True, blank=True)  # the giver's own word to themselves; as private
    screening_hits = models.PositiveSmallIntegerField(default=0)  # how often its words were asked to be mended
    refused_digest = models.CharField(
        max_length=64, blank=True
    )  # of the words asked to be mended last; never the words
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = StrengthFeedbackQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["receiver", "state"], name="letters_of_receiver"),
            models.Index(fields=["deliver_at"], condition=Q(state="scheduled"), name="letters_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver", "event"], name="one_letter_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_writes_to_themselves"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"

    @property
    def is_held(self) -> bool:
        """Whether it waits until a moderator has read it."""
        return self.state == LetterState.HELD

    @property
    def strengths(self) -> list[Strength]:
        return [strengths()[key] for key in self.picks if key in strengths()]

    @property
    def hue(self) -> str:
        """The colour of the family that was picked first."""
        return self.strengths[0].color_token if self.strengths else ""

    @property
    def industry_entry(self) -> Entry | None:
        """The giver's industry as it was then; None for who told none."""
        return industries().get(self.giver_industry)


class SelfStrengthSet(models.Model):
    """Up to 5 strengths a member sees in themselves; every change is a new version."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="self_strengths")
    version = models.PositiveSmallIntegerField()
    picks = models.JSONField(default=list)
    chosen_at = models.DateTimeField()

    class Meta:
        get_latest_by = "version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "version"], name="one_set_per_version"),
        ]

    def __str__(self) -> str:
        return f"set {self.version} of user {self.member_id}"

    @property
    def strengths(self) -> list[Strength]:
        return [strengths()[key] for key in self.picks if key in strengths()]


class Thanks(models.Model):
    """A thank-you with an optional line of one's own; one per pair and event."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks_given")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks_received")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="thanks")
    line = models.CharField(max_length=LETTERS.thanks, blank=True)
    thanked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver", "event"], name="one_thanks_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_thanks_themselves"),
        ]

    def __str__(self) -> str:
        return f"thanks {self.pk}"
