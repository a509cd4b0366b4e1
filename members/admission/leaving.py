"""What becomes of invitations and of an application when the member goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kouryu.leaving import on_leaving, stays
from members.models import (
    AcceptedInvitation,
    ApplicationReview,
    MemberInvitation,
    MembershipApplication,
    User,
)

stays(ApplicationReview, why="which staff answered somebody else", until="as long as that application")


@on_leaving(MemberInvitation, AcceptedInvitation, MembershipApplication)
def delete_application(member: User, *, now: datetime) -> None:
    """Who was invited by them stays. The address at which they were invited themselves goes, and opens nothing."""
    MemberInvitation.objects.filter(made_by=member, by_staff=False).update(label="")
    MemberInvitation.objects.filter(made_by=member).update(made_by=None)
    theirs = Q(accepted__member=member) | Q(address__iexact=member.email)
    ids = list(MemberInvitation.objects.filter(theirs).values_list("pk", flat=True))
    MemberInvitation.objects.filter(pk__in=ids, taken_back_at=None).exclude(address="").update(taken_back_at=now)
    MemberInvitation.objects.filter(pk__in=ids).update(address="")
    AcceptedInvitation.objects.filter(member=member).delete()
    MembershipApplication.objects.filter(member=member).delete()
