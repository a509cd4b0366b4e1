"""Acts of the desk on a member: their page, a note, the name on record, the keys that find them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Refused
from kouryu.words import clean_line
from members.accounts.choices import Role
from members.audit import audit
from members.desk.choices import SearchKind, StaffAct
from members.desk.queries import open_look, words_of
from members.desk.rules import NoLook, NoStaffNote, folded, why_not_look, why_not_note
from members.models import Look, NameOnRecord, SearchKey, StaffNote, User

# In the order in which a role explains a look: an owner looks as an owner only where no narrower role would do.
_ROLES = (Role.DESK, Role.MODERATOR, Role.OWNER)


@transaction.atomic
def look(*, member: User, by: User, purpose: str, words: str = "", now: datetime) -> Look:
    """Open the page of `member` to `by` for a while. The member reads who, in which role, when and why.

    Refused without a purpose. While a look is open, it is the same one.
    """
    if reason := why_not_look(purpose, words):
        raise Refused(reason)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if found := open_look(by, member, now):
        return found
    role = next(role for role in _ROLES if role.value in by.roles)
    made = Look.objects.create(member=member, by=by, role=role, purpose=purpose, words=clean_line(words), at=now)
    audit.record("look", member, by=by, now=now, why=purpose)
    return made


def must_be_open(by: User, member: User, now: datetime) -> None:
    """Refuse an act at a page that `by` has not opened, or not lately."""
    if open_look(by, member, now) is None:
        raise Refused(NoLook.NOT_OPEN)


@transaction.atomic
def write_note(*, member: User, by: User, words: str, now: datetime) -> StaffNote:
    """Keep words of staff about a member. Refused when the page is not open, or without words."""
    must_be_open(by, member, now)
    if reason := why_not_note(words):
        raise Refused(reason)
    note = StaffNote.objects.create(member=member, by=by, at=now, words=words.strip())
    audit.record("write-staff-note", member, by=by, now=now)
    return note


def keep_reason(act: StaffAct, *, member: User, by: User, words: str, now: datetime) -> StaffNote:
    """Keep why `by` did this at the page of `member`, in the act's own transaction. Refused as a note is."""
    must_be_open(by, member, now)
    if reason := why_not_note(words):
        raise Refused(reason)
    return StaffNote.objects.create(member=member, by=by, at=now, act=act, words=words.strip())


@transaction.atomic
def correct_name(
    *, member: User, by: User, name: str, reading: str, seen_version: int, why: str, now: datetime
) -> NameOnRecord:
    """Write down the name and its reading as the bank and the accounts know them.

    Refused without a name or a reason, and when somebody else changed it since this version was seen.
    """
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    name, reading = clean_line(name), clean_line(reading)
    if not name:
        raise Refused(NoStaffNote.NAME_MISSING)
    row = NameOnRecord.objects.filter(member=member).first()
    if seen_version != (row.version if row else 0):
        raise Refused(NoStaffNote.CHANGED_MEANWHILE)
    keep_reason(StaffAct.CORRECT_NAME, member=member, by=by, words=why, now=now)
    row = row or NameOnRecord(member=member, version=0)
    row.name, row.reading, row.version = name, reading, row.version + 1
    row.save()
    member.name_on_record = row
    audit.record("correct-name", member, by=by, now=now, fields=["name", "reading"])
    return row


def write_keys(member: User) -> None:
    """Bring the search keys of a member up to date, in the transaction that changes a word."""
    wanted = {kind: folded(words) for kind, words in words_of(member).items()}
    held = dict(member.search_keys.values_list("kind", "words"))
    for kind, words in wanted.items():
        if held.get(kind, "") == words:
            continue
        if words:
            SearchKey.objects.update_or_create(member=member, kind=SearchKind(kind), defaults={"words": words})
        else:
            member.search_keys.filter(kind=kind).delete()
