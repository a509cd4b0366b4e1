"""Ending sessions, and what is noted and told of second factors."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from kouryu.encryption import encrypt_anew
from kouryu.refusal import Gone, Refused
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.desk.rules import NoAct
from members.models import MemberSession, User
from members.security import mails
from members.security.choices import SecurityChange
from members.security.queries import SECRETS


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
