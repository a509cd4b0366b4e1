"""What must always be true of invitations, applications, and who was let in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from members.admission.choices import ApplicationState
from members.audit.checking import BY_SQL, lines_of, noted, then
from members.models import AcceptedInvitation, ApplicationReview, MemberInvitation, MembershipApplication, User

VERBS = {"accept": "accept-application", "ask": "ask-applicant", "decline": "decline-application"}


@then(BY_SQL + " Take back an invitation that nobody made.")
def invitations_were_made(now: datetime) -> list[str]:
    lost = MemberInvitation.objects.exclude(noted(MemberInvitation, "invite", at=OuterRef("made_at")))
    return [f"invitation {row.pk} has no line in the record of acts" for row in lost.order_by("pk")]


@then(BY_SQL + " Ask the member who invited them.")
def who_came_was_invited(now: datetime) -> list[str]:
    """With a line, on one of the places, before its end, and at the address that it is for or that they had then."""
    line = lines_of(MemberInvitation, "accept-invitation").filter(
        object_id=OuterRef("invitation"), by=OuterRef("member"), at=OuterRef("accepted_at")
    )
    rows = AcceptedInvitation.objects.annotate(line=Subquery(line.values("pk")[:1]))
    beyond = Q(place__gt=F("invitation__places")) | Q(accepted_at__gte=F("invitation__expires_at"))
    broken = rows.filter(Q(line=None) | beyond).order_by("pk")
    return [f"user {row.member_id} came with an invitation that did not let them in" for row in broken]


@then(BY_SQL + " Let the desk answer the application once more.")
def applications_were_answered(now: datetime) -> list[str]:
    """With a line for each answer. Nobody whose application waits is a member, nor waits whose was accepted."""
    lost = [
        row
        for act, verb in VERBS.items()
        for row in ApplicationReview.objects.filter(act=act)
        .exclude(by=None)
        .annotate(
            line=Subquery(
                lines_of(MembershipApplication, verb)
                .filter(object_id=OuterRef("application"), by=OuterRef("by"), at=OuterRef("at"))
                .values("pk")[:1]
            )
        )
        .filter(line=None)
        .order_by("pk")
    ]
    accepted = Q(state=ApplicationState.ACCEPTED)
    astray = MembershipApplication.objects.filter(
        (accepted & Q(member__awaits_admission=True)) | (~accepted & Q(member__awaits_admission=False))
    )
    return [f"answer {row.pk} to an application has no line in the record of acts" for row in lost] + [
        f"application of user {row.pk} does not stand as its member does" for row in astray.order_by("pk")
    ]


@then(BY_SQL + " Nobody is let in without an invitation or an answer of the staff.")
def nobody_slips_in(now: datetime) -> list[str]:
    """Who was let in has a line, where they once waited: an application, or an invitation that was accepted."""
    came = Q(application__isnull=False) | Q(accepted_invitation__isnull=False)
    inside = User.objects.filter(came, awaits_admission=False)
    slipped = inside.filter(accepted_invitation=None).exclude(noted(User, "admit"))
    return [f"user {row.pk} was let in by nobody" for row in slipped.order_by("pk")]


CHECKS = [invitations_were_made, who_came_was_invited, applications_were_answered, nobody_slips_in]
