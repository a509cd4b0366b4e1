"""Leaving: asking for the deletion of an account, changing one's mind, and the deletion itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu import leaving
from kouryu.refusal import Refused
from kouryu.sweeps import HOURLY, sweep
from members.accounts.choices import Role
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason, owners_who_stay
from members.leaving import mails
from members.leaving.limits import LEAVING
from members.leaving.queries import departure_of, digest_of, former_of
from members.leaving.rules import LeavingWish, NoLeaving, due_at, why_not_leave
from members.models import Departure, FormerAddress, Profile, Suspension, User
from members.standing.flows import block_again
from members.standing.queries import open_suspension


@transaction.atomic
def ask_to_leave(*, member: User, now: datetime) -> Departure:
    """Note that `member` wants the account deleted, and mail when that happens. Asking twice changes nothing.

    Refused to the last owner of the site.
    """
    lock_member(member.pk)
    if begun := departure_of(member):
        return begun
    return _begin(member, by=None, now=now)


@transaction.atomic
def begin_leaving_of(*, member: User, by: User, why: str, now: datetime) -> Departure:
    """Begin the deletion for a member who asked the desk, with the reason among their notes; they are told by mail.

    Refused as every act of the desk is, and as `why_not_leave` says.
    """
    lock_member(member.pk)
    keep_reason(StaffAct.BEGIN_LEAVING, member=member, by=by, words=why, now=now)
    return _begin(member, by=by, now=now)


@transaction.atomic
def stay(*, member: User, now: datetime) -> None:
    """Change one's mind: the account stays as it is. Refused where no deletion was asked for."""
    lock_member(member.pk)
    departure = departure_of(member)
    if departure is None:
        raise Refused(NoLeaving.NOT_BEGUN)
    departure.delete()
    audit.record("stay", member, by=member, now=now)


@sweep("let-members-go", every=HOURLY)
def let_members_go(*, now: datetime) -> int:
    """Delete the accounts whose time is over, and remind those whose time is nearly; returns how many went.

    One transaction per member. Who is in the middle of an evening goes when that is closed.
    """
    soon = Departure.objects.filter(due_at__gt=now, due_at__lte=now + LEAVING.reminded_before)
    for departure in soon.select_related("member__profile").order_by("pk"):
        _remind(departure, now=now)
    due = list(Departure.objects.due(now).order_by("due_at", "pk").values_list("pk", flat=True))
    return sum(_let_go(member_id, now=now) for member_id in due)


def carry_over(member: User, *, now: datetime) -> bool:
    """Give a new account, or one with a new address, what an earlier account of this address left behind.

    A suspension goes on, and so do the blocks of others; the rest stands in the profile for the chapters that ask.
    Returns whether anything was remembered.
    """
    former = former_of(member.email, now)
    if former is None:
        return False
    facts = dict(former.facts)
    _suspend_again(member, facts.pop("suspended_until", None), now=now)
    block_again(member=member, blockers=facts.pop("blocked_by", []), now=now)
    Profile.objects.filter(member=member).update(carried_over={**facts, "until": former.until.isoformat()})
    audit.record("carry-over", member, by=None, now=now)
    return True


def _begin(member: User, *, by: User | None, now: datetime) -> Departure:
    wish = LeavingWish(is_begun=departure_of(member) is not None, is_last_owner=_is_last_owner(member, now))
    if reason := why_not_leave(wish):
        raise Refused(reason)
    departure = Departure.objects.create(member=member, asked_at=now, due_at=due_at(now), asked_by=by)
    audit.record("ask-to-leave", member, by=by or member, now=now)
    mails.leaving_begun(departure, now=now)
    for tell in leaving.NOTICES:
        tell(member, due_at=departure.due_at, now=now)
    return departure


@transaction.atomic
def _remind(departure: Departure, *, now: datetime) -> None:
    mails.leaving_soon(departure, now=now)


@transaction.atomic
def _let_go(member_id: int, *, now: datetime) -> bool:
    """One account, as it is now: the member may have changed their mind since it was found."""
    member = lock_account(member_id)
    if not Departure.objects.due(now).filter(member=member).exists():
        return False
    if leaving.is_held(member, now) or _is_last_owner(member, now):
        return False
    _remember(member, now)
    mails.account_deleted(member, now=now)
    _part(member, now=now)
    return True


@transaction.atomic
def let_account_go(member_id: int, *, now: datetime) -> None:
    """Delete an account that nobody asked to delete: one that was never let in, when its time is over.

    Nothing happens to one that was let in, or has gone, at this very moment.
    """
    member = lock_account(member_id)
    if not member.is_active or not member.awaits_admission:
        return
    _remember(member, now)
    mails.account_swept(member, now=now)
    _part(member, now=now)


def _part(member: User, *, now: datetime) -> None:
    """What becomes of the account and of all that is its own, as each chapter says it."""
    for parting in leaving.in_order():
        parting.act(member, now=now)
    audit.record("leave", member, by=None, now=now)


def _remember(member: User, now: datetime) -> None:
    facts = leaving.facts_to_remember(member, now)
    if not facts:
        return
    kept = {"left_at": now, "until": now + LEAVING.remembered_for, "facts": facts}
    FormerAddress.objects.update_or_create(digest=digest_of(member.email), defaults=kept)


def _suspend_again(member: User, until: str | None, *, now: datetime) -> None:
    end = datetime.fromisoformat(until) if until else None
    if end is None or end <= now or open_suspension(member, now):
        return
    Suspension.objects.create(
        member=member, starts_at=now, until=end, reason="前のアカウントで決まった利用の停止が、続いています。"
    )
    audit.record("suspend", member, by=None, now=now, fields=["reason", "until"], why=end.isoformat())


def _is_last_owner(member: User, now: datetime) -> bool:
    """Whether nobody who stays would own the site."""
    if not member.role_grants.live().filter(role=Role.OWNER).exists():
        return False
    others = owners_who_stay(but=member, now=now)
    return Departure.objects.filter(member__in=others).count() == len(others)
