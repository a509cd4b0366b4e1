"""Who signs in: an address and a password, nothing that other members see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from kouryu import references
from members.choices import Language, Role, Theme


class UserQuerySet(models.QuerySet["User"]):
    def with_paid_days(self, today: date) -> UserQuerySet:
        """With profile, `has_role` and `access_ends_on`: the end of the latest period begun, or None.

        `today` is the day in Asia/Tokyo.
        """
        from members.models.membership import Period  # app ready: the models import each other

        latest = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today).order_by("-ends_on")
        return self.select_related("profile").annotate(
            access_ends_on=models.Subquery(latest.values("ends_on")[:1]),
            has_role=Exists(RoleGrant.objects.live().filter(member=OuterRef("pk"))),
        )

    def with_standing(self, now: datetime) -> UserQuerySet:
        """With `is_suspended`."""
        from members.models.standing import Suspension  # app ready: the models import each other

        return self.annotate(is_suspended=Exists(Suspension.objects.open_at(now).filter(member=OuterRef("pk"))))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

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
    paused_at = models.DateTimeField(null=True, blank=True)  # taking a rest: no suggestion, no optional mail

    objects = UserManager()

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
        """The roles held now. No query for the many who have none (`with_paid_days` says so)."""
        if not getattr(self, "has_role", True):
            return frozenset()
        return frozenset(self.role_grants.live().values_list("role", flat=True))

    @property
    def reference(self) -> str:
        """By what pages and addresses name this person; the number would tell how many there are."""
        return references.reference_to("person", self.pk)

    @property
    def called_name(self) -> str:
        """What others call this person; empty until told."""
        return self.profile.called_name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def live(self) -> RoleGrantQuerySet:
        return self.filter(ended_at=None)


class RoleGrant(models.Model):
    """A role held from one moment until it is ended; the history stays."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=10, choices=Role)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
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
