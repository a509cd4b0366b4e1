"""Inviting: making an invitation, taking it back, coming in with one."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kouryu.clock import within
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_line
from members.accounts.locks import lock_member
from members.admission import mails, queries
from members.admission.flows import admitting
from members.admission.limits import INVITES
from members.admission.rules import (
    Guest,
    InvitationWish,
    NoWayIn,
    last_day_of_a_member,
    why_not_accept,
    why_not_invite,
)
from members.audit import audit
from members.membership.choices import PeriodSource
from members.membership.flows.grants import grant_period
from members.models import AcceptedInvitation, InvitedMailbox, MemberInvitation, User


@transaction.atomic
def invite(*, by: User, wish: InvitationWish, gift_months: int = 0, label: str = "", now: datetime) -> MemberInvitation:
    """Make an invitation; one for an address is mailed there, unless that mailbox had its share of this week.

    Nothing looks whether the address has an account, so nobody learns that. Refused as `why_not_invite` says.
    """
    lock_member(by.pk)
    today = timezone.localdate(now)
    lately = queries.made_lately(by, now)
    if reason := why_not_invite(wish, members_may=settings.MEMBERS_INVITE, made_lately=lately, today=today):
        raise Refused(reason)
    last_day = wish.last_day or last_day_of_a_member(today)
    gift = gift_months if wish.by_staff else INVITES.gift_months * queries.gives_month_now(by, now)
    made = MemberInvitation.objects.create(
        made_by=by,
        by_staff=wish.by_staff,
        made_at=now,
        address=wish.address.lower(),
        label=clean_line(label),
        places=wish.places,
        expires_at=timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time())),
        gift_months=gift,
    )
    audit.record("invite", made, by=by, now=now, why="staff" if wish.by_staff else "member")
    if made.address and count_invitation(made.address, now=now):
        mails.invitation(made, language=by.language, now=now)
    return made


@transaction.atomic
def count_invitation(address: str, *, now: datetime) -> bool:
    """Count an invitation that is to be written to this mailbox; returns whether it has had fewer than its share.

    Under the lock of the mailbox, whoever writes: members, staff, and the sweep that invites those of a list.
    """
    digest = queries.mailbox_digest(address)
    InvitedMailbox.objects.get_or_create(digest=digest)
    mailbox = InvitedMailbox.objects.select_for_update(no_key=True).get(digest=digest)
    earliest, latest = within(INVITES.week, now)
    lately = [at for at in mailbox.written_at if earliest <= datetime.fromisoformat(at) <= latest]
    if len(lately) >= INVITES.mails_a_week:
        return False
    mailbox.written_at, mailbox.last_at = [*lately, now.isoformat()], now
    mailbox.save(update_fields=["written_at", "last_at"])
    return True


@transaction.atomic
def take_back_invitation(*, number: int, by: User, by_staff: bool, now: datetime) -> MemberInvitation:
    """Let nobody more in with it; who came stays. A second time changes nothing. `Gone` for somebody else's."""
    rows = MemberInvitation.objects.select_for_update(no_key=True)
    made = get_or_gone(rows.filter(by_staff=True) if by_staff else rows.filter(by_staff=False, made_by=by), pk=number)
    if made.taken_back_at is None:
        made.taken_back_at = now
        made.save(update_fields=["taken_back_at"])
        audit.record("take-back-invitation", made, by=by, now=now, fields=["taken_back_at"])
    return made


@transaction.atomic
def accept_invitation(*, number: int, member: User, now: datetime) -> AcceptedInvitation:
    """Let `member`, whose address is proved, in with this invitation, with the days that it gives.

    Accepting the same one again returns the first time. Refused as `why_not_accept` says.
    """
    member = lock_member(member.pk)
    invitation = MemberInvitation.objects.select_for_update(no_key=True).filter(pk=number).first()
    if invitation is None:
        raise Refused(NoWayIn.UNKNOWN)
    known = AcceptedInvitation.objects.filter(member=member, invitation=invitation).first()
    if known:
        return known
    facts = queries.invitation_facts(invitation)
    guest = Guest(
        member.email,
        is_inviter=invitation.made_by_id == member.pk,
        has_been_here=queries.has_been_here(member),
        is_declined=queries.is_declined(member),
    )
    if reason := why_not_accept(facts, guest, now):
        raise Refused(reason)
    accepted = AcceptedInvitation.objects.create(
        member=member, invitation=invitation, place=facts.taken + 1, accepted_at=now
    )
    audit.record("accept-invitation", invitation, by=member, now=now)
    admitting.admit(member, by=invitation.made_by, why="invitation", now=now)
    if invitation.gift_months:
        grant_period(
            member=member,
            months=invitation.gift_months,
            by=invitation.made_by,
            source=PeriodSource.GIFT,
            now=now,
        )
    return accepted
