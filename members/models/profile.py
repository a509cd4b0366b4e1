"""What a member tells about themselves, each part optional but the called name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.choices import Camera, GroupSize, Length, Listening, Position, WorkStatus, YearsBand
from members.models.account import User
from members.taxonomies import Entry, career_themes, industries, occupations, prefectures


class Profile(models.Model):
    """One per account, made at sign-up. Codes point into members/taxonomies.py."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile", primary_key=True)
    called_name = models.CharField(max_length=30, blank=True)
    work_status = models.CharField(max_length=15, choices=WorkStatus, blank=True)
    industry = models.CharField(max_length=1, blank=True)
    industry_group = models.CharField(max_length=2, blank=True)
    occupation = models.CharField(max_length=2, blank=True)
    position = models.CharField(max_length=10, choices=Position, blank=True)
    years_at_company = models.CharField(max_length=5, choices=YearsBand, blank=True)
    prefecture = models.CharField(max_length=5, blank=True)  # for evenings at a place
    themes_undecided = models.BooleanField(default=False)
    private_themes_match = models.BooleanField(default=False)  # the holder lets them bring people together in groups
    length = models.CharField(max_length=3, choices=Length, blank=True, default=Length.UP_TO_60)
    group_size = models.CharField(max_length=3, choices=GroupSize, blank=True, default=GroupSize.FOUR)
    camera = models.CharField(max_length=6, choices=Camera, blank=True, default=Camera.EITHER)
    listening = models.CharField(max_length=6, choices=Listening, blank=True, default=Listening.EITHER)
    time_bands = models.JSONField(default=list, blank=True)  # TimeBand values
    # Their own limits: beyond them the site asks, and never refuses.
    most_events_a_month = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_evening_after = models.BooleanField(default=False)
    steps_done = models.JSONField(default=list, blank=True)  # keys of the welcome steps that were saved

    def __str__(self) -> str:
        return f"profile of user {self.member_id}"

    @property
    def industry_entry(self) -> Entry | None:
        return industries().get(self.industry)

    @property
    def occupation_entry(self) -> Entry | None:
        return occupations().get(self.occupation)

    @property
    def prefecture_entry(self) -> Entry | None:
        return prefectures().get(self.prefecture)


class ProfileTheme(models.Model):
    """A career theme that a member chose. Rows, so that a community can be counted by theme."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="theme_rows")
    theme = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "theme"], name="one_row_per_theme"),
        ]

    def __str__(self) -> str:
        return self.theme

    @property
    def entry(self):
        return career_themes().get(self.theme)


class PledgeAcceptance(models.Model):
    """Which version of the pledge a member accepted, and when; never changed afterwards."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pledges")
    version = models.CharField(max_length=10)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "version"], name="one_acceptance_per_version"),
        ]

    def __str__(self) -> str:
        return f"pledge {self.version}"
