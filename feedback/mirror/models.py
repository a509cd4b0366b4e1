"""Mirrors with the base rates they were read against, and ordinary things."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef

from events.models import Event
from feedback.mirror.limits import ORDINARIES
from members.accounts.taxonomies import Entry, industries
from members.models import Suspension, User
from members.standing.queries import blocked_by, blocks_made


class BaseRates(models.Model):
    """What is usual in the community, computed once a night: a version that mirrors are read against."""

    computed_on = models.DateField(unique=True)  # the day in Tokyo
    computed_at = models.DateTimeField()
    pairs = models.PositiveIntegerField()  # of a giver and a receiver
    rates = models.JSONField(default=dict)  # share of pairs by strength

    class Meta:
        get_latest_by = "computed_on"

    def __str__(self) -> str:
        return f"base rates of {self.computed_on}"


class SamePicker(models.Model):
    """A giver who picked one strength in most of many letters, as one night's computation found it; never shown."""

    rates = models.ForeignKey(BaseRates, on_delete=models.CASCADE, related_name="same_pickers")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rates", "giver"], name="one_same_picker_per_version"),
        ]

    def __str__(self) -> str:
        return f"user {self.giver_id} in {self.rates_id}"


class MirrorSnapshot(models.Model):
    """What a member's mirror showed, from `taken_at` until the next snapshot; only what was to be read, no share."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mirror_snapshots")
    rates = models.ForeignKey(BaseRates, on_delete=models.PROTECT, related_name="snapshots")  # the latest it held for
    shown = models.JSONField(default=dict)
    taken_at = models.DateTimeField()

    class Meta:
        get_latest_by = "pk"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "rates"], name="one_snapshot_per_member_and_version"),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of user {self.member_id}"

    @property
    def seen_by_many(self) -> list[str]:
        """The keys of the strengths that were seen by many then."""
        return [key for key, seen in self.shown.get("seen", {}).items() if seen["level"] == "many"]


class Ordinary(models.Model):
    """One of up to three things that a member takes for granted at work, noted before an evening."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ordinaries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ordinaries")
    place = models.PositiveSmallIntegerField()  # 1 to 3, as they were written
    words = models.CharField(max_length=ORDINARIES.words)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "event", "place"], name="one_ordinary_per_place"),
        ]

    def __str__(self) -> str:
        return f"ordinary {self.pk}"


class WonderQuerySet(models.QuerySet["Wonder"]):
    def visible_to(self, member: User, now: datetime) -> WonderQuerySet:
        """What has reached `member` about their ordinary things and was not put away.

        As with letters: nobody whom they block; and what was on its way while its giver blocked them, or is suspended,
        does not arrive. What has arrived stays when its giver's account goes.
        """
        blocked_before = blocks_made(by=OuterRef("giver"), of=member).made_until(OuterRef("shows_at"))
        suspended_before = Suspension.objects.open_at(now).filter(
            member=OuterRef("giver"), starts_at__lte=OuterRef("shows_at")
        )
        return (
            self.filter(ordinary__member=member, shows_at__lte=now, put_away_at=None)
            .exclude(giver__in=blocked_by(member))
            .exclude(Exists(blocked_before))
            .exclude(Exists(suspended_before))
        )


class Wonder(models.Model):
    """すごい: somebody of the group says, signed, why this ordinary thing is rare where they work."""

    ordinary = models.ForeignKey(Ordinary, on_delete=models.CASCADE, related_name="wonders")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="wonders_given")
    giver_industry = models.CharField(max_length=1, blank=True)  # the division at the time of writing
    words = models.CharField(max_length=ORDINARIES.why_at_most)
    written_at = models.DateTimeField()
    shows_at = models.DateTimeField()  # the next morning's hour of letters; until then it can be changed
    put_away_at = models.DateTimeField(null=True, blank=True)  # by the receiver

    objects = WonderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ordinary", "giver"], name="one_wonder_per_giver"),
        ]

    def __str__(self) -> str:
        return f"wonder {self.pk}"

    @property
    def industry_entry(self) -> Entry | None:
        """The giver's industry as it was then; None for who told none."""
        return industries().get(self.giver_industry)
