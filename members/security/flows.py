"""Ending sessions, what is noted and told of second factors, and the way back of who lost them all."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from kouryu.encryption import encrypt_anew
from kouryu.refusal import Gone, Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from kouryu.words import clean_words
from members.accounts.locks import lock_account, lock_members
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.desk.rules import NoAct
from members.mail.outbox import nobody
from members.models import FactorReset, MemberSession, User
from members.security import mails
from members.security.choices import OPEN_RESETS, ResetState, SecurityChange
from members.security.limits import RESETS
from members.security.queries import SECRETS, has_factor, open_reset, person_if_there, person_of, state_of
from members.security.rules import Lapse, NoReset, why_lapse, why_not_confirm_reset, why_not_propose


@transaction.atomic
def end_session(*, member: User, handle: str, here: str | None, now: datetime) -> None:
    """End one session of `member`, but for the one with the key `here`, which signing out ends."""
    others = MemberSession.objects.filter(member=member).exclude(pk=here)
    named = next((row for row in others if row.handle == handle), None)
    if named is None:
        raise Gone
    named.delete()
    audit.record("end-session", member, by=member, now=now)


@transaction.atomic
def end_sessions_of(*, member: User, by: User, why: str, now: datetime) -> None:
    """End every session of `member` from the desk, with the reason among their notes. Refused for one's own."""
    if member.pk == by.pk:
        raise Refused(NoAct.ONESELF)
    keep_reason(StaffAct.END_SESSIONS, member=member, by=by, words=why, now=now)
    MemberSession.objects.filter(member=member).delete()
    audit.record("end-sessions", member, by=by, now=now)


@transaction.atomic
def end_other_sessions(*, member: User, here: str | None, now: datetime) -> None:
    """End every session of `member` but for the one with the key `here`; all of them where that is None."""
    ended, _tables = MemberSession.objects.filter(member=member).exclude(pk=here).delete()
    if ended:
        audit.record("end-other-sessions", member, by=member, now=now)


def add_factor(*, member: User, kind: str, now: datetime) -> None:
    """Note a second factor that allauth made, or the recovery codes that come with the first one."""
    audit.record("add-factor", member, by=member, now=now, why=kind)


@transaction.atomic
def remove_factor(*, member: User, kind: str, here: str | None, now: datetime) -> None:
    """Note that a second factor is gone. All other sessions end: one of them may have been opened with it."""
    audit.record("remove-factor", member, by=member, now=now, why=kind)
    end_other_sessions(member=member, here=here, now=now)


def renew_recovery_codes(*, member: User, now: datetime) -> None:
    """Note that new recovery codes took the place of the old ones."""
    audit.record("renew-recovery-codes", member, by=member, now=now)


@transaction.atomic
def use_recovery_code(*, member: User, now: datetime) -> None:
    """Note that a recovery code was used, and tell its owner: it may have been found by somebody else."""
    audit.record("use-recovery-code", member, by=member, now=now)
    mails.security_changed(member, change=SecurityChange.CODE_USED, now=now)


def fail_to_prove(*, member: User, why: str, now: datetime) -> None:
    """Note a wrong code of an app, a wrong recovery code (`factor`), or a passkey that proved nothing (`passkey`)."""
    audit.record("fail-to-prove", member, by=None, now=now, why=why)


def encrypt_secrets_anew() -> int:
    """Encrypt the secrets of all second factors with the key of today; returns how many. Safe to run twice.

    Refused with `Unreadable`, naming nobody, where one was encrypted with a key that is named no more.
    """
    numbers = (
        Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk").values_list("pk", flat=True)
    )
    return sum(_encrypt_anew(number) for number in list(numbers))


@transaction.atomic
def _encrypt_anew(number: int) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=number).first()
    if row is None:
        return False
    row.data |= {name: encrypt_anew(row.data[name]) for name in SECRETS if name in row.data}
    row.save(update_fields=["data"])
    return True


# --- the way back of who lost everything (docs/decisions/0054)


@transaction.atomic
def ask_for_reset(*, address: str, words: str, now: datetime) -> None:
    """Note that somebody with this address lost every second factor, for the desk; its owner is told by mail.

    Whatever the address is, the answer and its work are the same. While one is open no second one is made: what is
    written then stands beside the first words, since who asked first may not have been the owner.
    """
    member = User.objects.filter(email__iexact=address, is_active=True).first() or nobody()
    lock_members([member.pk])
    begun = open_reset(member)
    is_wanted = has_factor(member) and begun is None
    with transaction.atomic():
        about = member.pk if is_wanted else nobody().pk
        reset = FactorReset.objects.create(member_id=about, words=clean_words(words), asked_at=now)
        transaction.set_rollback(not is_wanted)
    _add_words(begun or FactorReset(pk=0), words, now)
    # A line also where there is nothing to ask for: the same work, so that time tells nobody which is which.
    audit.record("ask-for-reset", reset if is_wanted else FactorReset(), by=None, now=now)
    mails.reset_asked(member if is_wanted else nobody(), reset, now=now)


def _add_words(begun: FactorReset, words: str, now: datetime) -> None:
    """Put the words of a later request beside those of the first; the number 0 stands for none that is open."""
    added = [*begun.later_words, {"at": now.isoformat(), "words": clean_words(words)}][-RESETS.later_words :]
    FactorReset.objects.filter(pk=begun.pk).update(later_words=added)


@transaction.atomic
def propose_reset(*, member: User, by: User, why: str, now: datetime) -> None:
    """The first of the staff has found out that it is `member` who asks, and says how.

    Refused as an act at a member's page is, without a second factor, and where it is proposed.
    """
    lock_account(member.pk)
    reset = open_reset(member)
    if reason := why_not_propose(state_of(reset, now), has_factor=has_factor(member), is_oneself=member.pk == by.pk):
        raise Refused(reason)
    keep_reason(StaffAct.PROPOSE_RESET, member=member, by=by, words=why, now=now)
    reset = reset or FactorReset(member=member, asked_at=now)
    reset.state, reset.proposed_by, reset.proposed_at = ResetState.PROPOSED, by, now
    reset.save()
    audit.record("propose-reset", reset, by=by, now=now)


@transaction.atomic
def confirm_reset(*, member: User, by: User, why: str, now: datetime) -> None:
    """A second of the staff agrees: the member is told, and has a day to stop it.

    Refused as an act at a member's page is, where nothing is proposed or its proposer lost the role, and for who
    proposed it.
    """
    lock_account(member.pk)
    reset = open_reset(member)
    is_proposer = reset is not None and reset.proposed_by_id == by.pk
    state = state_of(reset, now)
    if reason := why_not_confirm_reset(state, is_proposer=is_proposer, is_oneself=member.pk == by.pk):
        raise Refused(reason)
    if reset is None:
        raise Refused(NoReset.NOT_PROPOSED)
    keep_reason(StaffAct.CONFIRM_RESET, member=member, by=by, words=why, now=now)
    reset.state, reset.confirmed_by, reset.confirmed_at = ResetState.CONFIRMED, by, now
    reset.due_at = now + RESETS.wait
    reset.save(update_fields=["state", "confirmed_by", "confirmed_at", "due_at"])
    audit.record("confirm-reset", reset, by=by, now=now)
    mails.reset_confirmed(reset, now=now)


@transaction.atomic
def decline_reset(*, member: User, by: User, why: str, now: datetime) -> None:
    """One of the staff stops it. Refused as an act at a member's page is, and where none is open."""
    lock_account(member.pk)
    reset = open_reset(member)
    if reset is None:
        raise Refused(NoReset.OVER)
    keep_reason(StaffAct.DECLINE_RESET, member=member, by=by, words=why, now=now)
    _settle(reset, ResetState.DECLINED, now)
    audit.record("decline-reset", reset, by=by, now=now)


@transaction.atomic
def stop_reset(*, number: int, now: datetime) -> None:
    """Its owner, who reads the mail, stops it. A second time changes nothing; refused once it is done or declined."""
    member = lock_account(FactorReset.objects.values_list("member_id", flat=True).get(pk=number))
    reset = FactorReset.objects.get(pk=number)
    if reset.state == ResetState.STOPPED:
        return
    if reset.state not in OPEN_RESETS:
        raise Refused(NoReset.OVER)
    _settle(reset, ResetState.STOPPED, now)
    audit.record("stop-reset", reset, by=member, now=now)


@sweep("reset-factors", every=EVERY_TEN_MINUTES)
def reset_factors(*, now: datetime) -> int:
    """Take off the second factors of those whose day has passed and who did not stop it; returns of how many.

    What was agreed is asked once more: a member who is suspended or gone by now gets nothing taken off, and where one
    of the two could not agree any more, two of the staff agree anew.
    """
    due = FactorReset.objects.filter(state=ResetState.CONFIRMED, due_at__lte=now).order_by("due_at", "pk")
    return sum(_reset(number, now) for number in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _reset(number: int, now: datetime) -> bool:
    seen = FactorReset.objects.get(pk=number)
    three = [pk for pk in (seen.member_id, seen.proposed_by_id, seen.confirmed_by_id) if pk]
    people = {one.pk: one for one in lock_members(three)}
    reset = FactorReset.objects.get(pk=number)
    if reset.state != ResetState.CONFIRMED:
        return False
    member = people[reset.member_id]
    agreed = [people.get(pk) if pk else None for pk in (reset.proposed_by_id, reset.confirmed_by_id)]
    if why := why_lapse(person_of(member, now), *(person_if_there(one, now) for one in agreed)):
        _lapse(reset, why, now)
        return False
    for row in Authenticator.objects.filter(user=member).order_by("pk"):
        audit.record("remove-factor", member, by=None, now=now, why=row.type)
        row.delete()
    MemberSession.objects.filter(member=member).delete()
    _settle(reset, ResetState.DONE, now)
    audit.record("reset-factors", reset, by=None, now=now)
    mails.security_changed(member, change=SecurityChange.FACTORS_RESET, now=now)
    return True


def _lapse(reset: FactorReset, why: Lapse, now: datetime) -> None:
    """What was agreed holds no longer: declined where the member is out, otherwise asked for as on the first day."""
    audit.record("lapse-reset", reset, by=None, now=now, why=why)
    if why == Lapse.MEMBER_OUT:
        _settle(reset, ResetState.DECLINED, now)
        return
    reset.state, reset.due_at = ResetState.ASKED, None
    reset.proposed_by = reset.proposed_at = reset.confirmed_by = reset.confirmed_at = None
    reset.save()
    mails.reset_asked(reset.member, reset, now=now)


def _settle(reset: FactorReset, state: ResetState, now: datetime) -> None:
    reset.state, reset.settled_at = state, now
    reset.save(update_fields=["state", "settled_at"])
