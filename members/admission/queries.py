"""Reads about coming in: invitations by their link, who came with which, applications and their questions."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kouryu.clock import within
from kouryu.references import number_behind, reference_to
from members.accounts.rules import mailbox_of
from members.admission.choices import ApplicationState
from members.admission.limits import INVITES
from members.admission.rules import InvitationFacts, Inviter, gives_month
from members.membership.choices import PeriodSource
from members.models import AcceptedInvitation, ApplicationQuestion, MemberInvitation, MembershipApplication, User

PENDING = "invitation"  # in a session: the number of the invitation that its visitor took


def token_of(invitation: MemberInvitation) -> str:
    """By what a link names an invitation: only the site can make it."""
    return reference_to("invitation", invitation.pk)


def invitation_by(token: str) -> MemberInvitation | None:
    """The invitation that this link names."""
    number = number_behind("invitation", token)
    return MemberInvitation.objects.filter(pk=number).first() if number is not None else None


def pending_invitation(session: SessionBase) -> MemberInvitation | None:
    """The invitation that the visitor of this session took and has not used yet."""
    number = session.get(PENDING)
    return MemberInvitation.objects.filter(pk=number).first() if number is not None else None


def invitation_facts(invitation: MemberInvitation) -> InvitationFacts:
    """What the rules ask of it."""
    return InvitationFacts(
        is_taken_back=invitation.taken_back_at is not None,
        expires_at=invitation.expires_at,
        places=invitation.places,
        taken=AcceptedInvitation.objects.filter(invitation=invitation).count(),
        address=invitation.address,
        by_staff=invitation.by_staff,
    )


def has_been_here(member: User) -> bool:
    """Whether `member` had days, or came with another invitation."""
    return member.periods.exists() or AcceptedInvitation.objects.filter(member=member).exists()


def invitations_of(member: User) -> QuerySet[MemberInvitation]:
    """What a member made, the latest first, each with the number of those who came (`came`)."""
    return _with_guests(MemberInvitation.objects.filter(made_by=member, by_staff=False))


def invitations_of_staff() -> QuerySet[MemberInvitation]:
    """What staff made, the latest first, each with the number of those who came (`came`)."""
    return _with_guests(MemberInvitation.objects.filter(by_staff=True).select_related("made_by__profile"))


def _with_guests(invitations: QuerySet[MemberInvitation]) -> QuerySet[MemberInvitation]:
    return invitations.annotate(came=Count("accepted")).order_by("-made_at", "-pk")


def made_lately(member: User, now: datetime) -> int:
    """How many invitations `member` made within a month, those taken back too."""
    lately = within(INVITES.month, now)
    return MemberInvitation.objects.filter(made_by=member, by_staff=False, made_at__range=lately).count()


def inviter(member: User, now: datetime) -> Inviter:
    """What decides whether the guests of `member` get a first month."""
    today = timezone.localdate(now)
    own = member.periods.filter(starts_on__lte=today, ends_on__gt=today).exclude(source=PeriodSource.GIFT)
    gifts = MemberInvitation.objects.filter(made_by=member, by_staff=False, gift_months__gt=0)
    return Inviter(own.exists(), gifts.filter(made_at__range=within(INVITES.year, now)).count())


def gives_month_now(member: User, now: datetime) -> bool:
    """Whether an invitation that `member` makes now gives its guest a first month."""
    return settings.INVITED_MONTH_FREE and gives_month(inviter(member, now))


def mailbox_digest(address: str) -> str:
    """What stands for a mailbox in `InvitedMailbox`: nobody reads an address there."""
    return salted_hmac("members.admission.mailbox", mailbox_of(address), algorithm="sha256").hexdigest()


# --- applications


def is_declined(member: User) -> bool:
    """Whether the staff declined the application of `member`, and have not thought better of it."""
    return MembershipApplication.objects.filter(member=member, state=ApplicationState.DECLINED).exists()


def application_of(member: User) -> MembershipApplication | None:
    """The application of `member`, if one was sent."""
    return MembershipApplication.objects.filter(member=member).first()


def waiting_applications() -> QuerySet[MembershipApplication]:
    """Those that wait for the staff, the longest first."""
    waiting = MembershipApplication.objects.filter(state=ApplicationState.WAITING)
    return waiting.select_related("member__profile").order_by("sent_at", "pk")


def answered_applications() -> QuerySet[MembershipApplication]:
    """The others, the latest first."""
    others = MembershipApplication.objects.exclude(state=ApplicationState.WAITING)
    return others.select_related("member__profile").order_by("-changed_at", "-pk")


def questions() -> QuerySet[ApplicationQuestion]:
    """What is asked of those who apply, in its order."""
    return ApplicationQuestion.objects.asked()


def answers_so_far(member: User) -> dict[int, str]:
    """What `member` answered before, by question."""
    application = application_of(member)
    return dict(application.answers.values_list("question_id", "words")) if application else {}
