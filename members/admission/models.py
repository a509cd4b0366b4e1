"""Invitations, and who came with which; applications, and what staff answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from members.accounts.models import User
from members.admission.choices import ApplicationState, ReviewAct
from members.admission.limits import APPLICATIONS, INVITES


class MemberInvitation(models.Model):
    """An invitation to become a member: for one address, or a link that so many may use until a last day."""

    # Kept where the inviter is gone: the people who came stay.
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations_made")
    by_staff = models.BooleanField()
    made_at = models.DateTimeField()
    address = models.EmailField(blank=True)
    label = models.CharField(max_length=INVITES.label, blank=True)  # by which staff tell their links apart
    places = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    gift_months = models.PositiveSmallIntegerField(default=0)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(places__gte=1), name="invitation_has_places"),
            models.CheckConstraint(condition=Q(address="") | Q(places=1), name="one_place_for_one_address"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day in Japan on which it lets somebody in."""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))


class InvitedMailbox(models.Model):
    """When invitations were written to one mailbox of late, whoever invited; its row is the lock for counting them."""

    digest = models.CharField(max_length=64, unique=True)  # keyed with SECRET_KEY (`members.admission.queries`)
    written_at = models.JSONField(default=list)  # the latest moments, as many as count
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invited mailbox {self.pk}"


class AcceptedInvitation(models.Model):
    """Who came with which invitation; the places of one are numbered."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="accepted_invitation", primary_key=True)
    invitation = models.ForeignKey(MemberInvitation, on_delete=models.PROTECT, related_name="accepted")
    place = models.PositiveSmallIntegerField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invitation", "place"], name="one_guest_per_place"),
        ]

    def __str__(self) -> str:
        return f"user {self.member_id} came with invitation {self.invitation_id}"


class ApplicationQuestionQuerySet(models.QuerySet["ApplicationQuestion"]):
    def asked(self) -> ApplicationQuestionQuerySet:
        """Those that are asked now, in their order."""
        return self.filter(ended_at=None).order_by("place", "pk")


class ApplicationQuestion(models.Model):
    """A question to those who apply, as the owner wrote it. One that is asked no more stays with its answers."""

    place = models.PositiveSmallIntegerField()
    words_ja = models.CharField(max_length=APPLICATIONS.question)
    words_en = models.CharField(max_length=APPLICATIONS.question, blank=True)
    is_required = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuestionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.words_en if self.words_en and get_language() == "en" else self.words_ja


class MembershipApplication(models.Model):
    """The application of an account that is not let in yet."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="application", primary_key=True)
    state = models.CharField(max_length=9, choices=ApplicationState, default=ApplicationState.WAITING)
    sent_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # so that nobody answers what they have not read

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sent_at"], condition=Q(state="waiting"), name="application_waiting"),
        ]

    def __str__(self) -> str:
        return f"application of user {self.member_id}"


class ApplicationAnswer(models.Model):
    """What somebody answered, beside the question as they read it."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(ApplicationQuestion, on_delete=models.PROTECT, related_name="+")
    asked = models.CharField(max_length=APPLICATIONS.question)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "question"], name="one_answer_per_question"),
        ]

    def __str__(self) -> str:
        return f"answer of user {self.application_id}"


class ApplicationReview(models.Model):
    """What staff answered to an application and why; of a question to the applicant the question, and the reply."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="reviews")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=7, choices=ReviewAct)
    words = models.TextField()
    reply = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} for user {self.application_id}"
