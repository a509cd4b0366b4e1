"""Damage to invitations and applications is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from members.admission.choices import ApplicationState, ReviewAct
from members.admission.flows.application import answer_application, apply
from members.admission.flows.invitation import accept_invitation, invite
from members.admission.rules import InvitationWish
from members.desk.choices import Purpose
from members.desk.flows import look
from members.invariants.admission import CHECKS
from members.models import (
    AcceptedInvitation,
    ApplicationReview,
    AuditEntry,
    MemberInvitation,
    MembershipApplication,
    Period,
    User,
)
from tests import factories

NOW = timezone.now()


def found():
    return [sentence for check in CHECKS for sentence in check(NOW)]


@pytest.fixture
def kept(guest, fumi, settings):
    """An invitation that was accepted, and an application that was answered, as the flows leave them."""
    settings.ENTRANCE = "application"
    wish = InvitationWish(by_staff=True, address="", places=2, last_day=timezone.localdate(NOW))
    accept_invitation(number=invite(by=fumi, wish=wish, now=NOW).pk, member=guest, now=NOW)
    applicant = factories.make_account("ひな", pledged=False)
    applicant.awaits_admission = True
    applicant.save()
    apply(member=applicant, answers={}, now=NOW)
    look(member=applicant, by=fumi, purpose=Purpose.APPLICATION, now=NOW)
    answer_application(
        member=applicant, by=fumi, act=ReviewAct.ACCEPT, words="読んで決めました。", seen_version=1, now=NOW
    )
    assert not Period.objects.filter(member__in=[guest, applicant]).exists()


def test_what_the_flows_leave_is_in_order(kept):
    assert found() == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda: AuditEntry.objects.filter(verb="invite").delete(), "invitation"),
        (lambda: AuditEntry.objects.filter(verb="accept-invitation").delete(), "came with"),
        (lambda: AcceptedInvitation.objects.update(place=3), "came with"),
        (lambda: MemberInvitation.objects.update(expires_at=NOW - timedelta(days=1)), "came with"),
        (lambda: AuditEntry.objects.filter(verb="accept-application").delete(), "answer"),
        (lambda: ApplicationReview.objects.update(at=NOW - timedelta(days=1)), "answer"),
        (lambda: MembershipApplication.objects.update(state=ApplicationState.DECLINED), "does not stand"),
        (lambda: User.objects.filter(application__isnull=False).update(awaits_admission=True), "does not stand"),
        (lambda: AuditEntry.objects.filter(verb="admit").delete(), "let in by nobody"),
    ],
)
def test_each_damage_is_named(kept, damage, words):
    damage()
    assert any(words in sentence for sentence in found())
