"""Moving in: a list of members is sent, checked, run in one transaction; those in it are invited by and by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_MINUTE, HOURLY, sweep
from kouryu.words import clean_line
from members.accounts.choices import Role
from members.admission.flows.invitation import count_invitation
from members.audit import audit
from members.desk.choices import SearchKind
from members.desk.flows import write_keys_of_new
from members.mail.rules import after_quiet_hours
from members.membership.flows.grants import grant_until
from members.models import MemberImport, MovedIn, NameOnRecord, Profile, StaffNote, User
from members.moving import mails
from members.moving.choices import ImportState
from members.moving.limits import INVITATIONS, LISTS
from members.moving.queries import Arrival, Findings, file_of, findings_in, sealed_file, sealed_findings
from members.moving.rules.cells import NoMovingIn
from members.moving.rules.reading import Fault, read_table

WRITTEN_AT_ONCE = 500


@transaction.atomic
def send_list(*, content: bytes, file_name: str, by: User, now: datetime) -> MemberImport:
    """Keep a list of members, encrypted, with what a check of it finds. Nobody moves in yet.

    Refused when nothing of the file can be read.
    """
    sent = MemberImport(by=by, sent_at=now, file_name=clean_line(file_name)[: LISTS.file_name])
    sent.content = sealed_file(content)
    _keep(sent, _findings(content, now))
    sent.save()
    audit.record("send-list", sent, by=by, now=now)
    return sent


@transaction.atomic
def check_again(*, sent: MemberImport, now: datetime) -> MemberImport:
    """Check a waiting list anew: what was right when it was sent may be so no more. Refused when it is gone."""
    sent = MemberImport.objects.select_for_update().get(pk=sent.pk)
    if sent.state != ImportState.WAITING:
        return sent
    _keep(sent, _findings(_content(sent), now))
    sent.save()
    return sent


def move_in(*, sent: MemberImport, by: User, leaving_out: int, now: datetime) -> MemberImport:
    """Make an account for each in the list who has none, all or nobody; running it again changes nothing.

    `leaving_out` is the number of faulty rows that `by` has seen and leaves out. Refused when the list is gone, when
    another number of rows is faulty, and when somebody signs up with one of the addresses at the same moment.
    """
    try:
        return _move_in(sent=sent, by=by, leaving_out=leaving_out, now=now)
    except IntegrityError as overtaken:
        raise Refused(NoMovingIn.CHANGED_MEANWHILE) from overtaken


@transaction.atomic
def _move_in(*, sent: MemberImport, by: User, leaving_out: int, now: datetime) -> MemberImport:
    _one_at_a_time()
    sent = MemberImport.objects.select_for_update().get(pk=sent.pk)
    if sent.state == ImportState.DONE:
        return sent
    findings = _findings(_content(sent), now)
    if findings.faulty != leaving_out:
        raise Refused(NoMovingIn.FAULTY_ROWS)
    _write(findings.arrivals, sent, by=by, now=now)
    _keep(sent, findings)
    sent.made, sent.state, sent.ended_at = len(findings.arrivals), ImportState.DONE, now
    sent.content = sent.findings = ""
    sent.save()
    audit.record("import-members", sent, by=by, now=now)
    return sent


def _one_at_a_time() -> None:
    """Wait until no other import runs: each locks the oldest row, and sees afterwards whom the one before made."""
    MemberImport.objects.select_for_update().order_by("pk").first()


def _content(sent: MemberImport) -> bytes:
    content = file_of(sent)
    if content is None:
        raise Refused(NoMovingIn.OVER)
    return content


def _findings(content: bytes, now: datetime) -> Findings:
    table = read_table(content)
    if isinstance(table, Fault):
        raise Refused(NoMovingIn.UNREADABLE)
    return findings_in(table, timezone.localdate(now))


def _keep(sent: MemberImport, findings: Findings) -> None:
    sent.findings = sealed_findings(findings)
    sent.rows_read, sent.faulty = findings.rows_read, findings.faulty
    sent.already_here = len(findings.already_here)


def _write(arrivals: Sequence[Arrival], sent: MemberImport, *, by: User, now: datetime) -> None:
    """All that belongs to new members, a few hundred rows in a statement.

    Their accounts have no usable password and no proved address: the first code by mail proves it.
    """
    people = User.objects.bulk_create(
        [User(email=one.address, joined_at=now, password=make_password(None)) for one in arrivals], WRITTEN_AT_ONCE
    )
    pairs = list(zip(people, arrivals, strict=True))
    named = [(member, one) for member, one in pairs if one.name]
    noted = [(member, one) for member, one in pairs if one.note]
    size = WRITTEN_AT_ONCE
    Profile.objects.bulk_create([Profile(member=member, called_name=one.called) for member, one in pairs], size)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=member, email=one.address, primary=True, verified=False) for member, one in pairs], size
    )
    MovedIn.objects.bulk_create(
        [MovedIn(member=member, source=sent, address=one.address) for member, one in pairs], size
    )
    NameOnRecord.objects.bulk_create(
        [NameOnRecord(member=member, name=one.name, reading=one.reading) for member, one in named], size
    )
    StaffNote.objects.bulk_create(
        [StaffNote(member=member, by=by, role=Role.DESK, at=now, words=one.note) for member, one in noted], size
    )
    write_keys_of_new([(member, _words_of(one)) for member, one in pairs])
    grant_until([(member, one.last_day) for member, one in pairs if one.last_day], by=by, now=now)
    audit.record_all("import-member", people, by=by, now=now)


def _words_of(one: Arrival) -> dict[SearchKind, str]:
    return {
        SearchKind.CALLED: one.called,
        SearchKind.NAME: one.name,
        SearchKind.READING: one.reading,
        SearchKind.ADDRESS: one.address,
    }


@sweep("invite-imported", every=EVERY_MINUTE)
def invite_imported(*, now: datetime) -> int:
    """Invite those who came with a list, so many in a minute and none at night; returns how many mails were written.

    Whoever has signed in already needs none.
    """
    if after_quiet_hours(now) != now:
        return 0
    with transaction.atomic():
        _one_at_a_time()
        this_minute = MovedIn.objects.filter(invited_at__gte=now.replace(second=0, microsecond=0)).count()
        waiting = MovedIn.objects.filter(invited_at=None).select_related("member__profile").order_by("pk")
        due = list(waiting[: max(INVITATIONS.a_minute - this_minute, 0)])
        MovedIn.objects.filter(pk__in=[one.pk for one in due]).update(invited_at=now)
        wanted = [one.member for one in due if one.member.is_active and one.member.last_login is None]
        for member in wanted:
            count_invitation(member.email, now=now)  # this one goes in any case: there is an account already
            mails.invitation(member, now=now)
        return len(wanted)


@sweep("forget-lists", every=HOURLY)
def forget_lists(*, now: datetime) -> int:
    """Delete what was sent and not run within a day; returns how many files."""
    old = MemberImport.objects.filter(state=ImportState.WAITING, sent_at__lte=now - LISTS.kept_for)
    return old.update(content="", findings="", state=ImportState.DROPPED, ended_at=now)


def note_export(*, by: User, now: datetime) -> None:
    """Leave a line that the list of all members was taken."""
    audit.record("export-members", by, by=by, now=now)
