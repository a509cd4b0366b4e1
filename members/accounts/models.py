"""Accounts: who signs in, which roles they hold, and what others may know of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext

from kouryu import references
from members.accounts.choices import (
    FORMER_MEMBER,
    Camera,
    GroupSize,
    Language,
    Length,
    Listening,
    Position,
    Role,
    Theme,
    WorkStatus,
    YearsBand,
)
from members.accounts.limits import PROFILE_WORDS
from members.accounts.rules import MemberStanding
from members.accounts.taxonomies import Entry, career_themes, industries, occupations, prefectures


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new account with a lower-cased address; without a password nobody can sign in to it."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """An account. What others may see of the person is in `Profile`."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    language = models.CharField(max_length=2, choices=Language, default=Language.JAPANESE)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    large_type = models.BooleanField(default=False)
    shares_address = models.BooleanField(default=False)  # hosts may hand it to Zoom, to seat people in its rooms
    muted_mail = models.JSONField(default=list, blank=True)  # optional MailKinds switched off
    # Not let in yet: the account waits for an invitation, or for its application to be answered (members/admission).
    awaits_admission = models.BooleanField(default=False, db_default=False)
    news_seen = models.JSONField(default=dict, blank=True)  # when they last looked, by kind (members/accounts/news.py)
    paused_at = models.DateTimeField(null=True, blank=True)  # taking a rest: no suggestion, no optional mail

    objects = UserManager()
    # As it was when the row was read; only of the user of a session, and of who owns a calendar that is fetched.
    standing: MemberStanding | None = None
    circles: dict[str, frozenset[int]] | None = None  # who is near; kept for one request (members/accounts/card.py)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with the address: either ends every other session."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the keys before: Django moves a session that one of them proves to the key of today."""
        yield from map(self._session_hash, settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str) -> str:
        key_salt = "members.models.account.User.get_session_auth_hash"
        return salted_hmac(key_salt, f"{self.password} {self.email}", secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now; no query where the standing says them."""
        if self.standing is not None:
            return self.standing.roles
        return frozenset(self.role_grants.live().values_list("role", flat=True))

    def rest_roles(self) -> None:
        """Let no role of this account count in the session that it was read for."""
        self.standing = self.standing.unproved()
        self.roles = self.standing.roles

    @property
    def reference(self) -> str:
        """By what pages and addresses name this person; the number would tell how many there are."""
        return references.reference_to("person", self.pk)

    @property
    def called_name(self) -> str:
        """What others call this person; empty until told, and one word for all whose account went."""
        return self.profile.called_name if self.is_active else gettext(FORMER_MEMBER)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def live(self) -> RoleGrantQuerySet:
        return self.filter(ended_at=None)


class RoleGrant(models.Model):
    """A role held from one moment until it is ended; the history stays."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=10, choices=Role)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    last_day = models.DateField(null=True, blank=True)  # in Japan; a sweep ends it after that
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "role"], condition=models.Q(ended_at=None), name="one_live_grant_per_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of user {self.member_id}"


class Profile(models.Model):
    """One per account, made at sign-up. Codes point into members/accounts/taxonomies.py."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile", primary_key=True)
    called_name = models.CharField(max_length=PROFILE_WORDS.called_name, blank=True)
    work_status = models.CharField(max_length=15, choices=WorkStatus, blank=True)
    industry = models.CharField(max_length=1, blank=True)
    industry_group = models.CharField(max_length=2, blank=True)
    occupation = models.CharField(max_length=2, blank=True)
    position = models.CharField(max_length=10, choices=Position, blank=True)
    years_at_company = models.CharField(max_length=5, choices=YearsBand, blank=True)
    prefecture = models.CharField(max_length=5, blank=True)  # for evenings at a place
    # What others may see, each fact by the audience that its holder chose (members/accounts/card.py).
    name_reading = models.CharField(max_length=PROFILE_WORDS.name_reading, blank=True)
    past_industries = models.JSONField(default=list, blank=True)  # divisions, beside the present one
    gives = models.JSONField(default=list, blank=True)  # keys of exchange topics, for longer than one evening
    asks = models.JSONField(default=list, blank=True)
    links = models.TextField(blank=True)  # one address a line
    join_reasons = models.JSONField(default=list, blank=True)  # keys: what made them join
    # the same in own words
    joined_because = models.CharField(max_length=PROFILE_WORDS.joined_because, blank=True)
    visibility = models.JSONField(default=dict, blank=True)  # Audience values by fact; what is missing has its default
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
    # What an earlier account with this address left behind, and until when it counts (`members.leaving`); no words.
    carried_over = models.JSONField(default=dict, blank=True)

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
